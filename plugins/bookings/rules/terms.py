"""The rules of one asset. They are kept as JSON, and a booking keeps those under which it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, Final, Self

KINDS: Final = ("slots", "free", "nights")
HOLIDAY_WAYS: Final = ("open", "sunday", "closed")
PERIODS: Final = ("week", "month", "year", "ahead")
PRICE_UNITS: Final = ("free", "hour", "day", "night", "slot")
APPROVALS: Final = ("automatic", "staff", "rule")
EVERYBODY: Final = "everybody"

Hours = tuple[tuple[tuple[int, int], ...], ...]
"""From Monday to Sunday the times of a day as minutes since midnight; what ends after midnight ends beyond 1440."""
ALL_DAY: Final[Hours] = (((0, 1440),),) * 7
NEVER: Final[Hours] = ((),) * 7
Days = tuple[tuple[tuple[int, int], tuple[int, int]], ...]
"""Days of the year, from the first to the last of each: month and day."""


@dataclass(frozen=True)
class Rules:
    """What may be booked, by whom, and at what price. Times are minutes unless a name says otherwise.

    `kind`: fixed `slots` (each opening time is one, or is cut into pieces of `slot` minutes), `free` times on a grid of
    `step`, or whole `nights` from `arrive` to `leave`. `before` and `after` are kept free around each booking; those of
    neighbours add up. `lead` is how long before, `horizon` how many days ahead somebody may book. `quota` bookings per
    household and `quota_per` ("ahead": that lie ahead at any time). Until `cancel` hours before, cancelling costs
    nothing, and later `late_fee`. With `approval` "rule" staff decide about what is longer than `staff_longer` or for
    more than `staff_people` people. `prices` are amounts by group, as text; "everybody" is the price of all others.
    Whoever has not come after `release` minutes loses the slot; 0 keeps it. What becomes free is held for whoever waits
    for it during `offer` minutes of the day (see `offering`); 0: there is no waiting list. Each week it is closed in
    `closed_hours`, each year on `closed_days`, and `closed_because` says why.
    """

    kind: str = "slots"
    hours: Hours = ALL_DAY
    region: str = ""
    holidays: str = "open"
    slot: int = 0
    shortest: int = 60
    longest: int = 1440
    step: int = 30
    arrive: int = 15 * 60
    leave: int = 11 * 60
    before: int = 0
    after: int = 0
    lead: int = 0
    horizon: int = 90
    quota: int = 0
    quota_per: str = "month"
    cancel: int = 24
    late_fee: str = "0"
    price_per: str = "free"
    prices: Mapping[str, str] = field(default_factory=dict)
    deposit: str = "0"
    vat: str = "0"
    approval: str = "automatic"
    staff_longer: int = 0
    staff_people: int = 0
    release: int = 0
    offer: int = 0
    closed_hours: Hours = NEVER
    closed_days: Days = ()
    closed_because: str = ""

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Made once: what is offered on a day is kept by the rules, and looked up a thousand times for a page."""
        return hash(tuple(getattr(self, one.name) for one in fields(self) if one.name != "prices"))

    @property
    def closes(self) -> bool:
        """Whether it is closed again and again."""
        return bool(self.closed_days) or any(self.closed_hours)

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; what an older version did not know has its default."""
        known = {one.name for one in fields(cls)}
        given = {name: value for name, value in kept.items() if name in known}
        for name in {"hours", "closed_hours"} & given.keys():
            given[name] = tuple(tuple((int(a), int(b)) for a, b in day) for day in given[name])
        if "closed_days" in given:
            given["closed_days"] = tuple((tuple(first), tuple(last)) for first, last in given["closed_days"])
        found: Self = _same(cls(**given))
        return found

    def to_json(self) -> dict[str, Any]:
        """All of it in plain values."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        hours = {name: [[list(span) for span in day] for day in found[name]] for name in ("hours", "closed_hours")}
        days = [[list(first), list(last)] for first, last in self.closed_days]
        return {**found, **hours, "closed_days": days, "prices": dict(self.prices)}

    def asks_staff(self, minutes: int, people: int) -> bool:
        """Whether somebody of the team has to say yes to a booking of this length, for so many people."""
        if self.approval != "rule":
            return self.approval == "staff"
        longer = bool(self.staff_longer) and minutes > self.staff_longer
        return longer or (bool(self.staff_people) and people > self.staff_people)

    def amount(self, groups: frozenset[str]) -> Decimal:
        """The price of one unit for somebody of these groups: the lowest that is meant for them."""
        if self.price_per == "free":
            return Decimal(0)
        own = [Decimal(self.prices[group]) for group in groups if group in self.prices]
        return min(own) if own else Decimal(self.prices.get(EVERYBODY, "0"))


@lru_cache(maxsize=4096)
def _same(rules: Any) -> Any:
    """One object for equal rules: what is kept by them is found without comparing them part by part."""
    return rules
