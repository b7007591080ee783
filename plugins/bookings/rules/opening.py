"""When an asset is open on a day."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from plugins.bookings.rules.clock import minute_at
from plugins.bookings.rules.closing import closed_on, without
from plugins.bookings.rules.holidays import is_holiday
from plugins.bookings.rules.terms import Rules

Span = tuple[int, int]


@lru_cache(maxsize=8192)  # assets of one house mostly have the same, and each page asks for weeks of them
def opening(rules: Rules, day: date, zone: ZoneInfo) -> tuple[Span, ...]:
    """The opening times that begin on a day, as moments; of one that the clock skips nothing is left."""
    weekday = day.weekday()
    if rules.holidays != "open" and is_holiday(rules.region, day):
        if rules.holidays == "closed":
            return ()
        weekday = 6
    spans = [(minute_at(day, a, zone), minute_at(day, b, zone)) for a, b in rules.hours[weekday]]
    spans = [span for span in spans if span[0] < span[1]]
    if rules.kind == "free" and rules.closes:  # of slots and nights, those that it touches are not offered at all
        later = day + timedelta(days=1)  # an evening may last beyond midnight
        spans = without(spans, [*closed_on(rules, day, zone), *closed_on(rules, later, zone)])
    return tuple(spans)


def is_open(rules: Rules, start: int, end: int, day: date, zone: ZoneInfo) -> bool:
    """Whether a time lies in the opening times of its day, or of the evening before; those that touch are one."""
    spans = [*opening(rules, day - timedelta(days=1), zone), *opening(rules, day, zone)]
    later = day + timedelta(days=1)
    while spans and spans[-1][1] < end and (more := opening(rules, later, zone)):
        spans += more
        later += timedelta(days=1)
    return any(a <= start and end <= b for a, b in joined(spans))


def joined(spans: list[Span]) -> list[Span]:
    """The same times in order, with those that touch or overlap as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


@lru_cache(maxsize=4096)
def open_in(rules: Rules, first: date, last: date, zone: ZoneInfo) -> int:
    """How much could be had from a day to another, both included: minutes, and of what is let by night, nights."""
    days = [opening(rules, first + timedelta(days=number), zone) for number in range((last - first).days + 1)]
    if rules.kind == "nights":
        return sum(bool(spans) for spans in days)
    return sum(end - start for spans in days for start, end in spans)
