"""Colleagues come by a link and answer for roles in properties; who sees the portal as somebody is written down."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0030"
down_revision = "core_0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _table(
        "team_invitation",
        ("agent",),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        _moment("sent_at", now=True),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _moment("accepted_at"),
        _moment("withdrawn_at"),
        _moment("created_at", now=True),
        unique=(("agent_id",), ("token_hash",)),
    )
    name = sa.Column("name", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False)
    _table("job_role", (), name, _moment("created_at", now=True))
    _table("property_role", ("property", "role", "agent"), unique=(("property_id", "role_id"),))
    for column in ("role_id", "agent_id"):
        op.create_index(None, "property_role", ["company_id", column])
    _table(
        "viewing",
        ("person",),
        sa.Column("agent_name", sa.Text(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _moment("started_at", now=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        _moment("ended_at"),
        unique=(("token_hash",),),
    )
    op.create_index(None, "viewing", ["company_id", "person_id"])
    _table("viewed_page", ("viewing",), sa.Column("path", sa.Text(), nullable=False), _moment("at", now=True))
    op.create_index(None, "viewed_page", ["company_id", "viewing_id"])


def _table(
    name: str, parents: tuple[str, ...], *columns: sa.Column[Any], unique: tuple[tuple[str, ...], ...] = ()
) -> None:
    op.create_table(
        name,
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(f"{parent}_id", sa.Uuid(), nullable=False) for parent in parents),
        *columns,
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=f"fk_{name}_company_id", ondelete="CASCADE"),
        *(_belongs(name, parent) for parent in parents),
        *(sa.UniqueConstraint("company_id", *keys, name=f"uq_{name}_company_id_{'_'.join(keys)}") for keys in unique),
        sa.PrimaryKeyConstraint("company_id", "id", name=f"pk_{name}"),
    )
    secure(name)


def _belongs(table: str, parent: str) -> sa.ForeignKeyConstraint:
    target = {"role": "job_role"}.get(parent, parent)
    return sa.ForeignKeyConstraint(
        ["company_id", f"{parent}_id"],
        [f"{target}.company_id", f"{target}.id"],
        name=f"fk_{table}_company_id_{parent}_id",
        ondelete="CASCADE",
    )


def _moment(name: str, *, now: bool = False) -> sa.Column[datetime]:
    default = sa.text("now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=not now)
