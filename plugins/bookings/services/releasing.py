"""Who does not come loses the time: it is free for others so many minutes after its beginning, as the rules say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from plugins.bookings import queries
from plugins.bookings.queries import BookingFacts
from plugins.bookings.rules import Rules
from quartier.sdk import CompanySession, defer

RELEASE: Final = "bookings.release"
EARLY: Final = timedelta(hours=1)
"""So long before the beginning somebody may say already that they are there."""


def released_at(booking: BookingFacts) -> datetime | None:
    """When the time is given to others, unless somebody is there by then; None where it is kept."""
    minutes = Rules.from_json(booking.rules).release
    return booking.starts + timedelta(minutes=minutes) if minutes else None


def may_arrive(booking: BookingFacts) -> bool:
    """Whether it is the moment to say that one is there, and it matters."""
    now, waits = datetime.now(UTC), booking.state == "confirmed" and booking.arrived_at is None
    return waits and released_at(booking) is not None and booking.starts - EARLY <= now < booking.ends


def watch(db: CompanySession, booking_id: UUID) -> None:
    """Look, once the time has come, whether somebody is there. Called whenever a beginning is certain."""
    found = queries.booking(db, booking_id)
    at = released_at(found) if found else None
    if at is not None:
        defer(db, RELEASE, at=at, booking=str(booking_id))


def is_due(booking: BookingFacts) -> bool:
    """Whether nobody came in time; of a booking that was moved meanwhile, the new beginning counts."""
    at = released_at(booking)
    waits = booking.state == "confirmed" and booking.arrived_at is None
    return waits and at is not None and at <= datetime.now(UTC)
