"""Quotes with versions that nobody can change, secret links to them, and acceptances; contracts begin at a minute.

Mail of the platform to people can carry a file, and says whom to answer.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.ddl import secure
from quartier.db.engines import APP, PLATFORM

revision = "core_0130"
down_revision = "core_0190"
branch_labels = None
depends_on = None

COMPANY = "(nullif(current_setting('app.company_id', true), ''))::uuid"


def upgrade() -> None:
    op.add_column("contract", sa.Column("begins_at", sa.Time(), server_default="00:00", nullable=False))
    for name, kind in (("reply_to", sa.Text()), ("enclosure", sa.LargeBinary()), ("enclosure_name", sa.Text())):
        op.add_column("outbox_mail", sa.Column(name, kind, nullable=True))
    _quotes()
    _versions()
    _links()
    _acceptances()
    op.execute("CREATE SEQUENCE quote_number")
    op.execute(f"GRANT USAGE ON SEQUENCE quote_number TO {PLATFORM}")
    for table in ("quote", "quote_version", "quote_link", "quote_acceptance"):
        secure(table)
        op.execute(f"REVOKE ALL ON {table} FROM {APP}")  # between the platform and who buys
    for table in ("quote_version", "quote_acceptance"):
        op.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {PLATFORM}")
    op.execute(f"REVOKE DELETE ON quote, quote_link FROM {PLATFORM}")


def _owned(table: str, *columns: sa.schema.SchemaItem) -> None:
    op.create_table(
        table,
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f(f"fk_{table}_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f(f"pk_{table}")),
    )


def _made() -> sa.Column[object]:
    return sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False)


def _quotes() -> None:
    _owned(
        "quote",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), server_default="draft", nullable=False),
        sa.Column("draft", postgresql.JSONB(), nullable=False),
        sa.Column("mark", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="0", nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("contract_id", sa.Uuid(), nullable=True),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        _made(),
        sa.CheckConstraint(
            "stage in ('draft', 'sent', 'accepted', 'withdrawn', 'undone')", name=op.f("ck_quote_stage")
        ),
        sa.CheckConstraint("version >= 0", name=op.f("ck_quote_version")),
        sa.ForeignKeyConstraint(
            ["company_id", "contract_id"], ["contract.company_id", "contract.id"],
            name=op.f("fk_quote_company_id_contract_id"), ondelete="SET NULL (contract_id)",
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["operator.id"], name=op.f("fk_quote_owner_id"), ondelete="SET NULL"),
        sa.UniqueConstraint("company_id", "number", name=op.f("uq_quote_company_id_number")),
    )  # fmt: skip
    op.create_index(op.f("ix_quote_company_id_contract_id"), "quote", ["company_id", "contract_id"])


def _versions() -> None:
    _owned(
        "quote_version",
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("sent_to", sa.Text(), server_default="", nullable=False),
        _made(),
        sa.CheckConstraint("number > 0", name=op.f("ck_quote_version_number")),
        sa.ForeignKeyConstraint(
            ["company_id", "quote_id"], ["quote.company_id", "quote.id"],
            name=op.f("fk_quote_version_company_id_quote_id"), ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "company_id", "quote_id", "number", name=op.f("uq_quote_version_company_id_quote_id_number")
        ),
    )  # fmt: skip


def _links() -> None:
    _owned(
        "quote_link",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        _made(),
        _of_version("quote_link"),
        sa.UniqueConstraint("company_id", "token_hash", name=op.f("uq_quote_link_company_id_token_hash")),
    )
    op.create_index(op.f("ix_quote_link_company_id_version_id"), "quote_link", ["company_id", "version_id"])


def _acceptances() -> None:
    _owned(
        "quote_acceptance",
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("network", sa.Text(), server_default="", nullable=False),
        sa.Column("switched", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        _of_version("quote_acceptance"),
        sa.UniqueConstraint("company_id", "version_id", name=op.f("uq_quote_acceptance_company_id_version_id")),
    )


def _of_version(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["company_id", "version_id"], ["quote_version.company_id", "quote_version.id"],
        name=op.f(f"fk_{table}_company_id_version_id"), ondelete="CASCADE",
    )  # fmt: skip
