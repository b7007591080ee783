"""Times in which something is closed again and again: every week at the same hours, every year on the same days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from plugins.bookings.rules.clock import days_between, local, minute_at
from plugins.bookings.rules.terms import Rules

Span = tuple[int, int]


def closed_on(rules: Rules, day: date, zone: ZoneInfo) -> list[Span]:
    """From when to when it is closed on a day by what comes every week or every year."""
    if any(_within(day, *one) for one in rules.closed_days):
        return [(minute_at(day, 0, zone), minute_at(day, 1440, zone))]
    return [(minute_at(day, a, zone), minute_at(day, b, zone)) for a, b in rules.closed_hours[day.weekday()]]


def touches_closed(rules: Rules, start: int, end: int, zone: ZoneInfo) -> bool:
    """Whether it is closed for any of a time. Nights are closed on days of the year only: hours are for the day."""
    if not rules.closes:
        return False
    first, last = local(start, zone).date(), local(end - 1, zone).date()
    if rules.kind == "nights":
        nights = days_between(first, last - timedelta(days=1))
        return any(_within(day, *one) for day in nights for one in rules.closed_days)
    spans = [span for day in days_between(first, last) for span in closed_on(rules, day, zone)]
    return any(a < end and start < b for a, b in spans)


def without(spans: Sequence[Span], closed: Sequence[Span]) -> list[Span]:
    """What is left of opening times."""
    left = list(spans)
    for start, end in closed:
        left = [
            part for a, b in left for part in ((a, min(b, start)), (max(a, end), b)) if part[0] < part[1]
        ]  # fmt: skip
    return left


def _within(day: date, first: tuple[int, int], last: tuple[int, int]) -> bool:
    """Whether a day of the year lies between two; from December to January the year's end lies between them."""
    here = (day.month, day.day)
    return first <= here <= last if first <= last else here >= first or here <= last
