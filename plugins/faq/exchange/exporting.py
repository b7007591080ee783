"""Articles to files, such that importing them changes nothing."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from plugins.faq.exchange.bundles import FOLDER
from plugins.faq.exchange.documents import Document, write_document
from plugins.faq.exchange.moments import written_of
from plugins.faq.exchange.topics import FILE as TOPICS
from plugins.faq.exchange.topics import write_topics
from plugins.faq.manifest import FILES
from plugins.faq.models import Article, ArticleText, Category, Related
from quartier.sdk import CompanySession, Storage, company_of, numbers_of_places

_FILES = """
    SELECT DISTINCT ON (a.thing_id, a.position, a.id) a.thing_id, a.name, s.id AS kept
    FROM attachment a JOIN stored_file s ON s.company_id = a.company_id AND s.attachment_id = a.id
    WHERE a.purpose = %s AND a.state = 'ready' AND a.thing_id IS NOT NULL
    ORDER BY a.thing_id, a.position, a.id, s.fits DESC
"""


def export_files(db: CompanySession, *, storage: Storage | None = None) -> dict[str, bytes]:
    """All topics and articles in every state, one file per article and language; pictures where a storage is given."""
    categories = list(db.scalars(select(Category).order_by(Category.position, Category.key)))
    articles = {article.id: article for article in db.scalars(select(Article).order_by(Article.slug))}
    facts = _facts(db, articles, {category.id: category.key for category in categories})
    files = {TOPICS: write_topics(categories)}
    for text in db.scalars(select(ArticleText).order_by(ArticleText.language)):
        slug = articles[text.article_id].slug
        name = f"{slug}.{text.language}.md"
        document = Document(name, slug, text.language, text.title, text.summary, text.body, facts[text.article_id])
        files[name] = write_document(document).encode()
    return files | (_pictures(db, storage, articles) if storage else {})


def _facts(db: CompanySession, articles: dict[UUID, Article], keys: dict[UUID, str]) -> dict[UUID, dict[str, Any]]:
    zone = ZoneInfo(company_of(db).timezone)
    numbers = numbers_of_places(db, {place for article in articles.values() for place in article.audience.where})
    related: dict[UUID, list[str]] = defaultdict(list)
    for row in db.scalars(select(Related).order_by(Related.position)):
        related[row.article_id].append(articles[row.related_id].slug)
    found = {}
    for article in articles.values():
        dates = {"published": article.publish_at, "confirmed": article.confirmed_at}
        found[article.id] = {
            "category": keys[article.category_id],
            "order": article.position,
            "status": article.status,
            **{name: written_of(moment, zone) for name, moment in dates.items() if moment},
            "audience": {
                "where": sorted(numbers.get(place, str(place)) for place in article.audience.where),
                "who": sorted(article.audience.who),
            },
            "related": related[article.id],
        }
    return found


def _pictures(db: CompanySession, storage: Storage, articles: dict[UUID, Article]) -> dict[str, bytes]:
    files = {}
    for row in db.rows(_FILES, (FILES.key,)):
        body = storage.get(f"{db.company_id}/{row.kept}")
        if body is not None:
            files[f"{FOLDER}/{articles[row.thing_id].slug}/{row.name}"] = body
    return files
