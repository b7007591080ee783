"""Invitations, what was sent of them, and letters that are printed together."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0020"
down_revision = "core_0019"
branch_labels = None
depends_on = None

LIVE = "accepted_at IS NULL AND withdrawn_at IS NULL"


def upgrade() -> None:
    _invitations()
    _sendings()
    _create(
        "letter_batch",
        _text("created_by"),
        sa.Column("properties", postgresql.ARRAY(sa.Uuid()), nullable=False, server_default="{}"),
        _text("state", server_default="waiting"),
        sa.Column("letters", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("file_id", sa.Uuid()),
        _moment("ended_at"),
        _one("stored_file", "file_id", "SET NULL (file_id)"),
        sa.CheckConstraint("state in ('waiting', 'ready', 'failed', 'gone')", name="state"),
    )
    op.create_index(None, "letter_batch", ["company_id", "file_id"])


def _invitations() -> None:
    _create(
        "invitation",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("own_code", sa.LargeBinary()),
        _text("created_by"),
        *(_moment(name) for name in ("expires_at", "accepted_at", "withdrawn_at")),
        sa.Column("account_id", sa.Uuid()),
        _text("withdrawn_by", server_default=""),
        _one("person", "person_id", "CASCADE"),
        _one("account", "account_id", "SET NULL (account_id)"),
        sa.UniqueConstraint("company_id", "code_hash", name="uq_invitation_company_id_code_hash"),
        sa.UniqueConstraint("company_id", "token_hash", name="uq_invitation_company_id_token_hash"),
    )
    op.create_index(None, "invitation", ["company_id", "person_id"])
    op.create_index(None, "invitation", ["company_id", "account_id"])
    op.create_index("ix_invitation_live", "invitation", ["company_id", "person_id"], postgresql_where=sa.text(LIVE))


def _sendings() -> None:
    _create(
        "invitation_sending",
        sa.Column("invitation_id", sa.Uuid(), nullable=False),
        sa.Column("event", sa.Uuid(), nullable=False),
        *(_text(name) for name in ("kind", "channel", "sent_by")),
        _one("invitation", "invitation_id", "CASCADE"),
        sa.UniqueConstraint("company_id", "invitation_id", "event"),
        sa.CheckConstraint("channel in ('mail', 'letter', 'phone')", name="channel"),
        sa.CheckConstraint("kind in ('invitation', 'reminder')", name="kind"),
    )
    op.create_index(None, "invitation_sending", ["company_id", "event"])


def _create(table: str, *columns: Any) -> None:
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


def _text(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False, **options)


def _moment(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True))
