"""What the first link of a post leads to, looked up once by us and never by a reader's browser."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "pinboard_0008"
down_revision = "pinboard_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pinboard_post", sa.Column("link", JSONB(), nullable=True))
