"""Addresses for calendars, as the Cockpit and machines list them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from plugins.bookings.manifest import MANAGE
from plugins.bookings.queries.assets import staff_assets
from quartier.sdk import COMPANY, Visit

_SHARED = """
    SELECT f.id, f.asset_id, f.names, f.created_at, f.person_id = %(person)s AS own,
        trim(p.given_name || ' ' || p.family_name) AS maker
    FROM bookings_feed f JOIN person p ON p.company_id = f.company_id AND p.id = f.person_id
    WHERE f.kind <> 'person' ORDER BY f.created_at, f.id
"""


@dataclass(frozen=True)
class SharedFeed:
    """An address that somebody of the team made, of an asset or of all (`asset_id` None)."""

    id: UUID
    asset_id: UUID | None
    names: bool
    created_at: datetime
    own: bool
    maker: str


def shared_feeds(visit: Visit) -> list[SharedFeed]:
    """One's own, and for who decides about bookings those of colleagues, of what they reach."""
    found = [SharedFeed(*row) for row in visit.db.rows(_SHARED, {"person": visit.viewer.person_id})]
    managed = {one.id for one in staff_assets(visit, MANAGE)}
    everything = visit.viewer.may(MANAGE, at=COMPANY)
    return [one for one in found if one.own or everything or one.asset_id in managed]
