"""A notice is important: everybody whom it means is told, once."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from plugins.pinboard.notifications import NOTICE, facts_of
from plugins.pinboard.services.events import event_of, when_of
from plugins.pinboard.services.posts import NotFound, find_post
from quartier.sdk import CompanySession, Subject, Viewer, notify_important


def tell_everybody(db: CompanySession, post_id: UUID, *, by: Viewer) -> UUID | None:
    """Tell all whom a notice means; what proves it. None where that was done before: of two who do it, one does.

    Raises NotFound for a resident's post, and for one that nobody can read.
    """
    post, now = find_post(db, post_id), datetime.now(UTC)
    live = post.status == "shown" and post.show_from <= now and (post.show_until is None or post.show_until > now)
    if not post.by_staff or not live:
        raise NotFound(str(post_id))
    if post.important_at is not None:
        return None
    event = event_of(db, post_id)
    when = facts_of("moved", event.title, when_of(event), event.place) if event else {}
    about = Subject(f"/pinboard/{post_id}", post_id, {**when, "title": post.title, "text": post.plain})
    told = notify_important(db, NOTICE, to=post.audience, about=about, by=by, event=f"pinboard.important:{post_id}")
    post.important_at, post.important_id = now, told
    db.flush()
    return told
