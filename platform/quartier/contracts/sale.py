"""What a line fixes when a product is sold: its version, how many, for how much, and what it needs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from quartier.catalogue.expressions import Expression, holds, parse
from quartier.catalogue.queries import offers
from quartier.contracts.entitlement import day_begins, entitled
from quartier.contracts.models import Contract
from quartier.contracts.queries import lines_of, standings
from quartier.contracts.refusal import ContractError
from quartier.i18n.texts import gettext as _


@dataclass(frozen=True)
class Sale:
    """What was agreed. `price` is for one `period` and the whole `quantity`; both None where nobody says a price."""

    quantity: int = 1
    price: Decimal | None = None
    period: str | None = None
    version_id: UUID | None = None
    needs: str = ""


@dataclass(frozen=True)
class Wish:
    """What somebody wants to sell to whom. Without a quantity it is `units` where that is what counts; without a price
    the catalogue's."""

    key: str
    country: str
    units: int
    quantity: int | None = None
    price: Decimal | None = None


def lacking(db: Session, contract: Contract, sale: Sale, starts: date) -> Expression | None:
    """What the product needs and the company will not have on the first day; what stands in the same contract counts.

    Nothing is refused for it: what is missing may be sold next. Until then the line gives nothing.
    """
    wanted = parse(sale.needs)
    spans = standings(db, [contract.company_id])[contract.company_id].spans
    there = entitled(spans, day_begins(starts, ZoneInfo(contract.timezone)))
    there |= {line.module for line in lines_of(db, contract.company_id) if line.contract_id == contract.id}
    return None if holds(wanted, there) else wanted


def currency_of(country: str) -> str:
    """In which currency a contract with a company of this country is written, unless somebody says another."""
    return "CHF" if country in ("CH", "LI") else "EUR"


def agree(db: Session, contract: Contract, wish: Wish, *, modules: Collection[str]) -> Sale:
    """The terms of the product's newest version, frozen.

    `modules` can be sold without standing in the catalogue, then without a price. Raises ContractError.
    """
    offer = offers(db, [wish.key]).get(wish.key)
    if offer is None:
        if wish.key not in modules:
            raise ContractError("module", _("This module is not installed."))
        if wish.price is not None:
            raise ContractError("price", _("Put this module into the catalogue first, then sell it for a price."))
        return Sale(wish.quantity or 1)
    terms = offer.version.terms
    if not offer.on_sale:
        raise ContractError("module", _("This is no longer sold. Contracts that have it keep it."))
    if not terms.offered_in(wish.country):
        raise ContractError("module", _("This is not offered in the company’s country."))
    if offer.product.kind == "module" and wish.key not in modules:
        raise ContractError("module", _("This module is not installed."))
    if wish.quantity is None and terms.model == "seat":
        raise ContractError("quantity", _("Please say for how many seats."))
    quantity = wish.quantity or (max(1, wish.units) if terms.model == "unit" else 1)
    price = wish.price or terms.price(contract.currency, quantity)
    if price is None and terms.model == "ask":
        raise ContractError("price", _("The price is on request: please write down what was agreed."))
    if price is None:
        raise ContractError(
            "price",
            _("The catalogue has no price in %(currency)s, the currency of this contract. "
              "Please write down what was agreed.", currency=contract.currency),
        )  # fmt: skip
    return Sale(quantity, price, terms.period, offer.version.id, terms.needs)
