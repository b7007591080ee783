"""Addresses for calendars, as the Cockpit and machines list them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from plugins.bookings.manifest import MANAGE
from plugins.bookings.queries.assets import staff_assets
from plugins.bookings.queries.lists import NAME, PERSON
from quartier.sdk import COMPANY, CompanySession, Visit

_SHARED = """
    SELECT f.id, f.asset_id, f.names, f.created_at, f.person_id = %(person)s AS own,
        trim(p.given_name || ' ' || p.family_name) AS maker
    FROM bookings_feed f JOIN person p ON p.company_id = f.company_id AND p.id = f.person_id
    WHERE f.kind <> 'person' ORDER BY f.created_at, f.id
"""

MOST: Final = 5000
"""Events of a calendar at most: what lies ahead first, the nearest of it, then what is over, the latest of it."""
_EVENT = f"b.id, b.asset_id, b.starts, b.ends, b.state, b.reason, b.sequence, b.changed_at, {NAME}"
_EVENTS = f"""
    SELECT {_EVENT} FROM (
        (SELECT b.*, 1 AS part, b.starts - %(now)s AS away FROM bookings_booking b
            WHERE b.asset_id = ANY(%(assets)s) AND b.starts >= %(now)s AND b.starts < %(last)s
            ORDER BY b.starts, b.id LIMIT %(limit)s)
        UNION ALL
        (SELECT b.*, 2, %(now)s - b.starts FROM bookings_booking b
            WHERE b.asset_id = ANY(%(assets)s) AND b.starts < %(now)s AND b.starts > %(first)s
            ORDER BY b.starts DESC, b.id LIMIT %(limit)s)
        ORDER BY part, away LIMIT %(limit)s
    ) b {PERSON} ORDER BY b.starts, b.id
"""  # noqa: S608


@dataclass(frozen=True)
class FeedEvent:
    """A booking as calendar programs have it, also one that was given up: programs take it away then."""

    id: UUID
    asset_id: UUID
    starts: datetime
    ends: datetime
    state: str
    reason: str
    sequence: int
    changed_at: datetime
    person: str


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


def feed_events(
    db: CompanySession, assets: Sequence[UUID], now: datetime, *, back: timedelta, ahead: timedelta
) -> list[FeedEvent]:
    """Bookings and blocked times of these assets around now, in the order of their beginning."""
    given = {"assets": list(assets), "now": now, "first": now - back, "last": now + ahead, "limit": MOST}
    return [FeedEvent(*row) for row in db.rows(_EVENTS, given)]
