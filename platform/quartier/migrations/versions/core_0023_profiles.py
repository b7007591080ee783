"""Pictures of people, and absences of the team."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0023"
down_revision = "core_0035"
branch_labels = None
depends_on = None


KINDS = "source_kind IN ('agent', 'import', 'api', 'system', 'person')"


def upgrade() -> None:
    op.execute("ALTER TABLE change DROP CONSTRAINT ck_change_source_kind")
    op.execute(f"ALTER TABLE change ADD CONSTRAINT ck_change_source_kind CHECK ({KINDS})")
    _create(
        "person_picture",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        _one("person", "person_id", "CASCADE"),
        _one("stored_file", "file_id", "CASCADE"),
        sa.UniqueConstraint("company_id", "person_id"),
    )
    op.create_index(None, "person_picture", ["company_id", "file_id"])
    _create(
        "absence",
        sa.Column("agent_id", sa.Uuid(), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("deputy_id", sa.Uuid()),
        sa.Column("note", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        _one("agent", "agent_id", "CASCADE"),
        _one("agent", "deputy_id", "SET NULL (deputy_id)"),
        sa.CheckConstraint("ends > starts", name="period"),
        sa.CheckConstraint("deputy_id <> agent_id", name="deputy"),
    )
    op.create_index(None, "absence", ["company_id", "agent_id", "ends"])
    op.create_index(None, "absence", ["company_id", "deputy_id"])


def _create(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )
    secure(table)


def _one(table: str, column: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["company_id", column], [f"{table}.company_id", f"{table}.id"], ondelete=ondelete)
