"""Webhooks are paused when too much waits or their secret cannot be read, and the log says what was not collected."""

from alembic import op

revision = "core_0025"
down_revision = "core_0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_webhook_paused"), "webhook")
    op.create_check_constraint("paused", "webhook", "paused in ('', 'agent', 'gone', 'failing', 'backlog', 'key')")
    op.drop_constraint(op.f("ck_webhook_delivery_status"), "webhook_delivery")
    op.create_check_constraint("status", "webhook_delivery", "status in ('waiting', 'delivered', 'failed', 'missed')")
