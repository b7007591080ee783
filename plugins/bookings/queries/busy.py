"""What is taken: one statement for however many assets and days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from plugins.bookings.queries.assets import AssetFacts
from plugins.bookings.rules import NOTHING, Busy, Slot, horizon, minute_at, moment, next_free
from quartier.sdk import CompanySession

NEAR: Final = 7  # days
# The times come as one array for each resource: a thousand rows would take longer to read than to find.
_BLOCKED = """
    SELECT resource_id, array_agg((date_part('epoch', starts) / 60)::int) AS starts,
        array_agg((date_part('epoch', ends) / 60)::int) AS ends
    FROM bookings_blocking
    WHERE resource_id = ANY(%(resources)s) AND ends > %(first)s AND starts < %(last)s
        AND (%(but)s::uuid IS NULL OR booking_id IS DISTINCT FROM %(but)s)
    GROUP BY resource_id
"""
# What somebody has of an asset themselves comes with what is taken of it: the calendar asks once for both.
_AND_OWN = f"""
    SELECT b.*, NULL::uuid[] AS ids, NULL::text[] AS states FROM ({_BLOCKED}) b
    UNION ALL SELECT NULL, array_agg((date_part('epoch', starts) / 60)::int),
        array_agg((date_part('epoch', ends) / 60)::int), array_agg(id), array_agg(state)
    FROM (
        SELECT id, starts, ends, 'mine' AS state FROM bookings_booking WHERE person_id = %(person)s
            AND asset_id = %(asset)s AND ends > %(first)s AND starts < %(last)s AND state IN ('requested', 'confirmed')
        UNION ALL SELECT id, starts, ends, CASE WHEN lapses > now() THEN 'offered' ELSE 'waiting' END
        FROM bookings_waiter WHERE person_id = %(person)s AND asset_id = %(asset)s AND ends > %(first)s
            AND starts < %(last)s AND starts > now() AND (state = 'waiting' OR state = 'offered' AND lapses > now())
    ) own
"""  # noqa: S608


def busy(
    db: CompanySession, assets: Iterable[AssetFacts], first: int, last: int, *, but: UUID | None = None
) -> dict[UUID, Busy]:
    """Asset → what is taken of it between two moments, with what excludes it; `but` a booking that is to be moved."""
    wanted = list(assets)
    resources = sorted({resource for one in wanted for resource in one.resources})
    given = {"resources": resources, "first": moment(first), "last": moment(last), "but": but}
    # What a page mostly begins with: it is planned in no time, whatever it looks for.
    rows = {row.resource_id: row for row in db.first(_BLOCKED, given)} if resources else {}
    return {one.id: together([rows[id_] for id_ in one.resources if id_ in rows]) for one in wanted}


def busy_of(db: CompanySession, asset: AssetFacts, first: int, last: int, *, but: UUID | None = None) -> Busy:
    """What is taken of one asset."""
    return busy(db, [asset], first, last, but=but)[asset.id]


class Taken(NamedTuple):
    """What is taken of a resource: beginnings, and ends."""

    starts: Sequence[int]
    ends: Sequence[int]


class Own(NamedTuple):
    """What somebody has to do with a time themselves: it is "mine", "offered" to them, or they are "waiting" for it."""

    start: int
    end: int
    id: UUID
    state: str


def busy_and_own(
    db: CompanySession, asset: AssetFacts, person_id: UUID | None, first: int, last: int
) -> tuple[Busy, list[Own]]:
    """What is taken of an asset between two moments, and of that what concerns this person."""
    given = {
        "resources": sorted(asset.resources), "first": moment(first), "last": moment(last), "but": None,
        "person": person_id, "asset": asset.id,
    }  # fmt: skip
    taken: list[Taken] = []
    own: list[Own] = []
    for row in db.rows(_AND_OWN, given):
        if row.resource_id is not None:
            taken.append(Taken(row.starts, row.ends))
        elif row.ids:
            own = [Own(*one) for one in zip(row.starts, row.ends, row.ids, row.states, strict=True)]
    return together(taken), own


def next_free_of(db: CompanySession, assets: Sequence[AssetFacts], now: int, days: int = 30) -> dict[UUID, Slot]:
    """Asset → the next slot that somebody could have, within so many days.

    Most have one within a week: only of those that have none is the rest read.
    """
    found: dict[UUID, Slot] = {}
    for ahead in sorted({min(NEAR, days), days}):
        left = [one for one in assets if one.id not in found]
        found |= _free_within(db, left, now, ahead) if left else {}
    return found


def _free_within(db: CompanySession, assets: Sequence[AssetFacts], now: int, days: int) -> dict[UUID, Slot]:
    until = now + days * 1440
    taken = busy(db, assets, now - 1440, until + 2 * 1440)
    found = {one.id: next_free(one.rules, one.zone, taken[one.id], now=now, until=until) for one in assets}
    return {id_: slot for id_, slot in found.items() if slot is not None and slot.start < until}


def bounds(asset: AssetFacts, first: date, last: date) -> tuple[int, int]:
    """From the evening before the first day until after the last one, with what buffers reach beyond."""
    edge = asset.rules.before + asset.rules.after
    begins, ends = minute_at(first, 0, asset.zone), minute_at(last + timedelta(days=2), 0, asset.zone)
    return begins - 1440 - edge, ends + edge


def until_horizon(asset: AssetFacts, now: int) -> int:
    """The end of what can be booked today."""
    return bounds(asset, horizon(asset.rules, asset.zone, now), horizon(asset.rules, asset.zone, now))[1]


def together(rows: Sequence[Taken]) -> Busy:
    """What is taken of an asset, of what is of its resources; of one of them, no two times overlap."""
    if len(rows) == 1:
        return Busy.apart(rows[0].starts, rows[0].ends)
    return Busy([span for row in rows for span in zip(row.starts, row.ends, strict=True)]) if rows else NOTHING
