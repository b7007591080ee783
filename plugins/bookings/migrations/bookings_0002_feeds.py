"""Secret addresses under which calendar programs read bookings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

from quartier.sdk import CURRENT_COMPANY, belongs_to, of_company, secure

revision = "bookings_0002"
down_revision = "bookings_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bookings_feed",
        sa.Column("company_id", sa.Uuid(), server_default=text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid()),
        sa.Column("secret_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=text("now()"), nullable=False),
        of_company(),
        belongs_to("person", "person_id"),
        belongs_to("bookings_asset", "asset_id"),
        sa.PrimaryKeyConstraint("company_id", "id"),
        sa.UniqueConstraint("company_id", "secret_hash"),
        sa.Index(None, "company_id", "person_id"),
        sa.Index(None, "company_id", "asset_id"),
        sa.CheckConstraint("kind in ('person', 'asset', 'company')", name="kind"),
    )
    secure("bookings_feed")
