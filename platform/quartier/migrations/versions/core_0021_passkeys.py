"""Passkeys, of people at companies and of operators, and the questions that they answer."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure
from quartier.db.engines import PLATFORM

revision = "core_0021"
down_revision = "core_0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _owned(
        "account_passkey",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        *_key(),
        sa.UniqueConstraint("company_id", "credential_id", name="uq_account_passkey_company_id_credential_id"),
        sa.ForeignKeyConstraint(
            ["company_id", "account_id"],
            ["account.company_id", "account.id"],
            name="fk_account_passkey_company_id_account_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index(None, "account_passkey", ["company_id", "account_id"])
    unique = sa.UniqueConstraint("company_id", "token_hash", name="uq_passkey_question_company_id_token_hash")
    _owned("passkey_question", *_question(), unique)
    op.create_index(None, "passkey_question", ["company_id", "expires_at"])
    op.create_table(
        "operator_passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        *_key(),
        sa.PrimaryKeyConstraint("id", name="pk_operator_passkey"),
        sa.UniqueConstraint("credential_id", name="uq_operator_passkey_credential_id"),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name="fk_operator_passkey_operator_id", ondelete="CASCADE"
        ),
    )
    op.create_index(None, "operator_passkey", ["operator_id"])
    op.create_table(
        "operator_question",
        sa.Column("id", sa.Uuid(), nullable=False),
        *_question(),
        sa.PrimaryKeyConstraint("id", name="pk_operator_question"),
        sa.UniqueConstraint("token_hash", name="uq_operator_question_token_hash"),
    )
    for table in ("operator_passkey", "operator_question"):
        op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {PLATFORM}")


def _key() -> list[sa.Column[Any]]:
    return [
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("used", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
    ]


def _question() -> list[sa.Column[Any]]:
    return [
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _owned(table: str, *parts: Any) -> None:
    op.create_table(
        table,
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *parts,
        sa.PrimaryKeyConstraint("company_id", "id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=f"fk_{table}_company_id", ondelete="CASCADE"),
    )
    secure(table)
