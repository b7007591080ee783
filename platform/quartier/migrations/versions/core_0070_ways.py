"""Companies say where who has not chosen hears of what: in the portal, on their devices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0070"
down_revision = "core_0072"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for way in ("in_app", "push"):
        op.add_column("mail_settings", sa.Column(way, postgresql.JSONB(), server_default="{}", nullable=False))
