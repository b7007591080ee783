"""Hosts that a company says are its own, with what name servers say of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.ddl import secure

revision = "core_0170"
down_revision = "core_0196"
branch_labels = None
depends_on = None

COMPANY = sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid")


def upgrade() -> None:
    op.create_table(
        "own_domain",
        sa.Column("company_id", sa.Uuid(), server_default=COMPANY, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("proof", sa.Text(), server_default="", nullable=False),
        sa.Column("points", sa.Text(), server_default="", nullable=False),
        sa.Column("found", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("apex", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "state in ('waiting', 'serving', 'failing', 'lost', 'taken')", name=op.f("ck_own_domain_state")
        ),
        sa.CheckConstraint("proof in ('', 'there', 'missing', 'late')", name=op.f("ck_own_domain_proof")),
        sa.CheckConstraint("points in ('', 'here', 'elsewhere', 'nowhere', 'late')", name=op.f("ck_own_domain_points")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_own_domain_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_own_domain")),
        sa.UniqueConstraint("company_id", "host", name=op.f("uq_own_domain_company_id_host")),
    )
    secure("own_domain")
