"""Comments can be edited; what they said before stays to be read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import JSONB

revision = "pinboard_0005"
down_revision = "pinboard_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pinboard_comment", sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("pinboard_comment", sa.Column("earlier", JSONB(), server_default=text("'[]'"), nullable=False))
