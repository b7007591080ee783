"""Addresses for calendars that the team gives away: with names for itself, without them for everybody else."""

import sqlalchemy as sa
from alembic import op

revision = "bookings_0004"
down_revision = "bookings_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bookings_feed", sa.Column("names", sa.Boolean(), server_default=sa.text("false"), nullable=False))
