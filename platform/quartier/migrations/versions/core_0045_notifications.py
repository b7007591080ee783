"""How soon mails of a kind come: as their reader has chosen, else as the company has."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0045"
down_revision = "core_0040"
branch_labels = None
depends_on = None

STATES = "'waiting', 'collected', 'summed_up', 'sent', 'kept', 'withheld', 'bounced', 'failed'"
ENDED = """
    UPDATE mail_address SET paces = (SELECT jsonb_object_agg(kind, 'never') FROM unnest(off) kind)
    WHERE cardinality(off) > 0
"""


def upgrade() -> None:
    for table in ("mail_address", "mail_settings"):
        op.add_column(table, sa.Column("paces", postgresql.JSONB(), server_default="{}", nullable=False))
    op.execute("ALTER TABLE mail_address NO FORCE ROW LEVEL SECURITY")  # else the owner sees no rows to update
    op.execute(ENDED)
    op.execute("ALTER TABLE mail_address FORCE ROW LEVEL SECURITY")
    op.drop_column("mail_address", "off")
    op.drop_constraint(op.f("ck_mail_delivery_state"), "mail_delivery")
    op.create_check_constraint("state", "mail_delivery", f"state in ({STATES})")
