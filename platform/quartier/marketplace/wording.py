"""What the marketplace says: how a product stands, what it costs, what it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from quartier.catalogue.expressions import spelled
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
    """What it costs this company."""
    return contracts.cost(price.amount, price.period, price.quantity, price.currency)


def reckoned(price: Price) -> str:
    """How that was reckoned."""
    match price.model:
        case "unit":
            return ngettext("For your %(num)s unit.", "For your %(num)s units.", price.quantity)
        case "seat":
            return ngettext("For %(num)s seat.", "For %(num)s seats.", price.quantity)
    return _("Whatever the size of the company.")


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
    """What is missing in words, piece by piece: (key, name) of products, and ("", "or") of what stands between."""
    marked = {key: f"\0{key}\0" for key in item.lacks}
    pieces = spelled(item.lacking, marked).split("\0")
    return [(one, names.get(one, one)) if at % 2 else ("", one) for at, one in enumerate(pieces) if one]
