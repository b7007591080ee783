"""A company can be a sandbox: made of sample data for somebody who is not a customer yet, and gone at a moment."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.ddl import secure
from quartier.db.engines import APP

revision = "core_0150"
down_revision = "core_0143"
branch_labels = None
depends_on = None

COMPANY = sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid")
NOW = sa.text("now()")


def upgrade() -> None:
    op.add_column("company", sa.Column("demo_ends", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "sandbox",
        sa.Column("company_id", sa.Uuid(), server_default=COMPANY, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("serial", sa.Integer(), server_default="1", nullable=False),
        sa.Column("resident_id", sa.Uuid(), nullable=True),
        sa.Column("manager_id", sa.Uuid(), nullable=True),
        sa.Column("steps", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("planted", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("visits", sa.Integer(), server_default="0", nullable=False),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("warned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=NOW, nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_sandbox_company_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["owner_id"], ["operator.id"], name=op.f("fk_sandbox_owner_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_sandbox")),
        sa.UniqueConstraint("company_id", name=op.f("uq_sandbox_company_id")),
    )
    op.create_table(
        "sandbox_sample",
        sa.Column("company_id", sa.Uuid(), server_default=COMPANY, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("rows", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("versions", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_sandbox_sample_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_sandbox_sample")),
        sa.UniqueConstraint("company_id", "table_name", name=op.f("uq_sandbox_sample_company_id_table_name")),
    )
    secure("sandbox", app="SELECT")
    secure("sandbox_sample", app="SELECT")
    op.execute(f"GRANT UPDATE (visits, visited_at) ON sandbox TO {APP}")
