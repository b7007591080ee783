"""A person goes, and so do their bookings."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, select

from plugins.bookings.models import Booking, Feed, Series, Waiter
from plugins.bookings.services.offering import offer
from quartier.sdk import CompanySession, withdraw_notifications

_AHEAD = """
    SELECT asset_id, starts, ends FROM bookings_booking
    WHERE person_id = %(person)s AND state IN ('requested', 'confirmed') AND starts > now()
    UNION ALL SELECT asset_id, starts, ends FROM bookings_waiter WHERE person_id = %(person)s AND state = 'offered'
"""


def forget(db: CompanySession, person_id: UUID) -> None:
    """Take away all that somebody has booked or waits for; times that lie ahead are free again, and offered."""
    freed = db.rows(_AHEAD, {"person": person_id})
    withdraw_notifications(db, db.scalars(select(Waiter.id).filter_by(person_id=person_id)))
    db.execute(delete(Waiter).filter_by(person_id=person_id))
    db.execute(delete(Feed).filter_by(person_id=person_id))
    withdraw_notifications(db, db.scalars(select(Booking.id).filter_by(person_id=person_id)))
    db.execute(delete(Booking).filter_by(person_id=person_id))
    db.execute(delete(Series).filter_by(person_id=person_id))
    for row in freed:
        offer(db, row.asset_id, row.starts, row.ends)
