"""Ordering, approving and declining; and what the platform does with an order that was approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quartier.catalogue.queries import product_by_key, versions_of
from quartier.contracts import services as contracts
from quartier.contracts.events import record
from quartier.contracts.refusal import ContractError
from quartier.contracts.sale import Sale
from quartier.contracts.services import By
from quartier.db.base import new_id
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.jobs.queue import defer
from quartier.marketplace.models import OPEN, ProductOrder
from quartier.marketplace.queries import Item, Price, contract_on
from quartier.marketplace.refusals import WHOLE, OrderRefused
from quartier.tenancy.session import CompanySession

FULFIL: Final = "marketplace.fulfil"
BEGIN: Final = "marketplace.begin"
LONGEST_AHEAD: Final = 366  # days


@dataclass(frozen=True)
class Wanted:
    """What somebody agreed to: the version and the price that they saw, from which day on."""

    version_id: UUID
    price: Decimal
    currency: str
    starts: date
    note: str = ""


def place(db: CompanySession, item: Item, price: Price, wanted: Wanted, *, today: date, by: str) -> ProductOrder:
    """Order a product that can be ordered (`refusals.no_order`), at the price that was seen. Raises OrderRefused.

    Of two people at once the second waits for the first, and reads that it is ordered.
    """
    contracts.one_at_a_time(db, db.company_id)
    open_one = db.scalars(select(ProductOrder).filter_by(product=item.key).where(ProductOrder.state.in_(OPEN))).first()
    if open_one is not None:
        raise OrderRefused(WHOLE, _("%(name)s has ordered this already.", name=open_one.asked_by))
    if (wanted.version_id, wanted.price, wanted.currency) != (price.version_id, price.amount, price.currency):
        raise OrderRefused("price", _("The price has changed meanwhile. Please look at it again."))
    earliest = item.earliest(today)
    if wanted.starts < earliest or (wanted.starts - today).days > LONGEST_AHEAD:
        day = formats.format_date(earliest)
        raise OrderRefused("starts", _("Please choose a day from %(date)s on, within a year.", date=day))
    if contract_on(db, db.company_id, wanted.starts, price.currency) is None:
        raise OrderRefused("starts", no_contract(price.currency))
    order = ProductOrder(
        id=new_id(), product=item.key, version_id=price.version_id, quantity=price.quantity, price=price.amount,
        currency=price.currency, period=price.period, starts=wanted.starts, note=wanted.note, asked_by=by,
        state="waiting",
    )  # fmt: skip
    db.add(order)
    db.flush()
    record(
        db, db.company_id, kind="order.placed", subject=item.key, actor=by, reason=wanted.note,
        after={"starts": order.starts.isoformat(), "quantity": order.quantity, **_price(order)},
    )  # fmt: skip
    return order


def approve(db: CompanySession, order: ProductOrder, *, today: date, by: str) -> None:
    """Say yes for the company; the platform then writes the line, at the frozen price.

    Refused where no contract is left that the line could go into: then it is better declined than failed.
    """
    if contract_on(db, db.company_id, max(today, order.starts), order.currency) is None:
        raise OrderRefused(WHOLE, no_contract(order.currency))
    _answer(db, order, "approved", by=by)
    defer(db, FULFIL, order=str(order.id))


def decline(db: CompanySession, order: ProductOrder, *, answer: str, by: str) -> None:
    """Say no, and why."""
    _answer(db, order, "declined", by=by, answer=answer)


def withdraw(db: CompanySession, order: ProductOrder, *, by: str) -> None:
    """Think better of it before anybody has answered."""
    _answer(db, order, "withdrawn", by=by)


def fulfil(db: Session, order: ProductOrder, *, today: date, modules: frozenset[str]) -> str:
    """Write the line of an approved order, from the platform's own session; returns the state it is in then.

    What was approved late begins today. What stands in the way (no contract, another line on these days, a price that
    no version has) is written down, and nothing else is done.
    """
    contracts.one_at_a_time(db, order.company_id)
    db.refresh(order)
    if order.state != "approved":
        return order.state
    try:
        with db.begin_nested():
            _sell(db, order, max(today, order.starts), modules)
        order.state = "done"
    except ContractError as error:
        order.state, order.answer = "failed", str(error)
    db.flush()
    return order.state


def _sell(db: Session, order: ProductOrder, starts: date, modules: frozenset[str]) -> None:
    contract = contract_on(db, order.company_id, starts, order.currency)
    if contract is None:
        raise ContractError(WHOLE, no_contract(order.currency))
    product = product_by_key(db, order.product)
    known = versions_of(db, product) if product is not None else []
    terms = next((one.terms for one in known if one.id == order.version_id), None)
    if terms is None or terms.price(order.currency, order.quantity) != order.price:
        raise ContractError("price", _("This price is in no version of the catalogue."))
    by = By(order.answered_by, _("Ordered by %(name)s at the marketplace", name=order.asked_by))
    sale = Sale(order.quantity, order.price, order.period, order.version_id, terms.needs)
    contracts.add_line(db, contract, module=order.product, starts=starts, ends=None, sale=sale, by=by)
    if order.product in modules:
        contracts.switch(db, order.company_id, {order.product: True}, by=by)


def no_contract(currency: str) -> str:
    """That there is none which a line of that day could go into."""
    return _("There is no contract in %(currency)s on that day.", currency=currency)


def _answer(db: CompanySession, order: ProductOrder, state: str, *, by: str, answer: str = "") -> None:
    """Of two who answer at once the second reads what the first has said."""
    contracts.one_at_a_time(db, db.company_id)
    db.refresh(order)
    if order.state != "waiting":
        raise OrderRefused(WHOLE, _("This order has been answered already."))
    order.state, order.answered_by, order.answer, order.answered_at = state, by, answer, func.now()
    db.flush()
    record(db, db.company_id, kind=f"order.{state}", subject=order.product, actor=by, reason=answer)


def _price(order: ProductOrder) -> dict[str, object]:
    return {"price": f"{order.currency} {order.price}", "period": order.period}
