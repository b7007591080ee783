"""How many an important message reached is counted in one index, and mails that did not leave are found at once."""

import sqlalchemy as sa
from alembic import op

revision = "core_0092"
down_revision = "core_0091"
branch_labels = None
depends_on = None

OF_MESSAGE = "ix_notification_receipt_company_id_notification_id_person_id"
COUNTED = ["read_at", "rung_at", "letter_id", "address_key"]


def upgrade() -> None:
    op.drop_index(OF_MESSAGE, "notification_receipt")
    op.create_index(
        OF_MESSAGE, "notification_receipt", ["company_id", "notification_id", "person_id"], postgresql_include=COUNTED
    )
    op.create_index(
        "ix_mail_delivery_not_sent", "mail_delivery", ["company_id", "event", "address_key"],
        postgresql_where=sa.text("state NOT IN ('sent', 'kept')"),
    )  # fmt: skip
