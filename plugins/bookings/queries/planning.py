"""What the staff calendar shows: bookings and blocked times that touch some days, in narrow rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from plugins.bookings.queries.assets import AssetFacts
from plugins.bookings.queries.busy import Taken, together
from plugins.bookings.queries.lists import BRIEF, LONG, NAME, PERSON, Planned
from plugins.bookings.rules import Busy, moment
from quartier.sdk import CompanySession

MOST: Final = 3000
"""Rows that a calendar reads at most; ten assets in a busy week have a fifth of that."""

_WHERE: Final = """
    b.starts < %(last)s AND b.ends > %(first)s AND b.state = ANY(%(states)s)
    AND (%(assets)s::uuid[] IS NULL OR b.asset_id = ANY(%(assets)s))
"""
_TOUCHING: Final = f"""
    SELECT {{columns}} FROM bookings_booking b WHERE b.starts >= %(first)s - interval '24 hours' AND {_WHERE}
    UNION ALL SELECT {{columns}} FROM long b WHERE {_WHERE}
"""  # noqa: S608
_OFFERS: Final = f"""
    SELECT b.id, b.asset_id, b.starts, b.ends, 'offered', '', {NAME}, b.lapses FROM bookings_waiter b {PERSON}
    WHERE %(offers)s AND b.state = 'offered' AND b.lapses > now() AND b.starts < %(last)s AND b.ends > %(first)s
        AND (%(assets)s::uuid[] IS NULL OR b.asset_id = ANY(%(assets)s))
"""  # noqa: S608
_PLAN: Final = f"""
    WITH {LONG} SELECT {BRIEF}, NULL::timestamptz AS lapses FROM ({_TOUCHING.format(columns="b.*")}) b {PERSON}
    UNION ALL {_OFFERS} ORDER BY starts, id LIMIT %(limit)s
"""  # noqa: S608
# Days are counted by their edges, so that one with 23 hours is a day too.
_DAYS: Final = """
    b.id, b.starts, greatest(width_bucket(b.starts, %(edges)s), 1) AS first_day,
    least(width_bucket(b.ends - interval '1 minute', %(edges)s), %(days)s) AS last_day
"""
_MONTH: Final = f"""
    WITH {LONG}, touching AS MATERIALIZED ({_TOUCHING.format(columns=_DAYS)}), placed AS (
        SELECT id, starts, generate_series(first_day, last_day) AS day FROM touching
    ), counted AS (
        SELECT day, count(*) AS total, (array_agg(id ORDER BY starts, id))[1:%(limit)s] AS few
        FROM placed GROUP BY day
    )
    SELECT {BRIEF}, c.day, c.total
    FROM counted c CROSS JOIN LATERAL unnest(c.few) AS f(id) JOIN bookings_booking b ON b.id = f.id {PERSON}
    ORDER BY c.day, b.starts, b.id
"""  # noqa: S608


_PLAN_AND_BUSY: Final = f"""
    WITH {LONG}, plan AS (
        SELECT {BRIEF}, NULL::timestamptz AS lapses FROM ({_TOUCHING.format(columns="b.*")}) b {PERSON}
        UNION ALL {_OFFERS} ORDER BY starts, id LIMIT %(limit)s
    )
    SELECT plan.*, NULL::int[] AS taken_from, NULL::int[] AS taken_to FROM plan
    UNION ALL SELECT NULL, resource_id, NULL, NULL, '', '', '', NULL, array_agg((date_part('epoch', starts) / 60)::int),
        array_agg((date_part('epoch', ends) / 60)::int)
    FROM bookings_blocking WHERE resource_id = ANY(%(resources)s) AND ends > %(earliest)s AND starts < %(latest)s
    GROUP BY resource_id
"""  # noqa: S608


@dataclass(frozen=True)
class Sought:
    """Which bookings: of these assets (None: of all), in these states, between two moments; and with `offers`, what is
    held for who waits."""

    first: datetime
    last: datetime
    states: Sequence[str]
    assets: Sequence[UUID] | None = None
    offers: bool = False

    @property
    def given(self) -> dict[str, object]:
        """The parameters of the statements."""
        return {
            "first": self.first, "last": self.last, "states": list(self.states),
            "assets": None if self.assets is None else list(self.assets), "offers": self.offers,
        }  # fmt: skip


class Plan(NamedTuple):
    """Bookings in the order of their beginning, and `until` when the first offer among them holds."""

    found: list[Planned]
    until: datetime | None


def planned(db: CompanySession, sought: Sought) -> Plan:
    """What touches some days."""
    rows = db.rows(_PLAN, sought.given | {"limit": MOST})
    return Plan([Planned(*row[:-1]) for row in rows], _first_lapse(row.lapses for row in rows))


def planned_and_busy(
    db: CompanySession, sought: Sought, assets: Sequence[AssetFacts], first: int, last: int
) -> tuple[Plan, dict[UUID, Busy]]:
    """The same, and what is taken of assets between two moments with all that excludes them and buffers: what is left
    is free. One statement."""
    resources = sorted({resource for one in assets for resource in one.resources})
    given = {"limit": MOST, "resources": resources, "earliest": moment(first), "latest": moment(last)}
    found: list[Planned] = []
    lapses: list[datetime | None] = []
    taken: dict[UUID, Taken] = {}
    for *facts, lapse, starts, ends in db.rows(_PLAN_AND_BUSY, sought.given | given):
        if starts is None:
            found.append(Planned(*facts))
            lapses.append(lapse)
        else:
            taken[facts[1]] = Taken(starts, ends)
    busy = {one.id: together([taken[id_] for id_ in one.resources if id_ in taken]) for one in assets}
    return Plan(found, _first_lapse(lapses)), busy


def _first_lapse(lapses: Iterable[datetime | None]) -> datetime | None:
    return min((one for one in lapses if one is not None), default=None)


def planned_by_day(
    db: CompanySession, sought: Sought, days: Sequence[date], edges: Sequence[datetime], *, most: int
) -> dict[date, tuple[int, list[Planned]]]:
    """Day → how many bookings touch it, and the first few of them; days without any are left out.

    `edges` are the moments at which the days begin, and that at which the last one ends.
    """
    given = {"edges": list(edges), "days": len(days), "limit": most}
    found: dict[date, tuple[int, list[Planned]]] = {}
    for *facts, day, total in db.rows(_MONTH, sought.given | given):
        found.setdefault(days[day - 1], (total, []))[1].append(Planned(*facts))
    return found
