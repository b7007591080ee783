"""Who looks after the ERP answers a wish: it is in hand, or it is declined and why."""

import sqlalchemy as sa
from alembic import op

revision = "core_0028"
down_revision = "core_0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("correction", sa.Column("answer", sa.Text(), server_default="", nullable=False))
    op.add_column("correction", sa.Column("answered_at", sa.DateTime(timezone=True)))
    op.drop_constraint(op.f("ck_correction_closed_as"), "correction")
    op.create_check_constraint("closed_as", "correction", "closed_as in ('', 'arrived', 'gone', 'agent', 'declined')")
