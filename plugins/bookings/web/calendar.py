"""A day, a week or a month of one asset, as the page draws it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from plugins.bookings import queries
from plugins.bookings.queries import AssetFacts, Own, Taking
from plugins.bookings.rules import (
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


class Cell(NamedTuple):
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


class Day(NamedTuple):
    """A day with what can be had on it; `shown` says that its times are listed on a phone."""

    date: date
    cells: tuple[Cell, ...]
    shown: bool
    outside: bool = False

    @property
    def name(self) -> str:
        """The weekday, short."""
        return formats.format_date(self.date, "weekday")[:2]

    @property
    def long(self) -> str:
        """The day as one says it."""
        return formats.format_date(self.date, "today")

    @property
    def free(self) -> int:
        """How many times are free."""
        return sum(cell.state == "free" for cell in self.cells)

    @property
    def dots(self) -> list[str]:
        """A few signs for how much is free."""
        return [cell.state for cell in self.cells][:4]


class Calendar(NamedTuple):
    """What the page shows. `before` and `later` are the days to leaf to; None where there is nothing to see.

    It is drawn once for all to whom it looks the same, so there is nothing in it that can change.
    """

    view: str
    on: date
    days: tuple[Day, ...]
    before: date | None
    later: date | None

    @property
    def title(self) -> str:
        """The days in words."""
        return title_of(self.view, [day.date for day in self.days], self.on)

    @property
    def weeks(self) -> list[tuple[Day, ...]]:
        """The same days week by week."""
        return [self.days[at : at + 7] for at in range(0, len(self.days), 7)]

    @property
    def day(self) -> Day:
        """The day that was asked for."""
        return next(day for day in self.days if day.date == self.on)


def calendar(visit: Visit, asset: AssetFacts, view: str, on: date | None, *, anew: bool = False) -> Calendar:
    """The calendar around a day, or (None) around the first on which something is free. One statement, or none where
    nothing has changed since somebody looked; `anew` for who has just been told that something did."""
    now = minute_of(visit.now)
    today, last = local(now, asset.zone).date(), horizon(asset.rules, asset.zone, now)
    on = on and min(max(on, today - timedelta(days=FARTHEST)), today + timedelta(days=FARTHEST))
    days = days_of(view, on or today)
    taking = _taking(visit, asset, days[0], days[-1] if on else last + timedelta(days=MOST_DAYS), anew=anew)
    if on is None:
        found = next_free(asset.rules, asset.zone, taking.busy, now=now)
        on = local(found.start if found else now, asset.zone).date()
        days = days_of(view, on)
    free = free_days(asset.rules, asset.zone, taking.busy, days, now=now)
    own = taking.own(visit.viewer.person_id, visit.now)
    drawn = tuple(
        Day(day, _cells(asset, free[day], own, now), day == on, view == "month" and day.month != on.month)
        for day in days
    )
    step = neighbours(view, on)
    before, later = step[0] if days[0] > today else None, step[1] if days[-1] < last else None
    return Calendar(view, on, drawn, before, later)


def _taking(visit: Visit, asset: AssetFacts, first: date, last: date, *, anew: bool) -> Taking:
    def read() -> Taking:
        return queries.taking(visit.db, asset, *queries.bounds(asset, first, last))

    return read() if anew else queries.diary(visit, ("taking", asset.id, first, last), lambda: (read(), None))


def _cells(asset: AssetFacts, slots: Sequence[Slot], own: Sequence[Own], now: int) -> tuple[Cell, ...]:
    cells = []
    for start, end, is_free in slots:
        found = next((one for one in own if one.start < end and one.end > start), None) if own else None
        state = "free" if is_free else found.state if found else "over" if start < now else "taken"
        cells.append(Cell(start, end, state, asset.zone, found.id if found else None))
    return tuple(cells)
