"""Periods that begin later are found at once among 150,000: lists of who is known by name only look for them."""

from alembic import op

revision = "core_0072"
down_revision = "core_0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f("ix_occupancy_company_id_starts"), "occupancy", ["company_id", "starts"])
