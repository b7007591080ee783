"""What the API remembers: answers to repeated requests, and how often a token has asked."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_answer",
        _company_id(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("headers", postgresql.JSONB()),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        *_keys("api_answer"),
        sa.UniqueConstraint("company_id", "token_id", "key", name="uq_api_answer_company_id_token_id_key"),
    )
    op.create_index("ix_api_answer_company_id_created_at", "api_answer", ["company_id", "created_at"])
    op.create_table(
        "api_window",
        _company_id(),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        *_keys("api_window"),
        sa.UniqueConstraint("company_id", "token_id", name="uq_api_window_company_id_token_id"),
    )
    secure("api_answer")
    secure("api_window")


def _company_id() -> sa.Column[UUID]:
    return sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False)


def _keys(table: str) -> list[sa.Constraint]:
    token = ["company_id", "token_id"]
    return [
        sa.PrimaryKeyConstraint("company_id", "id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=f"fk_{table}_company_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            token,
            ["api_token.company_id", "api_token.id"],
            name=f"fk_{table}_company_id_token_id",
            ondelete="CASCADE",
        ),
    ]
