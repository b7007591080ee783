"""Invitations know whether they were for a home: whoever has none any more does not register with an old letter."""

import sqlalchemy as sa
from alembic import op

revision = "core_0047"
down_revision = "core_0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invitation", sa.Column("placed", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.execute("UPDATE invitation i SET placed = true WHERE EXISTS ("
               "SELECT FROM occupant o WHERE o.company_id = i.company_id AND o.person_id = i.person_id)")  # fmt: skip
