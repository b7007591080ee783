"""Products and prices in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from babel import Locale

from quartier.catalogue import expressions
from quartier.catalogue.models import CURRENCIES
from quartier.catalogue.pricing import Terms
from quartier.catalogue.schemas import COUNTRIES
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l

KINDS: Final = {"module": _l("Modules"), "limit": _l("Limits"), "service": _l("Services")}
"""Headings of the list, in this order."""
MODELS: Final = {
    "flat": _l("One price, whatever the size"),
    "unit": _l("Per unit, in tiers"),
    "seat": _l("Per seat: each member of the team"),
    "ask": _l("On request"),
}
PERIODS: Final = {"month": _l("Every month"), "year": _l("Every year"), "once": _l("Once")}
PRICES: Final[Mapping[tuple[str, str], Callable[[str], str]]] = {
    ("flat", "month"): lambda amount: _("%(amount)s per month", amount=amount),
    ("flat", "year"): lambda amount: _("%(amount)s per year", amount=amount),
    ("flat", "once"): lambda amount: _("%(amount)s once", amount=amount),
    ("unit", "month"): lambda amount: _("%(amount)s per unit and month", amount=amount),
    ("unit", "year"): lambda amount: _("%(amount)s per unit and year", amount=amount),
    ("unit", "once"): lambda amount: _("%(amount)s per unit, once", amount=amount),
    ("seat", "month"): lambda amount: _("%(amount)s per seat and month", amount=amount),
    ("seat", "year"): lambda amount: _("%(amount)s per seat and year", amount=amount),
    ("seat", "once"): lambda amount: _("%(amount)s per seat, once", amount=amount),
}
LIMIT_NAMES: Final = {"units": _l("Units"), "file_space": _l("Space for files")}
SIZES = (50, 500, 5000)
"""Units for which a page computes what they would cost."""


def prices(terms: Terms) -> list[str]:
    """One line per currency and tier."""
    if terms.model == "ask":
        return [_("On request")]
    found = []
    for currency in CURRENCIES:
        for tier in terms.prices.get(currency, ()):
            price = PRICES[terms.model, terms.period](formats.format_money(tier.amount, currency))
            if tier.from_unit > 1:
                price = _("from unit %(number)s: %(price)s", number=formats.format_number(tier.from_unit), price=price)
            found.append(price)
    return found


def brief(terms: Terms) -> list[str]:
    """One line per currency, for a list."""
    if terms.model == "ask":
        return [_("On request")]
    found = []
    for currency in (one for one in CURRENCIES if one in terms.prices):
        first, *others = terms.prices[currency]
        price = PRICES[terms.model, terms.period](formats.format_money(first.amount, currency))
        found.append(_("%(price)s, in tiers", price=price) if others else price)
    return found


def examples(terms: Terms) -> list[tuple[int, list[str]]]:
    """What so many units cost in all, where that has to be computed; in the order of the currencies."""
    if terms.model != "unit":
        return []
    return [
        (size, [_total(terms, currency, size) for currency in CURRENCIES if currency in terms.prices])
        for size in SIZES
    ]  # fmt: skip


def _total(terms: Terms, currency: str, size: int) -> str:
    return formats.format_money(terms.price(currency, size) or 0, currency)


def needs(terms: Terms, names: Mapping[str, str]) -> str:
    """What it needs, by the names of products; empty for nothing."""
    return expressions.spelled(expressions.parse(terms.needs), names)


def countries(language: str) -> dict[str, str]:
    """Names of the countries in which something can be offered, by ISO code, the home market first."""
    names = Locale(language).territories
    return {code: str(names[code]) for code in COUNTRIES}
