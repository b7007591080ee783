"""What somebody gets of their bookings: in the copy of their data."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from plugins.bookings import queries
from plugins.bookings.schemas import BookingSchema
from quartier.sdk import CompanySession


def copy_for(db: CompanySession, person_id: UUID) -> dict[str, Any]:
    """All bookings with their events; nothing where there are none."""
    found = queries.bookings_of(db, person_id, limit=100_000)
    if not found:
        return {}
    names = {one.id: one.name.to_json() for one in queries.assets_of(db)}
    schema = BookingSchema(exclude=("person",))
    return {
        "bookings": [schema.dump(one) | {"what": names[one.asset_id], "events": _events(db, one.id)} for one in found]
    }


def _events(db: CompanySession, booking_id: UUID) -> list[dict[str, str]]:
    """What happened, when and why; not which colleague did it."""
    return [
        {"at": row.at.isoformat(), "what": row.what, "reason": row.reason} for row in queries.events_of(db, booking_id)
    ]
