"""The statement that begins every visit is planned once per connection."""

from alembic import op

revision = "core_0019"
down_revision = "core_0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # It is asked by keys only: what a plan for these very values could know better never pays for making it anew.
    op.execute("ALTER FUNCTION open_visit(uuid, bytea) SET plan_cache_mode = force_generic_plan")
