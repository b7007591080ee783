"""A sandbox for which somebody has said yes knows the moment at which it becomes the real company."""

import sqlalchemy as sa
from alembic import op

revision = "core_0151"
down_revision = "core_0122"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sandbox", sa.Column("becomes_at", sa.DateTime(timezone=True), nullable=True))
