"""Units in use are counted, and archived ones listed, without reading all units."""

import sqlalchemy as sa
from alembic import op

revision = "core_0008"
down_revision = "core_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_unit_in_use", "unit", ["company_id"], postgresql_where=sa.text("archived_at is null"))
