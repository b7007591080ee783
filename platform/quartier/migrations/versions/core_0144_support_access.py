"""Platform support sees a company's Cockpit with the company's consent, for a time; each page is written down."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import announce, secure
from quartier.db.engines import APP, PLATFORM

revision = "core_0144"
down_revision = "core_0170"
branch_labels = None
depends_on = None

# The portal may not see operators. It asks of one that a consent names whether they still work here, and whether their
# session at the console goes on: whoever signs out there is out of every company at once.
PRESENT = """
    CREATE FUNCTION operator_present(operator uuid, session uuid) RETURNS boolean
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
        SELECT EXISTS (
            SELECT FROM operator_session s JOIN operator o ON o.id = s.operator_id
             WHERE s.id = session AND o.id = operator AND o.is_active AND o.role IN ('support', 'admin')
               AND s.expires_at > now() AND s.seen_at > now() - interval '30 days')
    $$
"""


def upgrade() -> None:
    op.create_table(
        "support_access",
        *_key(),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("operator_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_by", sa.Text(), server_default="", nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_by", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), server_default="", nullable=False),
        sa.Column("ticket_hash", sa.LargeBinary(), nullable=True),
        sa.Column("ticket_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("hours between 1 and 72", name=op.f("ck_support_access_hours")),
        sa.CheckConstraint("agreed_at is null or declined_at is null", name=op.f("ck_support_access_one_answer")),
        sa.CheckConstraint("(agreed_at is null) = (ends_at is null)", name=op.f("ck_support_access_agreed_for_a_time")),
        sa.CheckConstraint("ends_at <= agreed_at + interval '72 hours'", name=op.f("ck_support_access_not_for_longer")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_support_access_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_support_access")),
        sa.UniqueConstraint("company_id", "ticket_hash", name=op.f("uq_support_access_company_id_ticket_hash")),
        sa.UniqueConstraint("company_id", "token_hash", name=op.f("uq_support_access_company_id_token_hash")),
    )
    op.create_index(op.f("ix_support_access_company_id_asked_at"), "support_access", ["company_id", "asked_at"])
    op.create_table(
        "support_page",
        *_key(),
        sa.Column("access_id", sa.Uuid(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_support_page_company_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "access_id"], ["support_access.company_id", "support_access.id"],
            name=op.f("fk_support_page_company_id_access_id"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_support_page")),
    )  # fmt: skip
    op.create_index(op.f("ix_support_page_company_id_access_id_at"), "support_page", ["company_id", "access_id", "at"])
    secure("support_access", app="SELECT, INSERT, UPDATE")
    secure("support_page", app="SELECT, INSERT")
    announce("support_access")
    op.execute(PRESENT)
    op.execute("REVOKE ALL ON FUNCTION operator_present(uuid, uuid) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION operator_present(uuid, uuid) TO {APP}, {PLATFORM}")


def _key() -> list[sa.Column[UUID]]:
    """What each company's table begins with."""
    company = sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False)
    return [company, sa.Column("id", sa.Uuid(), nullable=False)]
