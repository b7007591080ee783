"""What is kept of somebody who wants to be forgotten, why, and how far their request has come."""

import sqlalchemy as sa
from alembic import op

revision = "core_0048"
down_revision = "core_0042"
branch_labels = None
depends_on = None

STATES = "('open', 'review', 'kept', 'erasing', 'partly', 'done', 'withdrawn')"


def upgrade() -> None:
    op.add_column("erasure_request", sa.Column("own_reason", sa.Text(), server_default="", nullable=False))
    op.add_column("erasure_request", sa.Column("own_until", sa.Date()))
    op.add_column("erasure_request", sa.Column("reviewed_at", sa.DateTime(timezone=True)))
    op.add_column("erasure_request", sa.Column("decided_at", sa.DateTime(timezone=True)))
    op.add_column("erasure_request", sa.Column("with_contact", sa.Boolean(), server_default="false", nullable=False))
    # Reasons are worded for whoever reads them; what is stored is what the team has written itself.
    op.drop_column("erasure_request", "reason")
    op.drop_constraint("state", "erasure_request", type_="check")
    op.create_check_constraint("state", "erasure_request", f"state in {STATES}")
    op.create_check_constraint("own_reason", "erasure_request", "(own_reason = '') = (own_until is null)")
