"""A company can be a prospect: it has quotes, and no host until somebody there has said yes."""

import sqlalchemy as sa
from alembic import op

from quartier.db.ddl import secure
from quartier.db.engines import APP

revision = "core_0220"
down_revision = "core_0215"
branch_labels = None
depends_on = None

COMPANY = sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid")


def upgrade() -> None:
    op.drop_constraint(op.f("ck_company_status"), "company", type_="check")
    op.create_check_constraint(op.f("ck_company_status"), "company", "status in ('active', 'suspended', 'prospect')")
    op.create_table(
        "prospect",
        sa.Column("company_id", sa.Uuid(), server_default=COMPANY, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False)
          for name in ("address", "given_name", "family_name", "email")),
        sa.Column("invite", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("units > 0", name=op.f("ck_prospect_units")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_prospect_company_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["lead.id"], name=op.f("fk_prospect_lead_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_prospect")),
        sa.UniqueConstraint("company_id", name=op.f("uq_prospect_company_id")),
    )  # fmt: skip
    secure("prospect")
    op.execute(f"REVOKE ALL ON prospect FROM {APP}")  # between the platform and who may become its customer
