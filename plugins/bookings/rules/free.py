"""What can be had: slots and stretches of a day, and the next one that is free."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from plugins.bookings.rules.clock import local, minute_at
from plugins.bookings.rules.closing import touches_closed
from plugins.bookings.rules.opening import Span, joined, opening
from plugins.bookings.rules.terms import Rules


class Slot(NamedTuple):
    """Something to choose: a slot, a night, or a stretch of free time in which somebody takes a part."""

    start: int
    end: int
    free: bool


class Busy:
    """Blocked times in order, buffers included, quick to look into."""

    def __init__(self, spans: Sequence[Span]) -> None:
        merged = joined(list(spans))
        self.starts, self.ends = [span[0] for span in merged], [span[1] for span in merged]

    @classmethod
    def apart(cls, starts: Sequence[int], ends: Sequence[int]) -> Self:
        """Times of which no two overlap, such as those of one resource: there is nothing to be joined."""
        found = cls.__new__(cls)
        found.starts, found.ends = sorted(starts), sorted(ends)
        return found

    @property
    def spans(self) -> list[Span]:
        """All of it."""
        return list(zip(self.starts, self.ends, strict=True))

    def hits(self, start: int, end: int) -> bool:
        """Whether anything blocked lies in this time; neighbours may touch."""
        place = bisect_right(self.ends, start)
        return place < len(self.starts) and self.starts[place] < end

    def within(self, start: int, end: int) -> list[Span]:
        """What is blocked in this time; times that touch are one."""
        part = slice(bisect_right(self.ends, start), bisect_left(self.starts, end))
        return joined(list(zip(self.starts[part], self.ends[part], strict=True)))


NOTHING = Busy(())
"""Nothing is taken."""


def slots_of(rules: Rules, day: date, zone: ZoneInfo, busy: Busy, earliest: int) -> list[Slot]:
    """All of a day; what is taken, or begins before the earliest moment, is not free."""
    if rules.kind == "free":
        return list(_stretches(rules, day, zone, busy, earliest))
    return [
        Slot(start, end, start >= earliest and not busy.hits(start - rules.before, end + rules.after))
        for start, end in _fixed(rules, day, zone)
    ]


def next_free(
    rules: Rules, zone: ZoneInfo, busy: Busy, *, now: int, after: int = 0, until: int | None = None
) -> Slot | None:
    """The first free slot (of free times, the first of the shortest length), no earlier than `after`.

    Where `until` is given, days after it are not looked at.
    """
    earliest, last = max(now + rules.lead, after), horizon(rules, zone, now)
    if until is not None:
        last = min(last, local(until, zone).date())
    for slot in free_from(rules, zone, busy, earliest=earliest, last=last):
        return slot
    return None


def free_from(rules: Rules, zone: ZoneInfo, busy: Busy, *, earliest: int, last: date) -> Iterator[Slot]:
    """Free slots in their order; of free times the shortest at the beginning of each stretch."""
    day = local(earliest, zone).date() - timedelta(days=1)  # an evening may last beyond midnight
    while day <= last:
        if rules.kind == "free":
            for slot in _stretches(rules, day, zone, busy, earliest):
                if slot.free:
                    yield Slot(slot.start, slot.start + rules.shortest, free=True)
        else:
            for start, end in _fixed(rules, day, zone):
                if start >= earliest and not busy.hits(start - rules.before, end + rules.after):
                    yield Slot(start, end, free=True)
        day += timedelta(days=1)


def free_days(rules: Rules, zone: ZoneInfo, busy: Busy, days: Sequence[date], *, now: int) -> dict[date, list[Slot]]:
    """What each of these days has; beyond the horizon nothing is free."""
    earliest, last = now + rules.lead, horizon(rules, zone, now)
    found = {}
    for day in days:
        slots = slots_of(rules, day, zone, busy, earliest)
        found[day] = slots if day <= last else [slot._replace(free=False) for slot in slots]
    return found


def horizon(rules: Rules, zone: ZoneInfo, now: int) -> date:
    """The last day on which a booking may begin."""
    return local(now, zone).date() + timedelta(days=rules.horizon)


@lru_cache(maxsize=8192)  # as the opening times that they are cut from
def _fixed(rules: Rules, day: date, zone: ZoneInfo) -> tuple[Span, ...]:
    found = _offered(rules, day, zone)
    return tuple(one for one in found if not (rules.closes and touches_closed(rules, *one, zone)))


def _offered(rules: Rules, day: date, zone: ZoneInfo) -> Iterator[Span]:
    spans = opening(rules, day, zone)
    if rules.kind == "nights":
        if spans:
            yield minute_at(day, rules.arrive, zone), minute_at(day + timedelta(days=1), rules.leave, zone)
        return
    for start, end in spans:
        if not rules.slot:
            yield start, end
        else:
            yield from ((at, at + rules.slot) for at in range(start, end - rules.slot + 1, rules.slot))


def _stretches(rules: Rules, day: date, zone: ZoneInfo, busy: Busy, earliest: int) -> Iterator[Slot]:
    """Opening times cut by what is blocked; a booking must leave its own buffers free beside its neighbours."""
    for start, end in opening(rules, day, zone):
        at = _on_grid(max(start, earliest), start, rules.step)
        for taken_from, taken_to in busy.within(start - rules.before, end + rules.after):
            last = taken_from - rules.after
            if last - at >= rules.shortest:
                yield Slot(at, last, free=True)
            if taken_to > start and taken_from < end:
                yield Slot(max(start, taken_from), min(end, taken_to), free=False)
            at = max(at, _on_grid(taken_to + rules.before, start, rules.step))
        if end - at >= rules.shortest:
            yield Slot(at, end, free=True)


def _on_grid(minute: int, start: int, step: int) -> int:
    return start + -(-max(0, minute - start) // step) * step
