"""An event does not take place: it stays on the board and says so."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from plugins.pinboard.models import Event
from plugins.pinboard.services.events import count_up, event_of, tell_guests
from plugins.pinboard.services.placing import place
from plugins.pinboard.services.posts import NotFound, find_post, record
from quartier.sdk import CompanySession, Viewer


def cancel_event(db: CompanySession, post_id: UUID, *, by: Viewer) -> Event:
    """Call an event off, for good; who comes is told. Raises NotFound where there is none, or where it is over."""
    post = find_post(db, post_id)
    event = event_of(db, post_id)
    if event is None or event.over <= datetime.now(UTC):
        raise NotFound(str(post_id))
    if event.cancelled_at is None:
        event.cancelled_at = datetime.now(UTC)
        count_up(event)
        record(db, post, by, "edited")
        place(db, post)
        tell_guests(db, event, "cancelled", by=by)
    return event
