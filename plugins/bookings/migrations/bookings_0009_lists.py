"""Lists of 200,000 bookings: requests, blocked times and all that did not take place are found among what did."""

import sqlalchemy as sa
from alembic import op

revision = "bookings_0009"
down_revision = "bookings_0007"
branch_labels = None
depends_on = None

TABLE = "bookings_booking"


def upgrade() -> None:
    for name in ("requested", "company_id_asset_id_starts", "company_id_starts_id", "long"):
        op.drop_index(f"ix_bookings_booking_{name}", TABLE)
    op.create_index(
        "ix_bookings_booking_few", TABLE, ["company_id", "state", "starts", "id"],
        postgresql_where=sa.text("state <> 'confirmed'"),
    )  # fmt: skip
    op.create_index(
        "ix_bookings_booking_long", TABLE, ["company_id", "ends"],
        postgresql_where=sa.text("(ends - starts) > interval '1 day'"),
        postgresql_include=("asset_id", "starts", "state", "price", "fee", "created_at"),
    )  # fmt: skip
    op.create_index(
        None, TABLE, ["company_id", "asset_id", "starts"],
        postgresql_include=("ends", "state", "price", "fee", "created_at"),
    )  # fmt: skip
    op.create_index(None, TABLE, ["company_id", "starts", "id"], postgresql_include=("ends", "state", "asset_id"))
