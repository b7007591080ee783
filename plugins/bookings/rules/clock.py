"""Local time and minutes since 1970: nothing else in the module computes with clocks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = 24 * 60


@lru_cache(maxsize=4096)
def _day(zone: ZoneInfo, day: date) -> tuple[int, bool]:
    """The minute in which a local day begins, and whether it has 24 hours: on all others each minute is looked up."""
    starts = _asked(zone, day, 0)
    return starts, _asked(zone, day + timedelta(days=1), 0) - starts == DAY


def _asked(zone: ZoneInfo, day: date, minute: int) -> int:
    return int(datetime.combine(day, time(*divmod(minute, 60)), zone).timestamp()) // 60


def minute_at(day: date, minute: int, zone: ZoneInfo) -> int:
    """The moment that a clock on the wall shows on a day; from 24:00 on (`minute` ≥ 1440) it is the next day's.

    What a clock skips in March is an hour later, and what it shows twice in October is meant the first time.
    """
    while minute >= DAY:
        day, minute = day + timedelta(days=1), minute - DAY
    starts, plain = _day(zone, day)
    return starts + minute if plain else _asked(zone, day, minute)


def minute_of(instant: datetime) -> int:
    """The whole minute in which an aware instant lies."""
    return int(instant.timestamp()) // 60


def moment(minute: int) -> datetime:
    """The opposite of `minute_of`, in UTC."""
    return datetime.fromtimestamp(minute * 60, UTC)


def local(minute: int, zone: ZoneInfo) -> datetime:
    """A moment as the clock on the wall shows it."""
    return datetime.fromtimestamp(minute * 60, zone)


def days_between(first: date, last: date) -> Iterator[date]:
    """Each day from the first to the last, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
