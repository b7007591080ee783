"""What the marketplace says: how a product stands, what it costs, what it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from quartier.catalogue.expressions import Expression, keys, spelled
from quartier.catalogue.wording import prices
from quartier.contracts import wording as contracts
from quartier.contracts.wording import Badge
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.i18n.voice import Language
from quartier.marketplace.models import ProductOrder
from quartier.marketplace.queries import Item, Price
from quartier.usage.queries import ModuleUsage

SHOWN: Final = 3
"""How many people are named."""


def badge(item: Item) -> Badge:
    """How it stands, in a word; what waits for an answer says so first."""
    if item.order is not None and item.order.stuck_since is not None:
        return Badge(_("ordered, nobody may approve"), "alert", "warning")
    if item.order is not None:
        return Badge(_("ordered"), "clock", "info")
    if item.state.there and item.manifest is not None and not item.works and not item.is_on:
        return Badge(_("switched off"), "ban", "line")
    if item.state.kind == "never":
        return Badge(_("not in use"), "lock", "line")
    return contracts.badge(item.state)


def cost(price: Price) -> str:
    """What it costs this company, and how many that is for."""
    return _priced(price.amount, price.currency, price.period, price.model, price.quantity)


def cost_of(order: ProductOrder, item: Item) -> str:
    """What was ordered, at the price of the order."""
    model = item.terms.model if item.terms is not None else ""
    return _priced(order.price, order.currency, order.period, model, order.quantity)


def _priced(amount: Decimal, currency: str, period: str, model: str, quantity: int) -> str:
    price = contracts.cost(amount, period, 1, currency)
    if model == "unit":
        return ngettext("%(price)s for %(num)s unit", "%(price)s for %(num)s units", quantity, price=price)
    if model == "seat":
        return ngettext("%(price)s for %(num)s seat", "%(price)s for %(num)s seats", quantity, price=price)
    return contracts.cost(amount, period, quantity, currency)


def tiers(item: Item, currency: str) -> list[str]:
    """How the price is made up: one line per tier, in the currency of the contract."""
    if item.terms is None:
        return []
    return prices(replace(item.terms, prices={currency: item.terms.prices.get(currency, ())}))


def did(usage: ModuleUsage, language: Language) -> str:
    """What it did in the last thirty days, in numbers: "34 bookings, 12 people"."""
    numbers = [one for one in usage.numbers if one.value]
    return ", ".join(f"{formats.format_number(one.value)} {one.word(language)}" for one in numbers)


def approved_by(names: Sequence[str]) -> str:
    """Who may approve: the first by name, and how many others."""
    shown, others = ", ".join(names[:SHOWN]), len(names) - SHOWN
    if others <= 0:
        return _("Approval: %(names)s.", names=shown)
    return ngettext(
        "Approval: %(names)s and %(num)s other.", "Approval: %(names)s and %(num)s others.", others, names=shown
    )


def helped_by(names: Sequence[str]) -> str:
    """Who can give somebody the right to approve; without anybody it is sales."""
    if not names:
        return _("Sales can help to name somebody.")
    return _("This right can be given by %(names)s.", names=", ".join(names[:SHOWN]))


def answered(order: ProductOrder, name: str) -> str:
    """One order, in one line."""
    match order.state:
        case "waiting" if order.stuck_since is not None:
            return _("%(product)s: waits, and nobody may approve it", product=name)
        case "waiting":
            return _("%(product)s: waits for approval", product=name)
        case "approved":
            return _("%(product)s: approved, is being carried out", product=name)
        case "done":
            return _("%(product)s: approved", product=name)
        case "declined":
            return _("%(product)s: declined", product=name)
        case "withdrawn":
            return _("%(product)s: withdrawn", product=name)
    return _("%(product)s: could not be carried out", product=name)


def lacking(item: Item, names: Mapping[str, str]) -> str:
    """That something is missing, and what; "" where nothing is."""
    return _("It needs this first: %(products)s.", products=spelled(item.lacking, names)) if item.lacking else ""


def missing(item: Item, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is missing in words, piece by piece."""
    return pieces(item.lacking, names)


def pieces(wanted: Expression | None, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is needed: (key, name) of each product, and ("", " or ") of what stands between."""
    marked = {key: f"\0{key}\0" for key in keys(wanted)}
    found = spelled(wanted, marked).split("\0")
    return [(one, names.get(one, one)) if at % 2 else ("", one) for at, one in enumerate(found) if one]


def who(order: ProductOrder, zone: ZoneInfo) -> str:
    """Who ordered when, and who answered when."""
    asked = _("%(name)s, %(moment)s", name=order.asked_by, moment=formats.format_moment(order.created_at, zone))
    if order.answered_at is None or not order.answered_by:
        return asked
    moment = formats.format_moment(order.answered_at, zone)
    return " · ".join((asked, _("answered by %(name)s, %(moment)s", name=order.answered_by, moment=moment)))
