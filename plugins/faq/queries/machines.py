"""What programs read: an article with all its languages at once, and topics with all their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from plugins.faq.models import Category
from quartier.sdk import AttachedFile, Audience, CompanySession, Visit

_ARTICLE = """
    SELECT a.id, a.slug, c.key AS category, a.status, a.publish_at, a.confirmed_at, a.changed_at, a.version, a.audience,
        ARRAY(SELECT o.slug FROM faq_related r
            JOIN faq_article o ON o.company_id = r.company_id AND o.id = r.related_id
            WHERE r.company_id = a.company_id AND r.article_id = a.id ORDER BY r.position) AS related
    FROM faq_article a JOIN faq_category c ON c.company_id = a.company_id AND c.id = a.category_id
    WHERE a.id = %(article)s AND (%(drafts)s OR a.status = 'published' AND a.publish_at <= %(now)s)
"""
_TEXTS = "SELECT language, title, summary, body, html FROM faq_article_text WHERE article_id = %s ORDER BY language"


@dataclass(frozen=True)
class MachineArticle:
    """An article as the API speaks of it; `texts` by language."""

    id: UUID
    slug: str
    category: str
    status: str
    publish_at: datetime | None
    confirmed_at: datetime | None
    changed_at: datetime
    version: int
    audience: Audience
    related: Sequence[str]
    texts: Mapping[str, Mapping[str, str]]
    files: Sequence[AttachedFile] = ()


def article_for_machine(visit: Visit, article_id: UUID, *, drafts: bool) -> MachineArticle | None:
    """One article; without `drafts` only if residents could read it now."""
    visit.db.flush()
    row = visit.db.row(_ARTICLE, {"article": article_id, "drafts": drafts, "now": visit.now})
    if row is None:
        return None
    texts = {text.language: text._asdict() for text in visit.db.rows(_TEXTS, (article_id,))}
    facts = row._asdict() | {"audience": Audience.from_json(row.audience)}
    return MachineArticle(**facts, texts=texts)


def topic_facts(db: CompanySession) -> list[dict[str, Any]]:
    """All topics with their names in every language."""
    topics = db.scalars(select(Category).order_by(Category.position, Category.key))
    return [{"id": topic.id, "key": topic.key, "name": topic.name, "icon": topic.icon} for topic in topics]
