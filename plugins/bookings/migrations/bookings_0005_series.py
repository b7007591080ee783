"""Bookings that are repeated: what was asked for, and which bookings came of it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

from quartier.sdk import CURRENT_COMPANY, belongs_to, of_company, secure

revision = "bookings_0005"
down_revision = "bookings_0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "bookings_series",
        sa.Column("company_id", sa.Uuid(), server_default=text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("starts", INSTANT, nullable=False),
        sa.Column("ends", INSTANT, nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("count", sa.Integer()),
        sa.Column("created_at", INSTANT, server_default=text("now()"), nullable=False),
        of_company(),
        belongs_to("bookings_asset", "asset_id", ondelete="NO ACTION"),
        belongs_to("person", "person_id"),
        sa.PrimaryKeyConstraint("company_id", "id"),
        sa.CheckConstraint("way in ('daily', 'weekly', 'fortnightly', 'monthly', 'last')", name="way"),
        sa.Index(None, "company_id", "asset_id"),
        sa.Index(None, "company_id", "person_id"),
    )
    secure("bookings_series")
    reference = belongs_to("bookings_series", "series_id")
    op.create_foreign_key(
        "fk_bookings_booking_company_id_series_id", "bookings_booking", "bookings_series",
        ["company_id", "series_id"], ["company_id", "id"], ondelete=reference.ondelete,
    )  # fmt: skip
