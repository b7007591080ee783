"""A person goes, and so do their bookings."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select

from plugins.bookings.models import Booking, Feed, Series
from quartier.sdk import CompanySession, withdraw_notifications


def forget(db: CompanySession, person_id: UUID) -> None:
    """Take away all that somebody has booked; times that lie ahead are free again."""
    db.execute(delete(Feed).filter_by(person_id=person_id))
    withdraw_notifications(db, db.scalars(select(Booking.id).filter_by(person_id=person_id)))
    db.execute(delete(Booking).filter_by(person_id=person_id))
    db.execute(delete(Series).filter_by(person_id=person_id))
