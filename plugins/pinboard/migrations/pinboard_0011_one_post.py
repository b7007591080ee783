"""What somebody was shown of one post is kept as well: whether they follow it, and what was decided there, counts."""

from alembic import op

from quartier.sdk import versioned

revision = "pinboard_0011"
down_revision = "pinboard_0010"
branch_labels = None
depends_on = None

SHOWN = ("pinboard_follow", "pinboard_case")


def upgrade() -> None:
    for table in SHOWN:
        versioned(table, "board")


def downgrade() -> None:
    for table in SHOWN:
        op.execute(f"DROP TRIGGER count_contents ON {table}")
