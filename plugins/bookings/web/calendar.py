"""A day, a week or a month of one asset, as the page draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from plugins.bookings import queries
from plugins.bookings.queries import AssetFacts, Own
from plugins.bookings.rules import (
    Busy,
    Slot,
    clocks,
    days_of,
    free_days,
    horizon,
    local,
    minute_of,
    neighbours,
    next_free,
    title_of,
)
from quartier.sdk import Visit, formats

FARTHEST: Final = 800  # days from today to which the calendar leads
MOST_DAYS: Final = 42  # that it shows


@dataclass(frozen=True)
class Cell:
    """A time on the calendar. `state` is free, taken, over or a state of `Own`, whose id is `own_id`."""

    start: int
    end: int
    state: str
    zone: ZoneInfo
    own_id: UUID | None = None

    @property
    def words(self) -> str:
        """From when to when."""
        return clocks(self.start, self.end, self.zone)

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.start}-{self.end}"


@dataclass(frozen=True)
class Day:
    """A day with what can be had on it; `shown` says that its times are listed on a phone."""

    date: date
    name: str
    long: str
    cells: list[Cell]
    shown: bool
    outside: bool = False
    today: bool = False

    @property
    def free(self) -> int:
        """How many times are free."""
        return sum(cell.state == "free" for cell in self.cells)

    @property
    def dots(self) -> list[str]:
        """A few signs for how much is free."""
        return [cell.state for cell in self.cells][:4]


@dataclass(frozen=True)
class Calendar:
    """What the page shows. `before` and `later` are the days to leaf to; None where there is nothing to see."""

    view: str
    on: date
    title: str
    weeks: list[list[Day]]
    before: date | None
    later: date | None
    busy: Busy

    @property
    def day(self) -> Day:
        """The day that was asked for."""
        return next(day for week in self.weeks for day in week if day.date == self.on)


def calendar(visit: Visit, asset: AssetFacts, view: str, on: date | None) -> Calendar:
    """The calendar around a day, or (None) around the first on which something is free. One statement."""
    now = minute_of(visit.now)
    today, last = local(now, asset.zone).date(), horizon(asset.rules, asset.zone, now)
    on = on and min(max(on, today - timedelta(days=FARTHEST)), today + timedelta(days=FARTHEST))
    days = days_of(view, on or today)
    busy, own = _taken(visit, asset, days[0], days[-1] if on else last + timedelta(days=MOST_DAYS))
    if on is None:
        found = next_free(asset.rules, asset.zone, busy, now=now)
        on = local(found.start if found else now, asset.zone).date()
        days = days_of(view, on)
    free = free_days(asset.rules, asset.zone, busy, days, now=now)
    drawn = [_day(asset, day, free[day], own, on=on, now=now, month=view == "month") for day in days]
    weeks = [drawn[at : at + 7] for at in range(0, len(drawn), 7)]
    step = neighbours(view, on)
    return Calendar(
        view, on, title_of(view, days, on), weeks, step[0] if days[0] > today else None,
        step[1] if days[-1] < last else None, busy,
    )  # fmt: skip


def _taken(visit: Visit, asset: AssetFacts, first: date, last: date) -> tuple[Busy, list[Own]]:
    return queries.busy_and_own(visit.db, asset, visit.viewer.person_id, *queries.bounds(asset, first, last))


def _day(
    asset: AssetFacts, day: date, slots: Sequence[Slot], own: Sequence[Own], *, on: date, now: int, month: bool
) -> Day:
    cells = []
    for slot in slots:
        found = next((one for one in own if one.start < slot.end and one.end > slot.start), None)
        taken = found.state if found else "over" if slot.start < now else "taken"
        cells.append(Cell(slot.start, slot.end, "free" if slot.free else taken, asset.zone, found and found.id))
    name = formats.format_date(day, "weekday")
    return Day(
        day,
        name[:2],
        formats.format_date(day, "today"),
        cells,
        day == on,
        month and day.month != on.month,
        day == local(now, asset.zone).date(),
    )
