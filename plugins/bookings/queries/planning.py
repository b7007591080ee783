"""What the staff calendar shows: bookings and blocked times that touch some days, in narrow rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from plugins.bookings.queries.bookings import LONGEST_DAYS
from quartier.sdk import CompanySession

MOST: Final = 3000
"""Rows that a calendar reads at most; ten assets in a busy week have a fifth of that."""

# What began before is found by two ways: what lasts a day at most has begun the day before, and of the few that last
# longer there is an index of their own. Looking back over all of a year would read half the table.
_WANTED = """
    b.starts < %(last)s AND b.ends > %(first)s AND b.state = ANY(%(states)s)
    AND (%(assets)s::uuid[] IS NULL OR b.asset_id = ANY(%(assets)s))
"""
_TOUCHING = f"""
    SELECT b.* FROM bookings_booking b WHERE b.starts >= %(first)s - interval '1 day' AND {_WANTED}
    UNION ALL
    SELECT b.* FROM bookings_booking b
    WHERE b.ends - b.starts > interval '1 day' AND b.starts < %(first)s - interval '1 day' AND b.starts > %(since)s
        AND {_WANTED}
"""  # noqa: S608
_FACTS = """
    t.id, t.asset_id, t.starts, t.ends, t.state, t.reason,
    coalesce(nullif(trim(p.given_name || ' ' || p.family_name), ''), p.company_name, '') AS person
"""
_PERSON = "LEFT JOIN person p ON p.company_id = t.company_id AND p.id = t.person_id"
_PLAN = f"SELECT {_FACTS} FROM ({_TOUCHING}) t {_PERSON} ORDER BY t.starts, t.id LIMIT %(limit)s"  # noqa: S608
_MONTH = f"""
    SELECT {_FACTS}, t.day::date AS day, t.total FROM (
        SELECT b.*, g.day, row_number() OVER (PARTITION BY g.day ORDER BY b.starts, b.id) AS place,
            count(*) OVER (PARTITION BY g.day) AS total
        FROM ({_TOUCHING}) b CROSS JOIN LATERAL generate_series(
            greatest(date_trunc('day', b.starts AT TIME ZONE %(zone)s), %(first_day)s::timestamp),
            least(date_trunc('day', (b.ends - interval '1 minute') AT TIME ZONE %(zone)s), %(last_day)s::timestamp),
            interval '1 day') AS g(day)
    ) t {_PERSON} WHERE t.place <= %(limit)s ORDER BY t.day, t.starts, t.id
"""  # noqa: S608


@dataclass(frozen=True)
class Planned:
    """A booking on the calendar; `person` is empty for a time that the company blocks, and `reason` says why."""

    id: UUID
    asset_id: UUID
    starts: datetime
    ends: datetime
    state: str
    reason: str
    person: str


@dataclass(frozen=True)
class Sought:
    """Which bookings: of these assets (None: of all), in these states, between two moments."""

    first: datetime
    last: datetime
    states: Sequence[str]
    assets: Sequence[UUID] | None = None

    @property
    def given(self) -> dict[str, object]:
        """The parameters of the statements."""
        return {
            "first": self.first, "last": self.last, "states": list(self.states),
            "assets": None if self.assets is None else list(self.assets),
            "since": self.first - timedelta(days=LONGEST_DAYS),
        }  # fmt: skip


def planned(db: CompanySession, sought: Sought) -> list[Planned]:
    """Bookings in the order of their beginning."""
    return [Planned(*row) for row in db.rows(_PLAN, sought.given | {"limit": MOST})]


def planned_by_day(
    db: CompanySession, sought: Sought, days: Sequence[date], zone: ZoneInfo, *, most: int
) -> dict[date, tuple[int, list[Planned]]]:
    """Day → how many bookings touch it, and the first few of them; days without any are left out."""
    given = {"zone": zone.key, "first_day": days[0], "last_day": days[-1], "limit": most}
    found: dict[date, tuple[int, list[Planned]]] = {}
    for *facts, day, total in db.rows(_MONTH, sought.given | given):
        found.setdefault(day, (total, []))[1].append(Planned(*facts))
    return found
