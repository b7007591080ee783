"""Keys, and how many somebody holds."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

from quartier.sdk import CURRENT_COMPANY, belongs_to, of_company, secure

revision, down_revision, branch_labels, depends_on = "keys_0001", None, None, None


def upgrade() -> None:
    for table, *more in (
        ("keys_key", sa.Column("label", sa.Text(), nullable=False)),
        (
            "keys_count",
            sa.Column("number", sa.Integer(), nullable=False),
            sa.UniqueConstraint("company_id", "person_id"),
        ),
    ):
        op.create_table(
            table,
            sa.Column("company_id", sa.Uuid(), server_default=text(CURRENT_COMPANY), nullable=False),
            sa.Column("id", sa.Uuid(), nullable=False),
            sa.Column("person_id", sa.Uuid(), nullable=False),
            *more,
            of_company(),
            belongs_to("person", "person_id"),
            sa.PrimaryKeyConstraint("company_id", "id"),
        )
        secure(table)
