"""The ERP interface: who owns which fields, and batches that come in."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0009"
down_revision = "core_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create(
        "erp_link",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("correction_email", sa.Text()),
        _texts("owned"),
        _moment("changed_at", server_default=sa.text("now()"), nullable=False),
        sa.UniqueConstraint("company_id"),
    )
    _create(
        "erp_batch",
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("lines", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("status", sa.Text(), server_default="waiting", nullable=False),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False)
          for name in ("received", "created", "updated", "unchanged")),
        sa.Column("problems", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("problem_count", sa.Integer(), server_default="0", nullable=False),
        _moment("finished_at"),
        _moment("created_at", server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('waiting', 'running', 'done', 'failed')", name="status"),
    )  # fmt: skip
    op.create_index(None, "erp_batch", ["company_id", "created_at"])


def _create(table: str, *columns: Any) -> None:
    op.create_table(
        table,
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )
    secure(table)


def _texts(name: str) -> sa.Column[Any]:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)


def _moment(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), **options)
