"""What a booking costs."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from plugins.bookings.rules.clock import local
from plugins.bookings.rules.terms import Rules

CENT = Decimal("0.01")


class Price(NamedTuple):
    """Amounts with two decimals. `vat` is what of `amount` is value added tax, at `rate` per cent."""

    amount: Decimal
    deposit: Decimal
    vat: Decimal
    rate: Decimal
    units: Decimal
    unit: str


def price_of(rules: Rules, start: int, end: int, zone: ZoneInfo, groups: frozenset[str]) -> Price:
    """The price of a time for somebody of these groups; hours are those that pass, days those that are begun."""
    count = _count(rules, start, end, zone)
    amount = (rules.amount(groups) * count).quantize(CENT, ROUND_HALF_UP)
    rate = Decimal(rules.vat)
    vat = (amount * rate / (100 + rate)).quantize(CENT, ROUND_HALF_UP)
    return Price(amount, Decimal(rules.deposit).quantize(CENT), vat, rate, count, rules.price_per)


def late_fee(rules: Rules, start: int, now: int) -> Decimal:
    """What cancelling costs now."""
    return Decimal(rules.late_fee).quantize(CENT) if now > start - rules.cancel * 60 else Decimal("0.00")


def _count(rules: Rules, start: int, end: int, zone: ZoneInfo) -> Decimal:
    first, last = local(start, zone).date(), local(end - 1, zone).date()
    match rules.price_per:
        case "hour":
            return Decimal(end - start) / 60
        case "day":
            return Decimal((last - first).days + 1)
        case "night":
            return Decimal((local(end, zone).date() - first).days)
    return Decimal(1)
