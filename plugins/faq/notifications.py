"""What residents are told of: that there is something new to read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from plugins.faq.models import Article, ArticleText
from quartier.sdk import Audience, CompanySession, LocalizedText, NotificationKind, Words, render_markdown
from quartier.sdk import gettext as _


def audiences(db: CompanySession, things: Collection[UUID]) -> Mapping[UUID, Audience]:
    """Of these articles those that can be read at this moment, and by whom."""
    shown = select(Article).where(
        Article.id.in_(things), Article.status == "published", Article.publish_at <= func.now()
    )
    return {article.id: article.audience for article in db.scalars(shown)}


def facts_of(db: CompanySession, article_id: UUID, *, whole: bool = False) -> dict[str, LocalizedText]:
    """What an article is called in each of its languages; the `whole` of it for a mail to who cannot open it."""
    texts = db.scalars(select(ArticleText).filter_by(article_id=article_id)).all()
    facts = {"title": LocalizedText({text.language: text.title for text in texts})}
    return (
        {**facts, "text": LocalizedText({text.language: render_markdown(text.body).plain for text in texts})}
        if whole
        else facts
    )


def words(facts: Mapping[str, Any]) -> Words:
    """What somebody is told: that there is something new, or all of what is important."""
    if not facts["important"]:
        return Words(_("New to read"), facts["title"])
    return Words(_("Important"), facts["title"], tuple(facts["text"].text.split("\n")))


ARTICLE = NotificationKind(
    "faq.article",
    {"de": "Neue Artikel", "en": "New articles", "fr": "Nouveaux articles"},
    tell=words,
    example={"title": "Altglas und Karton", "important": False},
    audiences=audiences,
    default="never",
)
"""An article is there for the first time. Nobody waits for one, so it is mailed to who asks."""
