"""People who are in the books twice: numbers that mean somebody else now, merges, and who is not the same."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0017"
down_revision = "core_0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create(
        "person_alias",
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        _now("created_at"),
        _of_person("person_id"),
        sa.UniqueConstraint("company_id", "external_id"),
    )
    op.create_index(None, "person_alias", ["company_id", "person_id"])
    _create(
        "person_apart",
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        _now("created_at"),
        _of_person("one_id"),
        _of_person("other_id"),
        sa.UniqueConstraint("company_id", "one_id", "other_id"),
        sa.CheckConstraint("one_id < other_id", name="in_order"),
    )
    op.create_index(None, "person_apart", ["company_id", "other_id"])
    _create(
        "person_pair",
        sa.Column("one_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("reasons", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("key", sa.Text(collation="C"), nullable=False),
        _of_person("one_id"),
        _of_person("other_id"),
        sa.UniqueConstraint("company_id", "one_id", "other_id"),
    )
    op.create_index(None, "person_pair", ["company_id", "other_id"])
    op.create_index(None, "person_pair", ["company_id", "key", "one_id", "other_id"])
    _create("person_look", _now("at"), sa.UniqueConstraint("company_id"))
    _create(
        "person_merge",
        sa.Column("survivor_id", sa.Uuid(), nullable=False),
        sa.Column("gone", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("names", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        _now("at"),
        sa.Column("journal", postgresql.JSONB(), nullable=False),
        sa.Column("undone_by", sa.Text()),
        sa.Column("undone_at", sa.DateTime(timezone=True)),
        _of_person("survivor_id"),
    )
    op.create_index(None, "person_merge", ["company_id", "survivor_id"])


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


def _of_person(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["company_id", column], ["person.company_id", "person.id"], ondelete="CASCADE")


def _now(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)
