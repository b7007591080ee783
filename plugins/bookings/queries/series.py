"""What belongs to a series, and what counts against the quota of a household."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from plugins.bookings.queries.bookings import FACTS, FROM, BookingFacts
from quartier.sdk import CompanySession

_SERIES = """
    SELECT id, asset_id, person_id, way, starts, ends, until, count, created_at FROM bookings_series
    WHERE id = %(id)s AND (%(person)s::uuid IS NULL OR person_id = %(person)s)
"""
_SERIES_OF = """
    SELECT id, asset_id, person_id, way, starts, ends, until, count, created_at FROM bookings_series
    WHERE person_id = %s ORDER BY starts, id
"""
_OF_A_SERIES = f"SELECT {FACTS} {FROM} WHERE b.series_id = %s ORDER BY b.starts, b.id"
_THESE = f"SELECT {FACTS} {FROM} WHERE b.id = ANY(%s) ORDER BY b.starts, b.id"
_CERTAIN = "SELECT DISTINCT booking_id FROM bookings_event WHERE booking_id = ANY(%s) AND what = 'confirmed'"
_COUNTED = """
    SELECT starts FROM bookings_booking WHERE household = %(household)s AND asset_id = %(asset)s
        AND starts >= %(since)s AND state IN ('requested', 'confirmed', 'missed')
"""


@dataclass(frozen=True)
class SeriesFacts:
    """What was asked for: the first date, how it is repeated, and until when or how often."""

    id: UUID
    asset_id: UUID
    person_id: UUID
    way: str
    starts: datetime
    ends: datetime
    until: date | None
    count: int | None
    created_at: datetime


def series(db: CompanySession, series_id: UUID, *, person_id: UUID | None = None) -> SeriesFacts | None:
    """One series; with a person, only one of theirs."""
    row = db.row(_SERIES, {"id": series_id, "person": person_id})
    return SeriesFacts(*row) if row else None


def series_of(db: CompanySession, person_id: UUID) -> list[SeriesFacts]:
    """All series of a person."""
    return [SeriesFacts(*row) for row in db.rows(_SERIES_OF, (person_id,))]


def of_series(db: CompanySession, series_id: UUID) -> list[BookingFacts]:
    """All bookings of a series in their order, those that were given up too."""
    return [BookingFacts(*row) for row in db.rows(_OF_A_SERIES, (series_id,))]


def these(db: CompanySession, bookings: list[UUID]) -> list[BookingFacts]:
    """Bookings by their ids, in the order of their beginning; what is gone is not among them."""
    return [BookingFacts(*row) for row in db.rows(_THESE, (bookings,))]


def ever_confirmed(db: CompanySession, bookings: list[UUID]) -> set[UUID]:
    """Which of these bookings were certain at any time, and not only asked for."""
    return {row.booking_id for row in db.rows(_CERTAIN, (bookings,))}


def counted(db: CompanySession, household: UUID, asset_id: UUID, since: datetime) -> list[datetime]:
    """When the bookings begin that count against the quota of a household."""
    given = {"household": household, "asset": asset_id, "since": since}
    return [row.starts for row in db.rows(_COUNTED, given)]
