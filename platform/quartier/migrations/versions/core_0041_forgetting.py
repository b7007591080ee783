"""The history forgets people who are gone, and nobody can rewrite it."""

import sqlalchemy as sa
from alembic import op

from quartier.db.engines import PLATFORM

revision = "core_0041"
down_revision = "core_0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What a chore looks for each hour among all changes of all companies: few rows, and fewer once it was there.
    op.create_index(
        "ix_change_gone", "change", ["company_id", "at"],
        postgresql_where=sa.text("noun = 'person' AND action = 'delete' AND before <> '{}'"),
    )  # fmt: skip
    # The platform empties values and takes a name out; what happened, when and to which row stays as it was written.
    op.execute(f"REVOKE INSERT, UPDATE ON change FROM {PLATFORM}")
    op.execute(f"GRANT UPDATE (before, after, actor, source_id) ON change TO {PLATFORM}")
