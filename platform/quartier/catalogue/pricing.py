"""What a version says and costs, and the arithmetic of prices. Amounts are Decimals in the currency's main unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from quartier.i18n.localized import LocalizedText


@dataclass(frozen=True)
class Tier:
    """What each unit costs from this one on; where there are no tiers, the price, from 1 on."""

    from_unit: int
    amount: Decimal


@dataclass(frozen=True)
class Terms:
    """Everything that a version of a product fixes. `prices` by currency; none where the price is on request."""

    name: LocalizedText
    summary: LocalizedText
    data_used: LocalizedText
    needs: str
    model: str
    period: str
    countries: tuple[str, ...] = ()
    prices: Mapping[str, tuple[Tier, ...]] = field(default_factory=dict)

    def price(self, currency: str, quantity: int) -> Decimal | None:
        """For one period; None where there is no price in this currency, or only on request."""
        tiers = self.prices.get(currency, ())
        return amount(self.model, tiers, quantity) if tiers else None

    def offered_in(self, country: str) -> bool:
        """Whether companies of this country (ISO code) can have it."""
        return not self.countries or country in self.countries


def amount(model: str, tiers: Sequence[Tier], quantity: int) -> Decimal:
    """The price of so many.

    Each unit costs what its own tier says, like a tax: with one unit more nobody ever pays less.
    """
    if model == "flat":
        return tiers[0].amount
    if model == "seat":
        return tiers[0].amount * quantity
    ends = [tier.from_unit - 1 for tier in tiers[1:]] + [quantity]
    shares = (max(0, min(quantity, end) - tier.from_unit + 1) for tier, end in zip(tiers, ends, strict=True))
    return sum((tier.amount * share for tier, share in zip(tiers, shares, strict=True)), Decimal("0.00"))
