"""What residents are told of: that there is something new to read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import func, select

from plugins.faq.models import Article, ArticleText
from quartier.sdk import Audience, CompanySession, LocalizedText, NotificationKind, Words
from quartier.sdk import gettext as _


def audiences(db: CompanySession, things: Collection[UUID]) -> Mapping[UUID, Audience]:
    """Of these articles those that can be read at this moment, and by whom."""
    shown = select(Article).where(
        Article.id.in_(things), Article.status == "published", Article.publish_at <= func.now()
    )
    return {article.id: article.audience for article in db.scalars(shown)}


def titles(db: CompanySession, article_id: UUID) -> LocalizedText:
    """What an article is called, in each of its languages."""
    texts = db.scalars(select(ArticleText).filter_by(article_id=article_id))
    return LocalizedText({text.language: text.title for text in texts})


ARTICLE = NotificationKind(
    "faq.article",
    {"de": "Neue Artikel", "en": "New articles", "fr": "Nouveaux articles"},
    tell=lambda facts: Words(_("New to read"), facts["title"]),
    example={"title": "Altglas und Karton"},
    audiences=audiences,
    default="never",
    push=False,
)
"""An article is there for the first time. Nobody waits for one: it rings nowhere, and is mailed to who asks."""
