"""How much an article helped, counted where it stands: the list of all articles must not count answers each time."""

import sqlalchemy as sa
from alembic import op

revision = "faq_0002"
down_revision = "faq_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("faq_article", sa.Column("votes", sa.Integer, nullable=False, server_default="0"))
    op.execute("""
        UPDATE faq_article a SET votes = f.votes
        FROM (
            SELECT company_id, article_id,
                count(*) FILTER (WHERE helpful) - count(*) FILTER (WHERE NOT helpful) AS votes
            FROM faq_feedback GROUP BY company_id, article_id
        ) f WHERE f.company_id = a.company_id AND f.article_id = a.id
    """)


def downgrade() -> None:
    op.drop_column("faq_article", "votes")
