"""Trying, ordering and answering for a viewer: the same from the pages and from programs. Nothing here commits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from werkzeug.exceptions import Forbidden, NotFound

from quartier.accounts.permissions import MODULES_APPROVE
from quartier.contracts.refusal import ContractError
from quartier.contracts.services import By, switch
from quartier.contracts.trials import start_trial
from quartier.i18n.texts import gettext as _
from quartier.leads.services import ask_sales
from quartier.marketplace import services
from quartier.marketplace.models import ProductOrder
from quartier.marketplace.queries import Item, Market, market, names_of, priced
from quartier.marketplace.refusals import WHOLE, OrderRefused, no_order, no_trial
from quartier.marketplace.services import Wanted
from quartier.marketplace.stuck import settle
from quartier.marketplace.telling import tell_approvers, tell_buyers
from quartier.tenancy.company import company_of
from quartier.web.shell import shell
from quartier.web.visit import Visit

Answer = Literal["approve", "decline", "withdraw"]
ANSWERS: Final[tuple[Answer, ...]] = ("approve", "decline", "withdraw")


def market_of(visit: Visit) -> Market:
    """The shelves as they stand for the visit's company today."""
    return market(visit.db, shell().plugins, visit.company, today=visit.today)


def product_of(visit: Visit, key: str) -> tuple[Market, Item]:
    """One product on its shelves; 404 for what the company neither has nor can have."""
    found = market_of(visit)
    if key not in found.items:
        raise NotFound
    return found, found.items[key]


def names_here(visit: Visit, found: Market) -> dict[str, str]:
    """What products are called here, in the viewer's language."""
    return names_of(found, visit.company, visit.voice.language)


def wanted_of(values: Mapping[str, Any]) -> Wanted:
    """What was agreed to, as the schemas have read it."""
    return Wanted(values["version"], values["price"], values["currency"], values["starts"], values["note"])


def begin_trial(visit: Visit, found: Market, item: Item) -> None:
    """Thirty days on the company's own data, from today on, and switched on. Raises OrderRefused."""
    if said := no_trial(item, names_here(visit, found)):
        raise OrderRefused(WHOLE, said)
    by = By(visit.viewer.name, _("Trial from the marketplace"))
    try:
        start_trial(visit.db, company_of(visit.db), module=item.key, starts=visit.today, ends=None, by=by)
    except ContractError as error:
        raise OrderRefused(WHOLE, str(error)) from error
    switch(visit.db, visit.company.id, {item.key: True}, by=by)


def order_product(
    visit: Visit, found: Market, item: Item, wanted: Wanted, *, quantity: int | None, approved: bool = False
) -> ProductOrder:
    """Order it; `approved` at once, or whoever may approve is told, or who can help where nobody may. Raises
    OrderRefused."""
    price = priced(visit.db, found, item, quantity)
    said = no_order(item, price, found, names_here(visit, found))
    if said or price is None:
        raise OrderRefused(WHOLE, said)
    made = services.place(visit.db, item, price, wanted, today=visit.today, by=visit.viewer.name)
    if approved:
        answer_order(visit, made, "approve")
    elif settle(visit.db, visit.company, made, today=visit.today):
        tell_approvers(visit.db, visit.company, made, by=visit.viewer.person_id)
    return made


def answer_order(visit: Visit, order: ProductOrder, do: Answer, *, why: str = "") -> None:
    """Approve or decline, for who may (or 403), or withdraw. Raises OrderRefused where it is answered already."""
    if do != "withdraw" and not visit.viewer.may(MODULES_APPROVE):
        raise Forbidden
    by = visit.viewer.name
    match do:
        case "approve":
            services.approve(visit.db, order, today=visit.today, by=by)
        case "decline":
            services.decline(visit.db, order, answer=why, by=by)
            tell_buyers(visit.db, visit.company, order, by=visit.viewer.person_id)
        case "withdraw":
            services.withdraw(visit.db, order, by=by)


def ask_about(visit: Visit, key: str, note: str) -> bool:
    """A question for sales: a lead in the console, True where it is a new one."""
    return ask_sales(
        visit.db, source="marketplace", topic=key, asks=visit.viewer.name, today=visit.today, note=note
    )  # fmt: skip
