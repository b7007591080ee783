"""A question for a passkey says for which host's key it asks, and keys are found by their host."""

import sqlalchemy as sa
from alembic import op

revision = "core_0230"
down_revision = "core_0225"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """What was asked a moment ago is for no host, and is asked once more."""
    for table in ("passkey_question", "operator_question"):
        op.add_column(table, sa.Column("host", sa.Text(), server_default="", nullable=False))
    op.create_index(None, "account_passkey", ["company_id", "host"])
