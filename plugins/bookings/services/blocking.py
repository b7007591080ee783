"""Times in which the company keeps an asset from use, and whom that hits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from plugins.bookings import queries
from plugins.bookings.queries import AssetFacts, BookingFacts
from plugins.bookings.rules import Refusal, Rules, minute_of, moment, touches_closed
from plugins.bookings.services.assets import InTheWay
from plugins.bookings.services.deciding import cancel
from plugins.bookings.services.making import Refused, write
from plugins.bookings.services.offering import take_back
from quartier.sdk import CompanySession, Viewer, new_id

AHEAD: Final = timedelta(days=1200)
"""Farther ahead nobody can book."""
_HIT = """
    SELECT DISTINCT booking_id FROM bookings_blocking
    WHERE resource_id = ANY(%(resources)s) AND ends > %(first)s AND starts < %(last)s AND booking_id IS NOT NULL
"""


def hit_by(db: CompanySession, asset: AssetFacts, start: int, end: int) -> list[BookingFacts]:
    """Bookings that cannot take place when this time is blocked, also those of assets that this one excludes."""
    given = {"resources": list(asset.resources), "first": moment(start), "last": moment(end)}
    found = [queries.booking(db, row.booking_id) for row in db.rows(_HIT, given)]
    return sorted((one for one in found if one is not None), key=lambda one: one.starts)


def closed_out(db: CompanySession, asset: AssetFacts, rules: Rules) -> list[BookingFacts]:
    """Bookings ahead that lie in times which new rules close again and again, and the old ones left open."""
    if not rules.closes:
        return []
    now = datetime.now(UTC)
    ahead = [
        one for state in ("requested", "confirmed")
        for one in queries.between(db, [asset.id], now, now + AHEAD, state)
    ]  # fmt: skip
    found = []
    for one in ahead:
        times = minute_of(one.starts), minute_of(one.ends)
        if touches_closed(rules, *times, asset.zone) and not touches_closed(asset.rules, *times, asset.zone):
            found.append(one)
    return sorted(found, key=lambda one: one.starts)


def cancel_closed(db: CompanySession, bookings: Sequence[BookingFacts], *, by: Viewer, reason: str) -> None:
    """Give these up at no cost; everybody gets a message that says why."""
    for one in bookings:
        cancel(db, one, by=by, reason=reason, offered=False)


def block(
    db: CompanySession, asset: AssetFacts, start: int, end: int, *, by: Viewer, reason: str, hits: int = 0
) -> UUID:
    """Keep a time from use; bookings in it are cancelled at no cost, with a message that says why.

    `hits` is how many of those the colleague was shown: raises InTheWay where there are others, and Refused where the
    time is blocked already.
    """
    hit = [one for one in hit_by(db, asset, start, end) if one.state != "block"]
    if hit and len(hit) != hits:
        raise InTheWay(len(hit), hit[0].starts)
    for one in hit:
        cancel(db, one, by=by, reason=reason, offered=False)
    take_back(db, asset, start, end)
    made = new_id()
    values: dict[str, Any] = {
        "id": made, "asset": asset.id, "person": None, "household": None, "starts": moment(start),
        "ends": moment(end), "state": "block", "people": 1, "note": "", "reason": reason, "price": 0, "deposit": 0,
        "vat": 0, "currency": asset.currency, "rules": Jsonb({}), "agreed": None, "series": None, "made_by": by.name,
        "override": "", "what": "blocked", "resources": list(asset.resources), "first": moment(start),
        "last": moment(end),
    }  # fmt: skip
    if not write(db, asset, values):
        raise Refused([Refusal("taken")], None)
    return made
