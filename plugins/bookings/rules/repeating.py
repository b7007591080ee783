"""A booking again and again: on which days, at what time by the clock on the wall."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from plugins.bookings.rules.clock import local, minute_at

WAYS: Final = ("daily", "weekly", "fortnightly", "monthly", "last")
STEPS: Final = {"daily": 1, "weekly": 7, "fortnightly": 14}
MOST: Final = 104
"""So many dates at most: two years, once a week. Each is a booking of its own, which somebody has to want."""


@dataclass(frozen=True)
class Repeat:
    """How a booking is repeated: until a day (included), so many times in all, or whichever comes first.

    `monthly` is the same weekday of the month as the first time, such as the second Tuesday, `last` the last one. What
    begins on a fifth one means the last: not every month has a fifth, and no month is left out.
    """

    way: str
    until: date | None = None
    count: int | None = None


class Time(NamedTuple):
    """One date of a series. `skipped` says that the clock does not show this time on that day."""

    start: int
    end: int
    skipped: bool = False


class TooMany(ValueError):
    """More than `MOST` dates."""


def times_of(repeat: Repeat, start: int, end: int, zone: ZoneInfo) -> list[Time]:
    """All dates from the first on, each by the clock on the wall, whatever the clock does in between.

    Raises TooMany, and ValueError for what would never end.
    """
    if repeat.until is None and repeat.count is None:
        raise ValueError("a series needs an end")
    first = local(start, zone).date()
    days = list(islice(_until(repeat, first), min(repeat.count or MOST + 1, MOST + 1)))
    if len(days) > MOST:
        raise TooMany(repeat.count or len(days))
    return [_time(start, end, day - first, zone) for day in days]


def ways_of(first: date) -> list[str]:
    """How often what begins on this day comes again. Of a fifth Tuesday the month's way is the last: it stands once."""
    if not is_last(first):
        return [way for way in WAYS if way != "last"]
    return [way for way in WAYS if way != "monthly" or first.day <= 28]


def chosen(ticked: Iterable[str], times: Iterable[Time]) -> list[Time]:
    """The times that a form names as start-end: dates of the series, or what was offered in the place of one."""
    known = {f"{one.start}-{one.end}": one for one in times}
    found = []
    for value in dict.fromkeys(ticked):
        start, _dash, end = value.partition("-")
        if value in known:
            found.append(known[value])
        elif all(part.isascii() and part.isdecimal() and len(part) <= 9 for part in (start, end)):
            found.append(Time(int(start), int(end)))
    return found


def _until(repeat: Repeat, first: date) -> Iterator[date]:
    for day in _days(repeat.way, first):
        if repeat.until is not None and day > repeat.until:
            return
        yield day


def _days(way: str, first: date) -> Iterator[date]:
    if way in STEPS:
        for number in range(MOST + 1):
            yield first + timedelta(days=number * STEPS[way])
        return
    place = nth(way, first)
    for number in range(MOST + 1):
        year, month = divmod(first.year * 12 + first.month - 1 + number, 12)
        yield _in_month(date(year, month + 1, 1), first.weekday(), place)


def nth(way: str, first: date) -> int:
    """Which of its weekday in the month a day is, from 1 to 4; 5 is the last one."""
    return 5 if way == "last" else (first.day - 1) // 7 + 1


def is_last(day: date) -> bool:
    """Whether a day is the last of its weekday in the month."""
    return (day + timedelta(days=7)).month != day.month


def _in_month(first: date, weekday: int, place: int) -> date:
    found = first + timedelta(days=(weekday - first.weekday()) % 7 + (place - 1) * 7)
    return found if found.month == first.month else found - timedelta(days=7)


def _time(start: int, end: int, later: timedelta, zone: ZoneInfo) -> Time:
    (one, one_is), (other, other_is) = _at(start, later, zone), _at(end, later, zone)
    return Time(one, other, not (one_is and other_is))


def _at(minute: int, later: timedelta, zone: ZoneInfo) -> tuple[int, bool]:
    """So many days later at the same time, and whether the clock shows that time then."""
    shown = local(minute, zone)
    if not later:
        return minute, True
    wanted = shown.hour * 60 + shown.minute
    found = minute_at(shown.date() + later, wanted, zone)
    there = local(found, zone)
    return found, there.hour * 60 + there.minute == wanted
