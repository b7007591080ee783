"""Operators are told of what concerns them: a line under the console's bell for each reader, read or not."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.engines import PLATFORM

revision = "core_0226"
down_revision = "core_0220"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "operator_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("customer_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["operator_id"], ["operator.id"], name=op.f("fk_operator_alert_operator_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["company.id"], name=op.f("fk_operator_alert_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_alert")),
        sa.UniqueConstraint("operator_id", "event", name=op.f("uq_operator_alert_operator_id_event")),
    )
    op.create_index(op.f("ix_operator_alert_operator_id_id"), "operator_alert", ["operator_id", "id"])
    op.create_index(op.f("ix_operator_alert_customer_id"), "operator_alert", ["customer_id"])
    op.create_index(op.f("ix_operator_alert_event"), "operator_alert", ["event"])
    op.create_index(
        "ix_operator_alert_unread", "operator_alert", ["operator_id"], postgresql_where=sa.text("read_at IS NULL")
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON operator_alert TO {PLATFORM}")
