"""What somebody gets of their bookings: in the copy of their data."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from plugins.bookings import queries
from plugins.bookings.schemas import BookingSchema, SeriesSchema, WaiterSchema
from quartier.sdk import CompanySession

MOST = 100_000


def copy_for(db: CompanySession, person_id: UUID) -> dict[str, Any]:
    """All bookings with their events, the series that they belong to, and the waiting list; nothing where there is
    nothing."""
    found = queries.bookings_of(db, person_id, limit=MOST)
    waits = queries.waits_of(db, person_id, still=False, limit=MOST)
    if not found and not waits:
        return {}
    names = {one.id: one.name.to_json() for one in queries.assets_of(db)}
    schema, waiting = BookingSchema(exclude=("person",)), WaiterSchema(exclude=("person",))
    return {
        "bookings": [schema.dump(one) | {"what": names[one.asset_id], "events": _events(db, one.id)} for one in found],
        "series": [
            SeriesSchema(exclude=("person", "bookings")).dump(one) | {"what": names[one.asset_id]}
            for one in queries.series_of(db, person_id)
        ],
        "waiting_list": [waiting.dump(one) | {"what": names[one.asset_id]} for one in waits],
    }


def _events(db: CompanySession, booking_id: UUID) -> list[dict[str, str]]:
    """What happened, when and why; not which colleague did it."""
    return [
        {"at": row.at.isoformat(), "what": row.what, "reason": row.reason} for row in queries.events_of(db, booking_id)
    ]
