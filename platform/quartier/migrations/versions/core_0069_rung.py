"""What rings a device is noted with who was told."""

import sqlalchemy as sa
from alembic import op

revision = "core_0069"
down_revision = "core_0073"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notification_receipt", sa.Column("rung_at", sa.DateTime(timezone=True)))
