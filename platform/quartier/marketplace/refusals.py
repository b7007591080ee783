"""Why something cannot be tried or ordered, in words: the same on the page and for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from quartier.i18n.texts import gettext as _
from quartier.marketplace.queries import Item, Market, Price
from quartier.marketplace.wording import lacking

WHOLE: Final = "_schema"
"""The field of what is wrong with an order as a whole."""


class OrderRefused(Exception):
    """Why something cannot be tried, ordered or answered so; `field` is where it stands, "price" asks again."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def no_trial(item: Item, names: Mapping[str, str]) -> str:
    """Why no trial can begin today; "" where one can."""
    if item.may_try:
        return ""
    if item.trial is not None:
        return _("This was tried already; a trial is had once. You can order it.")
    if item.manifest is None:
        return _("Only modules can be tried.")
    if item.state.there:
        return _("Your company has this already.")
    if item.had or item.state.kind != "never":
        return _("A trial is for what a company never had. You can order it.")
    if not item.on_sale:
        return _("This is no longer sold. Contracts that have it keep it.")
    return lacking(item, names)


def no_order(item: Item, price: Price | None, market: Market, names: Mapping[str, str]) -> str:
    """Why it cannot be ordered, with `price` for as many as are wanted; "" where it can."""
    if item.order is not None:
        return _("%(name)s has ordered this already.", name=item.order.asked_by)
    if item.is_sold:
        return _("Your company has this already.")
    if item.state.kind == "denied":
        return _("This was taken from your company on purpose. Ask sales.")
    if not item.on_sale:
        return _("This is no longer sold. Contracts that have it keep it.")
    if market.contract is None:
        return _("There is no contract yet. Ask sales.")
    if price is None and item.terms is not None and item.terms.model == "ask":
        return _("The price is on request. Ask sales.")
    if price is None:
        return _("There is no price in %(currency)s, the currency of your contract. Ask sales.",
                 currency=market.currency)  # fmt: skip
    return lacking(item, names)
