"""A day, a week or a month of one asset, as the page draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from plugins.bookings import queries
from plugins.bookings.queries import AssetFacts, BookingFacts
from plugins.bookings.rules import (
    Busy,
    Slot,
    clocks,
    days_of,
    free_days,
    horizon,
    local,
    minute_of,
    moment,
    neighbours,
    title_of,
)
from quartier.sdk import Visit, formats

FARTHEST: Final = 800  # days from today to which the calendar leads


@dataclass(frozen=True)
class Cell:
    """A time on the calendar. `state` is free, taken or mine; `booking_id` is the viewer's own."""

    start: int
    end: int
    words: str
    state: str
    booking_id: UUID | None = None

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


def calendar(visit: Visit, asset: AssetFacts, view: str, on: date) -> Calendar:
    """The calendar around a day; two statements, whatever the view."""
    now = minute_of(visit.now)
    today = local(now, asset.zone).date()
    on = min(max(on, today - timedelta(days=FARTHEST)), today + timedelta(days=FARTHEST))
    days = days_of(view, on)
    busy = queries.busy_of(visit.db, asset, *queries.bounds(asset, days[0], days[-1]))
    free = free_days(asset.rules, asset.zone, busy, days, now=now)
    own = _own(visit, asset, days)
    drawn = [_day(asset, day, free[day], own, on=on, now=now, month=view == "month") for day in days]
    weeks = [drawn[at : at + 7] for at in range(0, len(drawn), 7)]
    last = horizon(asset.rules, asset.zone, now)
    step = neighbours(view, on)
    return Calendar(
        view, on, title_of(view, days, on), weeks, step[0] if days[0] > today else None,
        step[1] if days[-1] < last else None, busy,
    )  # fmt: skip


def _own(visit: Visit, asset: AssetFacts, days: Sequence[date]) -> list[BookingFacts]:
    if visit.viewer.person_id is None:
        return []
    first, last = queries.bounds(asset, days[0], days[-1])
    return queries.own_between(visit.db, visit.viewer.person_id, asset.id, moment(first), moment(last))


def _day(
    asset: AssetFacts, day: date, slots: Sequence[Slot], own: Sequence[BookingFacts], *, on: date, now: int,
    month: bool,
) -> Day:  # fmt: skip
    mine = [(minute_of(one.starts), minute_of(one.ends), one.id) for one in own]
    cells = []
    for slot in slots:
        found = next((id_ for start, end, id_ in mine if start < slot.end and end > slot.start), None)
        state = "free" if slot.free else "mine" if found else "over" if slot.start < now else "taken"
        cells.append(Cell(slot.start, slot.end, clocks(slot.start, slot.end, asset.zone), state, found))
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
