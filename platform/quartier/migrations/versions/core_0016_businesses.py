"""Businesses are listed without reading everybody."""

import sqlalchemy as sa
from alembic import op

revision = "core_0016"
down_revision = "core_0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("company_name <> ''")
    op.create_index("ix_person_business", "person", ["company_id", "sort_key", "id"], postgresql_where=where)
