"""Whoever wishes another address to sign in with can confirm it with a code, on the device where they wished it."""

import sqlalchemy as sa
from alembic import op

revision = "core_0043"
down_revision = "core_0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("address_change", sa.Column("code_hash", sa.LargeBinary()))
    op.add_column("address_change", sa.Column("wrong_codes", sa.Integer(), server_default="0", nullable=False))
