"""Whom something important did not reach gets it as a letter: letters of a message, and whose receipts name them."""

import sqlalchemy as sa
from alembic import op

revision = "core_0083"
down_revision = "core_0087"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("letter_batch", sa.Column("notification_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_letter_batch_company_id_notification_id"),
        "letter_batch",
        "notification",
        ["company_id", "notification_id"],
        ["company_id", "id"],
        ondelete="CASCADE",
    )
    op.create_index(
        op.f("ix_letter_batch_company_id_notification_id"), "letter_batch", ["company_id", "notification_id"]
    )
    op.add_column("notification_receipt", sa.Column("letter_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_notification_receipt_company_id_letter_id"),
        "notification_receipt",
        "letter_batch",
        ["company_id", "letter_id"],
        ["company_id", "id"],
        ondelete="SET NULL (letter_id)",
    )
    op.create_index(
        "ix_notification_receipt_letter_id",
        "notification_receipt",
        ["company_id", "letter_id"],
        postgresql_where=sa.text("letter_id IS NOT NULL"),
    )
