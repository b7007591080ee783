"""Two people who wait for the same time and turn out to be one can be joined: both lines stay."""

import sqlalchemy as sa
from alembic import op

revision = "bookings_0010"
down_revision = "bookings_0009"
branch_labels = None
depends_on = None

NAME, TABLE = "uq_bookings_waiter_open", "bookings_waiter"


def upgrade() -> None:
    op.drop_index(NAME, TABLE)


def downgrade() -> None:
    op.create_index(
        NAME, TABLE, ["company_id", "person_id", "asset_id", "starts", "ends"], unique=True,
        postgresql_where=sa.text("state IN ('waiting', 'offered')"),
    )  # fmt: skip
