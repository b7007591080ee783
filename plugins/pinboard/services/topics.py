"""Categories: what they are called, in which order they stand, and where their posts go when one is given up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import func, select, update

from plugins.pinboard.manifest import ARRANGE, MODERATE, PUBLISH, VIEW
from plugins.pinboard.models import Category, Post, Spot
from quartier.sdk import CompanySession, LocalizedText, Viewer, fold, new_id
from quartier.sdk import gettext as _

STEP: Final = 10
NAMES: Final = (
    ("notice", "megaphone", True, {"de": "Mitteilung", "en": "Notice", "fr": "Avis"}),
    ("repair", "wrench", True, {"de": "Reparatur", "en": "Repair", "fr": "Travaux"}),
    ("event", "calendar", False, {"de": "Anlass", "en": "Event", "fr": "Rencontre"}),
    ("offer", "handshake", False, {"de": "Biete", "en": "Offer", "fr": "J’offre"}),
    ("wanted", "map", False, {"de": "Suche", "en": "Looking for", "fr": "Je cherche"}),
    ("gift", "gift", False, {"de": "Zu verschenken", "en": "To give away", "fr": "À donner"}),
    ("lost", "key", False, {"de": "Verloren, gefunden", "en": "Lost and found", "fr": "Objets perdus, trouvés"}),
    ("tip", "light", False, {"de": "Tipp", "en": "Tip", "fr": "Bon plan"}),
    ("survey", "contract", False, {"de": "Umfrage", "en": "Survey", "fr": "Sondage"}),
)


class TopicInUse(Exception):
    """A category with `count` posts goes only when it is said where they go."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} posts are inside")
        self.count = count


def plant_topics(db: CompanySession, *, by: Viewer) -> None:
    """Give a company without categories the usual ones; a company that has some keeps them as they are."""
    if db.scalars(select(Category.id)).first() is None:
        for key, icon, staff_only, name in NAMES:
            create_topic(db, by=by, key=key, icon=icon, name=LocalizedText(name), staff_only=staff_only)


def create_topic(
    db: CompanySession,
    *,
    by: Viewer,  # noqa: ARG001 - every write names its actor
    name: LocalizedText,
    icon: str = "board",
    staff_only: bool = False,
    key: str | None = None,
) -> Category:
    """A category after all others; its key comes from its name when none is given."""
    taken = set(db.scalars(select(Category.key)))
    if key in taken:
        raise ValidationError({"key": [_("There is a category with this key already.")]})
    wanted = key or re.sub(r"[^a-z0-9]+", "-", fold(next(iter(name.values()), ""))).strip("-") or "category"
    found, number = wanted, 2
    while found in taken:
        found, number = f"{wanted}-{number}", number + 1
    last = db.scalar(select(func.max(Category.position))) or 0
    topic = Category(id=new_id(), key=found, name=name, icon=icon, staff_only=staff_only, position=last + STEP)
    db.add(topic)
    db.flush()
    return topic


def rename_topic(
    db: CompanySession,
    topic_id: UUID,
    *,
    by: Viewer,  # noqa: ARG001 - every write names its actor
    name: LocalizedText,
    icon: str,
    staff_only: bool,
) -> None:
    """Another name, sign or circle of writers; the key stays. Raises LookupError."""
    topic = find_topic(db, topic_id)
    if topic is None:
        raise LookupError(str(topic_id))
    topic.name, topic.icon, topic.staff_only = name, icon, staff_only
    db.flush()


def reorder_topics(db: CompanySession, *, by: Viewer, ids: Sequence[UUID]) -> None:  # noqa: ARG001
    """Put the categories in this order; those not named follow as they stood."""
    wish = {wanted: place for place, wanted in enumerate(ids)}
    rows = list(db.scalars(select(Category).order_by(Category.position, Category.key)))
    for place, topic in enumerate(sorted(rows, key=lambda row: wish.get(row.id, len(wish))), start=1):
        topic.position = place * STEP
    db.flush()


def delete_topic(db: CompanySession, topic_id: UUID, *, by: Viewer, move_to: UUID | None = None) -> None:  # noqa: ARG001
    """Remove a category. Raises TopicInUse while posts are inside and `move_to` does not say where they go."""
    topic = find_topic(db, topic_id)
    if topic is None:
        raise LookupError(str(topic_id))
    inside = db.scalar(select(func.count()).select_from(Post).filter_by(category_id=topic_id)) or 0
    other = find_topic(db, move_to) if move_to and move_to != topic_id else None
    if inside and other is None:
        raise TopicInUse(inside)
    if other is not None:
        for table in (Post, Spot):
            db.execute(update(table).filter_by(category_id=topic_id).values(category_id=other.id))
    db.delete(topic)
    db.flush()


def find_topic(db: CompanySession, topic_id: UUID) -> Category | None:
    """The category, if there is one with this id."""
    return db.scalars(select(Category).filter_by(id=topic_id)).one_or_none()


def machine(name: str) -> Viewer:
    """Who acts when it is not a person, with every right here: a command, or files being planted."""
    return Viewer(kind="agent", name=name, permissions=frozenset({VIEW, PUBLISH, MODERATE, ARRANGE}))
