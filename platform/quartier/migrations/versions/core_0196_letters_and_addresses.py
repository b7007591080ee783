"""One letter of many is noted as opened; a proof finds the mail whose address was corrected."""

import sqlalchemy as sa
from alembic import op

revision = "core_0196"
down_revision = "core_0121"
branch_labels = None
depends_on = None

LETTERS = ("invitation_sending", "notification_receipt")
FOLLOW = """
    CREATE FUNCTION follow_receipt() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    BEGIN
        UPDATE public.notification_receipt SET address_key = NEW.address_key
         WHERE company_id = NEW.company_id AND person_id = NEW.person_id AND address_key = OLD.address_key
           AND notification_id = substr(NEW.event, 14)::uuid;
        RETURN NULL;
    END $$
"""
FOLLOWS = """
    CREATE TRIGGER follow_receipt AFTER UPDATE OF address_key ON mail_delivery FOR EACH ROW
    WHEN (NEW.event LIKE 'notification:%' AND NEW.address_key <> OLD.address_key) EXECUTE FUNCTION follow_receipt()
"""


def upgrade() -> None:
    for table in LETTERS:
        op.add_column(table, sa.Column("printed_at", sa.DateTime(timezone=True), nullable=True))
        op.add_column(table, sa.Column("printed_by", sa.Text(), server_default="", nullable=False))
    op.execute(FOLLOW)
    op.execute(FOLLOWS)


def downgrade() -> None:
    op.execute("DROP TRIGGER follow_receipt ON mail_delivery")
    op.execute("DROP FUNCTION follow_receipt()")
    for table in LETTERS:
        op.drop_column(table, "printed_by")
        op.drop_column(table, "printed_at")
