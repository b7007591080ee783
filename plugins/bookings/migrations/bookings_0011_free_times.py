"""The next free time of each asset is found in the index alone."""

from alembic import op

revision = "bookings_0011"
down_revision = "bookings_0010"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_bookings_blocking_company_id_resource_id_ends", "bookings_blocking"


def upgrade() -> None:
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["company_id", "resource_id", "ends"], postgresql_include=("starts", "booking_id"))


def downgrade() -> None:
    op.drop_index(NAME, TABLE)
    op.create_index(NAME, TABLE, ["company_id", "resource_id", "ends"])
