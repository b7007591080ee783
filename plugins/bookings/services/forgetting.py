"""A person goes, and so do their bookings."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete

from plugins.bookings.models import Booking, Feed
from quartier.sdk import CompanySession


def forget(db: CompanySession, person_id: UUID) -> None:
    """Take away all that somebody has booked; times that lie ahead are free again."""
    db.execute(delete(Feed).filter_by(person_id=person_id))
    db.execute(delete(Booking).filter_by(person_id=person_id))
