"""Where a post is seen: its keys, in the index that readers' feeds are made of."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import delete

from plugins.pinboard.models import Post, Spot
from plugins.pinboard.queries.circles import EVERY, NEIGHBOURS, STAFF
from plugins.pinboard.services.events import clear_past, event_of, show_or_hide
from quartier.sdk import CompanySession


def place(db: CompanySession, post: Post) -> None:
    """Put the post where its audience finds it, and nowhere when it is not shown."""
    db.flush()
    db.execute(delete(Spot).filter_by(post_id=post.id))
    if event := event_of(db, post.id):
        show_or_hide(db, event, shown=post.status == "shown")
    if post.status == "shown":
        rank, known = int(post.pinned), {"at": post.show_from, "until": post.show_until}
        known["over"] = event.over if event and event.cancelled_at is None else None
        for key in keys_of(post):
            db.add(Spot(post_id=post.id, key=key, category_id=post.category_id, rank=rank, **known))
    db.flush()


def keys_of(post: Post) -> list[str]:
    """The keys under which a post stands; `queries.circles` says who looks where."""
    if post.by_staff:
        return [EVERY, STAFF, *post.audience_keys]
    overseen = [f"{EVERY}{post.property_id}"] if post.property_id else []
    return [EVERY, *overseen, *(f"{NEIGHBOURS}{key}" for key in post.audience_keys)]


def clear_ended(db: CompanySession) -> None:
    """Forget where posts stood whose time is over, and events that are past and have no post any more."""
    db.execute(delete(Spot).where(Spot.until <= datetime.now(UTC)))
    clear_past(db)
