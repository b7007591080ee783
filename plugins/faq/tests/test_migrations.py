"""What a migration does to rows that were there before it, as the owner who sees no company's rows."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text

from quartier.sdk import new_id

ARTICLE = "INSERT INTO faq_article (company_id, id, category_id, slug, votes) VALUES (:of, :id, :of, :slug, :votes)"
ANSWER = ("INSERT INTO faq_feedback (company_id, id, article_id, account_id, helpful) "
          "VALUES (:of, :id, :article, :id, :helpful)")  # fmt: skip


def test_answers_that_are_older_than_their_count_are_counted(test_urls: Any) -> None:
    of, heating, bins = (str(new_id()) for _each in range(3))
    admin = create_engine(test_urls.admin)
    with admin.connect() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # only these two tables matter
        for article, slug, votes in ((heating, "heizung", 0), (bins, "abfall", 7)):
            connection.execute(text(ARTICLE), {"of": of, "id": article, "slug": slug, "votes": votes})
        for helpful in (True, True, False, True):
            said = {"of": of, "id": str(new_id()), "article": heating, "helpful": helpful}
            connection.execute(text(ANSWER), said)
        connection.execute(text("SET LOCAL ROLE quartier_owner"))
        with Operations.context(MigrationContext.configure(connection)):
            import_module("plugins.faq.migrations.faq_0004_votes_counted").upgrade()
        connection.execute(text("RESET ROLE"))
        rows = connection.execute(text("SELECT slug, votes FROM faq_article WHERE company_id = :of"), {"of": of})
        assert dict(map(tuple, rows)) == {"heizung": 2, "abfall": 7}
    admin.dispose()
