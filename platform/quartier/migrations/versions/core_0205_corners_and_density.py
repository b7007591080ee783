"""A company chooses the corners and the density of its pages; who does not has them as the theme draws them."""

import sqlalchemy as sa
from alembic import op

revision = "core_0205"
down_revision = "core_0210"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("brand_version", "brand_draft"):
        for column in ("corners", "density"):
            op.add_column(table, sa.Column(column, sa.Text(), server_default="theme", nullable=False))
