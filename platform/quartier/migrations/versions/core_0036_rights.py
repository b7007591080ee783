"""Copies of somebody's data, made on request."""

import sqlalchemy as sa
from alembic import op

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0036"
down_revision = "core_0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "data_export",
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("file_id", sa.Uuid()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["company_id", "account_id"], ["account.company_id", "account.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["company_id", "file_id"], ["stored_file.company_id", "stored_file.id"], ondelete="SET NULL (file_id)"
        ),
        sa.PrimaryKeyConstraint("company_id", "id"),
        sa.CheckConstraint("state in ('waiting', 'ready', 'failed', 'gone')", name="state"),
    )
    op.create_index(None, "data_export", ["company_id", "account_id", "id"])
    op.create_index(None, "data_export", ["company_id", "file_id"])
    secure("data_export")
