"""A file keeps the digest of what was sent, so that the same file sent again is known even when it was drawn anew."""

import sqlalchemy as sa
from alembic import op

revision = "core_0097"
down_revision = "core_0092"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("attachment", sa.Column("digest", sa.Text(), server_default="", nullable=False))
