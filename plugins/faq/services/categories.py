"""Topics: what they are called, in which order they stand, and where their articles go when one is given up."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import func, select

from plugins.faq.models import Article, Category
from plugins.faq.services.articles import move_to_category
from plugins.faq.services.content import STEP, by_wish, find_category, free, number_rows, slug_of
from quartier.sdk import CompanySession, LocalizedText, Viewer, new_id
from quartier.sdk import gettext as _


class CategoryInUse(Exception):
    """A topic with `count` articles goes only when it is said where they go."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} articles are inside")
        self.count = count


def create_category(
    db: CompanySession,
    *,
    by: Viewer,  # noqa: ARG001 - every write names its actor
    name: LocalizedText,
    icon: str = "help",
    key: str | None = None,
) -> Category:
    """A topic after all others; its key comes from its name when none is given."""
    wanted = key or slug_of(next(iter(name.values()), "")) or "topic"
    taken = set(db.scalars(select(Category.key)))
    if key in taken:
        raise ValidationError({"key": [_("There is a topic with this key already.")]})
    last = db.scalar(select(func.max(Category.position))) or 0
    category = Category(id=new_id(), key=free(wanted, taken), name=name, icon=icon, position=last + STEP)
    db.add(category)
    db.flush()
    return category


def rename_category(
    db: CompanySession,
    category_id: UUID,
    *,
    by: Viewer,  # noqa: ARG001 - every write names its actor
    name: LocalizedText,
    icon: str | None = None,
) -> Category:
    """Another name, another icon; the key stays, links and files depend on it."""
    category = find_category(db, category_id)
    category.name, category.icon = name, icon or category.icon
    db.flush()
    return category


def reorder_categories(db: CompanySession, *, by: Viewer, ids: Sequence[UUID]) -> None:  # noqa: ARG001
    """Put the topics in this order; those not named follow as they stood."""
    number_rows(sorted(db.scalars(select(Category).order_by(Category.position, Category.key)), key=by_wish(ids)))
    db.flush()


def delete_category(db: CompanySession, category_id: UUID, *, by: Viewer, move_to: UUID | None = None) -> None:
    """Remove a topic. Raises CategoryInUse while articles are inside and `move_to` does not say where they go."""
    category = find_category(db, category_id)
    inside = list(db.scalars(select(Article.id).filter_by(category_id=category_id).order_by(Article.position)))
    if inside and (move_to is None or move_to == category_id):
        raise CategoryInUse(len(inside))
    if move_to is not None:
        for article_id in inside:
            move_to_category(db, article_id, by=by, category_id=move_to)
    db.delete(category)
    db.flush()
