"""Writing, publishing and withdrawing articles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import select

from plugins.faq.manifest import FILES
from plugins.faq.models import Article, ArticleText, Revision
from plugins.faq.notifications import ARTICLE, facts_of
from plugins.faq.queries import Wording
from plugins.faq.services.content import (
    STEP,
    Changes,
    NotFound,
    by_wish,
    claim_slug,
    content_of,
    find_article,
    find_category,
    free_slug,
    last_position,
    number_rows,
    put_files,
    put_related,
    put_texts,
    record,
    refuse_outdated,
    require_default_language,
)
from quartier.sdk import Audience, CompanySession, Subject, Viewer, forget_files, new_id, notify, notify_important
from quartier.sdk import gettext as _


def create_article(db: CompanySession, *, by: Viewer, changes: Changes, event: str = "created") -> Article:
    """A draft at the end of its topic. Raises ValidationError for a slug that is taken or a topic that is none."""
    category_id = changes.category_id
    if category_id is None:
        raise ValidationError({"category": [_("Please choose a topic.")]})
    title = next((text.title for text in changes.texts.values() if text.title), "")
    slug = claim_slug(db, changes.slug) if changes.slug else free_slug(db, title)
    article = Article(id=new_id(), slug=slug, category_id=find_category(db, category_id).id, version=0, status="draft")
    article.position = last_position(db, category_id) + STEP
    article.audience = changes.audience or Audience()
    db.add(article)
    db.flush()
    if changes.attach is not None:
        changes.attach(article.id)
        db.flush()
    put_texts(db, article, changes.texts)
    put_related(db, article, changes.related or ())
    record(db, article, by, event)
    return article


def save_article(
    db: CompanySession, article_id: UUID, *, by: Viewer, version: int, changes: Changes, event: str = "saved"
) -> Article:
    """Change an article that is still at `version`; saving what is there already changes nothing.

    Raises NotFound, EditConflict, and ValidationError for a slug that is taken or a live article that would be empty
    in the company's default language.
    """
    article = find_article(db, article_id)
    refuse_outdated(db, article, version)
    before = content_of(db, article)
    _apply(db, article, changes)
    if article.status == "published":
        require_default_language(db, article)
    if content_of(db, article) != before:
        record(db, article, by, event)
    return article


def publish(db: CompanySession, article_id: UUID, *, by: Viewer, at: datetime | None = None) -> Article:
    """Show an article to its audience, now or from a moment on, and tell it the first time; whoever publishes confirms.

    Raises NotFound, and ValidationError when there is nothing to read in the company's default language.
    """
    article, now = find_article(db, article_id), datetime.now(UTC)
    require_default_language(db, article)
    article.status, article.publish_at = "published", at or now
    article.confirmed_at, article.confirmed_by = now, by.account_id
    record(db, article, by, "published")
    about = Subject(f"/faq/{article.slug}", article.id, facts_of(db, article.id))
    notify(db, ARTICLE, to=article.audience, about=about, by=by.person_id, when=at, event=f"{ARTICLE.key}:{article.id}")
    return article


def tell_everybody(db: CompanySession, article_id: UUID, *, by: Viewer) -> UUID | None:
    """Tell all who can read an article that it is important; None where this version was told of already."""
    article = find_article(db, article_id)
    about = Subject(f"/faq/{article.slug}", article.id, facts_of(db, article.id, whole=True))
    event = f"{ARTICLE.key}:{article.id}:{article.version}"
    return notify_important(db, ARTICLE, to=article.audience, about=about, by=by, event=event)


def unpublish(db: CompanySession, article_id: UUID, *, by: Viewer) -> Article:
    """Back to a draft."""
    return _withdraw(db, article_id, by, "draft", "unpublished")


def archive(db: CompanySession, article_id: UUID, *, by: Viewer) -> Article:
    """Out of sight, but kept with its history."""
    return _withdraw(db, article_id, by, "archived", "archived")


def confirm_article(db: CompanySession, article_id: UUID, *, by: Viewer) -> Article:
    """Somebody has read it and it is still true. No new version: nobody's unsaved work is in the way of that."""
    article = find_article(db, article_id)
    article.confirmed_at, article.confirmed_by = datetime.now(UTC), by.account_id
    return article


def restore_revision(db: CompanySession, article_id: UUID, *, by: Viewer, number: int, version: int) -> Article:
    """Bring back texts and audience of an earlier version, as a new one. Raises as `save_article` does."""
    wanted = db.scalars(select(Revision).filter_by(article_id=article_id, number=number)).one_or_none()
    if wanted is None:
        raise NotFound(f"version {number}")
    now_written = db.scalars(select(ArticleText.language).filter_by(article_id=article_id))
    texts = {language: Wording() for language in now_written}
    texts |= {language: Wording(**text) for language, text in wanted.content["texts"].items()}
    changes = Changes(texts=texts, audience=Audience.from_json(wanted.content["audience"]))
    return save_article(db, article_id, by=by, version=version, changes=changes, event="restored")


def move_to_category(db: CompanySession, article_id: UUID, *, by: Viewer, category_id: UUID) -> Article:
    """To the end of another topic."""
    article = find_article(db, article_id)
    if article.category_id != find_category(db, category_id).id:
        article.category_id, article.position = category_id, last_position(db, category_id) + STEP
        record(db, article, by, "moved")
    return article


def reorder(db: CompanySession, *, by: Viewer, category_id: UUID, ids: Sequence[UUID]) -> None:  # noqa: ARG001
    """Put the articles of a topic in this order; those not named follow as they stood."""
    articles = db.scalars(select(Article).filter_by(category_id=category_id).order_by(Article.position, Article.slug))
    number_rows(sorted(articles, key=by_wish(ids)))


def _apply(db: CompanySession, article: Article, changes: Changes) -> None:
    if changes.slug and changes.slug != article.slug:
        article.slug = claim_slug(db, changes.slug)
    if changes.category_id and changes.category_id != article.category_id:
        article.category_id = find_category(db, changes.category_id).id
        article.position = last_position(db, changes.category_id) + STEP
    if changes.audience is not None:
        article.audience = changes.audience
    if changes.related is not None:
        put_related(db, article, changes.related)
    if changes.attach is not None:
        put_files(db, article, changes.attach)
    put_texts(db, article, changes.texts)


def _withdraw(db: CompanySession, article_id: UUID, by: Viewer, status: str, event: str) -> Article:
    article = find_article(db, article_id)
    if article.status != status:
        article.status = status
        record(db, article, by, event)
    return article


def delete_article(db: CompanySession, article_id: UUID, *, by: Viewer) -> None:  # noqa: ARG001 - every write names its actor
    """Delete a draft with its files and its history; what residents may have read is archived instead."""
    article = find_article(db, article_id)
    if article.status != "draft":
        raise ValidationError({"status": [_("Only drafts can be deleted. Archive this article instead.")]})
    forget_files(db, FILES.key, [article_id])
    db.delete(article)
    db.flush()
