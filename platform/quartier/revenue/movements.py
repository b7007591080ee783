"""Recurring revenue month by month, as arithmetic: no database, no clock.

A line counts with its whole monthly price while it runs, and with nothing before and after: revenue of a month is what
runs on its last day, not what was billed for it. So a line that begins on the 20th counts in that month, and one that
ends on the 20th does not. Movements are between the last days of two months, of each customer as a whole: who gives up
one module and takes a dearer one has expanded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from uuid import UUID

CENT: Final = Decimal("0.01")
NOTHING: Final = Decimal("0.00")
MONTHS_OF: Final[Mapping[str, int]] = {"month": 1, "year": 12}
"""Months that a price is for. What is paid once does not recur."""
KINDS: Final = ("new", "expansion", "reactivation", "contraction", "churn")


@dataclass(frozen=True)
class Running:
    """A line as revenue sees it: so much a month, from `starts` to `ends` (exclusive), the contract's local dates.

    `today` is the date there now: the last day of this month is not over yet.
    """

    customer: UUID
    currency: str
    monthly: Decimal
    starts: date
    ends: date | None
    today: date

    def on(self, day: date) -> bool:
        """Whether it runs on a day."""
        return self.starts <= day and (self.ends is None or day < self.ends)


@dataclass
class Month:
    """A month in one currency: what there was, what came and went (never negative), what there is, of how many."""

    first: date
    start: Decimal = NOTHING
    new: Decimal = NOTHING
    expansion: Decimal = NOTHING
    reactivation: Decimal = NOTHING
    contraction: Decimal = NOTHING
    churn: Decimal = NOTHING
    end: Decimal = NOTHING
    customers: int = 0

    @property
    def gained(self) -> Decimal:
        """All that came."""
        return self.new + self.expansion + self.reactivation

    @property
    def lost(self) -> Decimal:
        """All that went."""
        return self.contraction + self.churn


def monthly(price: Decimal, period: str) -> Decimal | None:
    """A price as so much a month, in whole cents; None for what does not recur."""
    months = MONTHS_OF.get(period)
    return None if months is None else (price / months).quantize(CENT, ROUND_HALF_UP)


def months_until(today: date, count: int) -> list[date]:
    """The first days of so many months, this one last."""
    place = today.year * 12 + today.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(place - count + 1, place + 1)]


def movements(lines: Iterable[Running], months: Sequence[date]) -> dict[str, list[Month]]:
    """Currency → its months, in the order given. Currencies are never added up: who changes it leaves the one and is
    new in the other."""
    mine: dict[tuple[str, UUID], list[Running]] = defaultdict(list)
    for line in lines:
        mine[line.currency, line.customer].append(line)
    found = {currency: [Month(first) for first in months] for currency in sorted({key[0] for key in mine})}
    for (currency, _customer), own in mine.items():
        _add(found[currency], own)
    return found


def _add(months: Sequence[Month], own: Sequence[Running]) -> None:
    """One customer's part of each month."""
    first = min(line.starts for line in own)
    before = _runs(own, months[0].first - timedelta(days=1)) if months else NOTHING
    for month in months:
        now = _runs(own, _last(month.first))
        month.start += before
        month.end += now
        month.customers += bool(now)
        if kind := _kind(before, now, is_first=first >= month.first):
            setattr(month, kind, getattr(month, kind) + abs(now - before))
        before = now


def _kind(before: Decimal, now: Decimal, *, is_first: bool) -> str:
    if now == before:
        return ""
    if not before:
        return "new" if is_first else "reactivation"
    if not now:
        return "churn"
    return "expansion" if now > before else "contraction"


def _runs(own: Sequence[Running], day: date) -> Decimal:
    """What runs on a day; of a day to come, what runs today."""
    return sum((line.monthly for line in own if line.on(min(day, line.today))), NOTHING)


def _last(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


COLUMNS: Final = tuple(one.name for one in fields(Month))
