"""Ends that people were told of, so that each is told once."""

import sqlalchemy as sa
from alembic import op

from quartier.db.ddl import secure

revision = "core_0121"
down_revision = "core_0150"
branch_labels = None
depends_on = None

COMPANY = sa.text("(nullif(current_setting('app.company_id', true), ''))::uuid")


def upgrade() -> None:
    op.create_table(
        "lapse_reminder",
        sa.Column("company_id", sa.Uuid(), server_default=COMPANY, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("told_id", sa.Uuid(), nullable=False),
        sa.Column("is_stale", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("days in (30, 7, 1)", name=op.f("ck_lapse_reminder_days")),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_lapse_reminder_company_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name=op.f("pk_lapse_reminder")),
        sa.UniqueConstraint(
            "company_id", "module", "ends", "days", name=op.f("uq_lapse_reminder_company_id_module_ends_days")
        ),
    )
    secure("lapse_reminder", app="SELECT")
