"""Operators of finance read contracts and revenue, and change nothing."""

from alembic import op

revision = "core_0143"
down_revision = "core_0142"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_constraint(op.f("ck_operator_role"), "operator", type_="check")
    op.create_check_constraint(op.f("ck_operator_role"), "operator", "role in ('sales', 'support', 'finance', 'admin')")
