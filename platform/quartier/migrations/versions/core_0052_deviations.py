"""Switches that stand otherwise in single properties."""

import sqlalchemy as sa
from alembic import op

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import announce, secure

revision = "core_0052"
down_revision = "core_0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "switch_deviation",
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("property_id", sa.Uuid(), nullable=False),
        sa.Column("value", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["company_id", "property_id"], ["property.company_id", "property.id"], ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id"),
        sa.UniqueConstraint("company_id", "key", "property_id"),
    )
    op.create_index(None, "switch_deviation", ["company_id", "property_id"])
    secure("switch_deviation")
    announce("switch_deviation")
