"""What is taken: one statement for however many assets and days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from plugins.bookings.queries.assets import AssetFacts
from plugins.bookings.queries.bookings import LONGEST_DAYS
from plugins.bookings.rules import NOTHING, Busy, Slot, horizon, minute_at, minute_of, moment, next_free
from quartier.sdk import CompanySession

NEAR: Final = 7  # days
DAY: Final = 1440  # minutes
# The times come as one array for each resource: a thousand rows would take longer to read than to find.
_BLOCKED = """
    SELECT resource_id, array_agg((date_part('epoch', starts) / 60)::int) AS starts,
        array_agg((date_part('epoch', ends) / 60)::int) AS ends
    FROM bookings_blocking
    WHERE resource_id = ANY(%(resources)s) AND ends > %(first)s AND starts < %(last)s
        AND (%(but)s::uuid IS NULL OR booking_id IS DISTINCT FROM %(but)s)
    GROUP BY resource_id
"""
# Whose it is comes with what is taken: one calendar is kept for all who look at it, each with their own marked in it.
_AND_WHOSE = f"""
    SELECT b.*, NULL::uuid AS person_id, NULL::uuid[] AS ids, NULL::text[] AS states, NULL::float8[] AS lapses
    FROM ({_BLOCKED}) b
    UNION ALL SELECT NULL, array_agg((date_part('epoch', starts) / 60)::int),
        array_agg((date_part('epoch', ends) / 60)::int), person_id, array_agg(id), array_agg(state),
        array_agg(date_part('epoch', lapses))
    FROM (
        SELECT person_id, id, starts, ends, 'mine' AS state, NULL::timestamptz AS lapses FROM bookings_booking
        WHERE asset_id = %(asset)s AND ends > %(first)s AND starts < %(last)s AND starts > %(before)s
            AND state IN ('requested', 'confirmed')
        UNION ALL SELECT person_id, id, starts, ends, state, lapses FROM bookings_waiter WHERE asset_id = %(asset)s
            AND ends > %(first)s AND starts < %(last)s AND starts > now() AND state IN ('waiting', 'offered')
    ) own GROUP BY person_id
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
    """What somebody has to do with a time themselves: it is "mine", or they are "waiting" for it, or it is "offered" to
    them until `lapses` (seconds since 1970)."""

    start: int
    end: int
    id: UUID
    state: str
    lapses: float | None


class Taking(NamedTuple):
    """What is taken of an asset, and of that what each person has to do with it themselves."""

    busy: Busy
    whose: Mapping[UUID, Sequence[Own]]

    def own(self, person_id: UUID | None, now: datetime) -> list[Own]:
        """What of it concerns this person: waiting ends when the time begins, an offer when it lapses."""
        found = self.whose.get(person_id, ()) if person_id else ()
        minute, second = minute_of(now), now.timestamp()
        return [
            one for one in found
            if one.state == "mine" or (one.start > minute and (one.state == "waiting" or (one.lapses or 0) > second))
        ]  # fmt: skip


def taking(db: CompanySession, asset: AssetFacts, first: int, last: int) -> Taking:
    """What is taken between two moments, with what excludes the asset, and whose it is. One statement."""
    given = {
        "resources": list(asset.resources), "first": moment(first), "last": moment(last), "but": None,
        "asset": asset.id, "before": moment(first) - timedelta(days=LONGEST_DAYS),
    }  # fmt: skip
    taken: list[Taken] = []
    whose: dict[UUID, list[Own]] = {}
    for row in db.rows(_AND_WHOSE, given):
        if row.resource_id is not None:
            taken.append(Taken(row.starts, row.ends))
        else:
            columns = zip(row.starts, row.ends, row.ids, row.states, row.lapses, strict=True)
            whose[row.person_id] = [Own(*one) for one in columns]
    return Taking(together(taken), whose)


def next_free_of(db: CompanySession, assets: Sequence[AssetFacts], now: int, days: int = 30) -> dict[UUID, Slot]:
    """Asset → the next slot that somebody could have, within so many whole days (UTC) after this one.

    Most have one within a week: only of those that have none is the rest read.
    """
    found: dict[UUID, Slot] = {}
    for ahead in sorted({min(NEAR, days), days}):
        left = [one for one in assets if one.id not in found]
        found |= _free_within(db, left, now, ahead) if left else {}
    return found


def _free_within(db: CompanySession, assets: Sequence[AssetFacts], now: int, days: int) -> dict[UUID, Slot]:
    until = (now // DAY + days + 1) * DAY
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
