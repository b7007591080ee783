"""Imports: what was sent, how a company's columns are read, and records kept for later."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0007"
down_revision = "core_0006"
branch_labels = None
depends_on = None

STATUSES = ("new", "checking", "checked", "applying", "applied", "failed", "undoing", "undone", "discarded")


def _own() -> list[sa.Column[object]]:
    return [
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
    ]


def _keys(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=f"fk_{table}_company_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("company_id", "id", name=f"pk_{table}"),
    ]


def _json(name: str, **options: object) -> sa.Column[object]:
    return sa.Column(name, postgresql.JSONB(), nullable=False, **options)  # type: ignore[arg-type]


def upgrade() -> None:
    empty = sa.text("'{}'")
    op.create_table(
        "import_run",
        *_own(),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), server_default="new", nullable=False),
        _json("files"),
        _json("counts", server_default=empty),
        _json("choices", server_default=empty),
        _json("report", server_default=empty),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(f"status in {STATUSES}", name="status"),
        sa.CheckConstraint("source in ('cockpit', 'command', 'api')", name="source"),
        *_keys("import_run"),
    )
    op.create_index(None, "import_run", ["company_id", "created_at"])
    op.create_table(
        "import_mapping",
        *_own(),
        sa.Column("signature", sa.Text(), nullable=False),
        _json("columns"),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *_keys("import_mapping"),
        sa.UniqueConstraint("company_id", "signature"),
    )
    op.create_table(
        "exchange_record",
        *_own(),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        _json("data"),
        *_keys("exchange_record"),
        sa.UniqueConstraint("company_id", "resource", "key"),
    )
    for table in ("import_run", "import_mapping", "exchange_record"):
        secure(table)
