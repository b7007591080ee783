"""Whoever has the link of a quote can decline it, and may say why."""

import sqlalchemy as sa
from alembic import op

from quartier.db.ddl import secure
from quartier.db.engines import APP, PLATFORM

revision = "core_0245"
down_revision = "core_0228"
branch_labels = None
depends_on = None

COMPANY = "(nullif(current_setting('app.company_id', true), ''))::uuid"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_quote_stage"), "quote", type_="check")
    op.create_check_constraint(
        op.f("ck_quote_stage"), "quote",
        "stage in ('draft', 'sent', 'accepted', 'declined', 'withdrawn', 'undone')",
    )  # fmt: skip
    op.create_table(
        "quote_refusal",
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("declined_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_quote_refusal_company_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "version_id"], ["quote_version.company_id", "quote_version.id"],
            name=op.f("fk_quote_refusal_company_id_version_id"), ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_quote_refusal")),
        sa.UniqueConstraint("company_id", "version_id", name=op.f("uq_quote_refusal_company_id_version_id")),
    )  # fmt: skip
    secure("quote_refusal")
    op.execute(f"REVOKE ALL ON quote_refusal FROM {APP}")
    op.execute(f"REVOKE UPDATE, DELETE ON quote_refusal FROM {PLATFORM}")
