"""Whether somebody may have a time: every rule that stands against it, not only the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from plugins.bookings.rules.clock import local, minute_at
from plugins.bookings.rules.closing import touches_closed
from plugins.bookings.rules.free import Busy, horizon, slots_of
from plugins.bookings.rules.holidays import is_holiday
from plugins.bookings.rules.opening import is_open
from plugins.bookings.rules.terms import Rules

FARTHEST = 3 * 366
"""Days that even staff cannot book beyond: farther ahead nobody knows the holidays."""


class Ask(NamedTuple):
    """What somebody wants."""

    start: int
    end: int
    people: int = 1
    agreed: bool = True


@dataclass(frozen=True)
class Surroundings:
    """What the rules have to know of the moment: the clock, what is blocked, and how much of the quota is used.

    `allowed` is how many people the asset holds, 0 for any number. `must_agree` says that there are house rules.
    """

    zone: ZoneInfo
    now: int
    busy: Busy
    used: int = 0
    allowed: int = 0
    must_agree: bool = False


@dataclass(frozen=True)
class Refusal:
    """A rule that stands against a booking: its code, and the numbers that its sentence needs."""

    code: str
    numbers: Mapping[str, Any] = field(default_factory=dict, hash=False)


ALWAYS = frozenset({"order", "far", "past", "taken", "held", "clock", "own"})
"""What staff cannot override: no time can be used twice, and none that is over or does not exist."""


def refusals(rules: Rules, ask: Ask, around: Surroundings) -> list[Refusal]:
    """Everything that stands against it; nothing means yes."""
    if ask.end <= ask.start:
        return [Refusal("order")]
    if ask.start > around.now + FARTHEST * 1440:
        return [Refusal("far", {"days": rules.horizon})]
    return [*_when(rules, ask, around), *_length(rules, ask, around), *_who(rules, ask, around)]


def _when(rules: Rules, ask: Ask, around: Surroundings) -> Iterator[Refusal]:
    day = local(ask.start, around.zone).date()
    if ask.start < around.now:
        yield Refusal("past")
    elif ask.start < around.now + rules.lead:
        yield Refusal("lead", {"minutes": rules.lead})
    if day > (last := horizon(rules, around.zone, around.now)):
        yield Refusal("horizon", {"days": rules.horizon, "last": last})
    if (closed := _closed(rules, ask, day, around.zone)) is not None:
        yield closed
    if around.busy.hits(ask.start - rules.before, ask.end + rules.after):
        alone = not around.busy.hits(ask.start, ask.end)
        yield Refusal("buffer", {"before": rules.before, "after": rules.after}) if alone else Refusal("taken")


def _closed(rules: Rules, ask: Ask, day: date, zone: ZoneInfo) -> Refusal | None:
    if touches_closed(rules, ask.start, ask.end, zone):
        return Refusal("again", {"because": rules.closed_because, "day": day})
    if rules.kind == "nights":
        nights = [day + timedelta(days=n) for n in range((local(ask.end, zone).date() - day).days)]
        if ask.start != minute_at(day, rules.arrive, zone) or ask.end != _departure(rules, day, len(nights), zone):
            return Refusal("nights", {"arrive": rules.arrive, "leave": rules.leave})
        shut = next((one for one in nights if not slots_of(rules, one, zone, Busy(()), 0)), None)
        return _shut(rules, shut) if shut else None
    if rules.kind == "slots":
        evening = [*slots_of(rules, day - timedelta(days=1), zone, Busy(()), 0)]
        offered = {(one.start, one.end) for one in (*evening, *slots_of(rules, day, zone, Busy(()), 0))}
        return None if (ask.start, ask.end) in offered else _shut(rules, day, "slot")
    return None if is_open(rules, ask.start, ask.end, day, zone) else _shut(rules, day)


def _departure(rules: Rules, day: date, nights: int, zone: ZoneInfo) -> int:
    return minute_at(day + timedelta(days=nights), rules.leave, zone)


def _shut(rules: Rules, day: date, code: str = "closed") -> Refusal:
    if rules.holidays == "closed" and is_holiday(rules.region, day):
        return Refusal("holiday", {"region": rules.region, "day": day})
    return Refusal(code, {"day": day})


def _length(rules: Rules, ask: Ask, around: Surroundings) -> Iterator[Refusal]:
    if rules.kind == "slots":
        return
    minutes = ask.end - ask.start
    if rules.kind == "nights":
        nights = (local(ask.end, around.zone).date() - local(ask.start, around.zone).date()).days
        minutes = nights * 1440
    if minutes < rules.shortest:
        yield Refusal("short", {"minutes": rules.shortest})
    if minutes > rules.longest:
        yield Refusal("long", {"minutes": rules.longest})
    if rules.kind == "free" and _off_grid(rules, ask, around.zone):
        yield Refusal("step", {"minutes": rules.step})


def _off_grid(rules: Rules, ask: Ask, zone: ZoneInfo) -> bool:
    day = local(ask.start, zone).date()
    begins = [one.start for one in slots_of(rules, day, zone, Busy(()), 0) if one.start <= ask.start < one.end]
    base = begins[0] if begins else minute_at(day, 0, zone)
    return bool((ask.start - base) % rules.step or (ask.end - ask.start) % rules.step)


def _who(rules: Rules, ask: Ask, around: Surroundings) -> Iterator[Refusal]:
    if ask.people < 1 or (around.allowed and ask.people > around.allowed):
        yield Refusal("capacity", {"people": around.allowed})
    if rules.quota and around.used >= rules.quota:
        yield Refusal("quota", {"count": rules.quota, "per": rules.quota_per})
    if around.must_agree and not ask.agreed:
        yield Refusal("agree")
