"""The page of all articles is read anew only when an article, a text or a topic changed."""

from alembic import op

from quartier.sdk import versioned

revision = "faq_0003"
down_revision = "faq_0002"
branch_labels = None
depends_on = None

TABLES = ("faq_category", "faq_article", "faq_article_text")


def upgrade() -> None:
    for table in TABLES:
        versioned(table, "faq")


def downgrade() -> None:
    for table in TABLES:
        op.execute(f"DROP TRIGGER count_contents ON {table}")
