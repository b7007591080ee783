"""What residents read."""

from __future__ import annotations

from plugins.faq import queries
from plugins.faq.tests.sample import live
from quartier.testing import SomeCompany


def test_a_published_article_is_found(brunnenhof: SomeCompany) -> None:
    visit = brunnenhof.resident().visit()
    article = live(visit.db, "Mein Heizkörper bleibt kalt", "Die Fussbodenheizung entlüften.")
    assert [row.slug for row in queries.search_articles(visit, "heizung")] == [article.slug]
