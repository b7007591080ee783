"""People of whom neither an address nor a number is known are found without looking at everybody."""

import sqlalchemy as sa
from alembic import op

revision = "core_0042"
down_revision = "core_0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_person_silent", "person", ["company_id", "sort_key", "id"],
        postgresql_where=sa.text("email IS NULL AND phone IS NULL AND mobile IS NULL AND street = ''"),
    )  # fmt: skip
