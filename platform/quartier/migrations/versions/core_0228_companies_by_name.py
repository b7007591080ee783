"""The console reads the first fifty of thousands of companies by name from an index."""

import sqlalchemy as sa
from alembic import op

revision = "core_0228"
down_revision = "core_0227"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_company_by_name", "company", [sa.text("lower(name)"), "id"],
        postgresql_where=sa.text("status <> 'prospect'"),
    )  # fmt: skip
