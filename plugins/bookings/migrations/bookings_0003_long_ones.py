"""Bookings that last longer than a day are few, and found by an index of their own: calendars look back for them."""

import sqlalchemy as sa
from alembic import op

revision = "bookings_0003"
down_revision = "bookings_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_bookings_booking_long",
        "bookings_booking",
        ["company_id", "starts"],
        postgresql_where=sa.text("(ends - starts) > interval '1 day'"),
    )
