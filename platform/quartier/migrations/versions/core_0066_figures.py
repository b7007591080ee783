"""Numbers of large lists are kept, what a preview showed is done as shown, and letters that were made have a list."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0066"
down_revision = "core_0064"
branch_labels = None
depends_on = None

OWNED = ("letter_batch", "invitation_sending")
SMALL_ONES = """
    INSERT INTO letter_batch (company_id, id, created_by, state, letters, created_at, ended_at)
    SELECT company_id, event, min(sent_by), 'ready', count(*), min(created_at), min(created_at)
      FROM invitation_sending WHERE channel = 'letter' GROUP BY company_id, event HAVING count(*) > 1
        ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    _create(
        "resident_figures",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("figures", postgresql.JSONB()),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("company_id", "key"),
    )
    _create(
        "invitation_plan",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), server_default="auto", nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        *(sa.Column(name, postgresql.ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False)
          for name in ("mail", "letter", "left_out", "properties")),
        sa.Column("state", sa.Text(), server_default="shown", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('invitation', 'reminder', 'withdrawal')", name="kind"),
        sa.CheckConstraint("state in ('shown', 'waiting', 'failed')", name="state"),
    )  # fmt: skip
    op.add_column("letter_batch", sa.Column("printed_at", sa.DateTime(timezone=True)))
    op.add_column("letter_batch", sa.Column("printed_by", sa.Text(), server_default="", nullable=False))
    for table in OWNED:
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')  # else the owner sees no rows
    op.execute(SMALL_ONES)
    for table in OWNED:
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')


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
