"""Trying, ordering, answering and asking over the API: the same rules and the same words as on the pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from marshmallow import ValidationError

from quartier.accounts.permissions import MODULES_APPROVE
from quartier.api.conditions import require_match
from quartier.api.problems import Problem
from quartier.i18n.texts import gettext as _
from quartier.jobs.queue import defer
from quartier.marketplace.api_reading import blueprint, order_by_id, shown, told
from quartier.marketplace.api_schemas import (
    AskedSchema,
    DeclineSchema,
    NewOrderSchema,
    OrderShownSchema,
    ProductSchema,
    QuestionSchema,
)  # fmt: skip
from quartier.marketplace.buying import (
    Answer,
    answer_order,
    ask_about,
    begin_trial,
    market_of,
    order_product,
    product_of,
    wanted_of,
)  # fmt: skip
from quartier.marketplace.models import ProductOrder
from quartier.marketplace.queries import Item, Market
from quartier.marketplace.refusals import WHOLE, OrderRefused
from quartier.marketplace.services import BEGIN
from quartier.web.read_only import BUY
from quartier.web.visit import Visit

Order = tuple[ProductOrder, dict[str, str]]


@blueprint.operation("POST", "/marketplace/<key>/trial", needs=BUY)
@blueprint.response(201, ProductSchema)
def try_product(visit: Visit, key: str) -> dict[str, Any]:
    """Begin a trial: thirty days on the company's own data, from today on, and switched on. It is had once; 409 then.

    What the module plants to start with is there a moment later.
    """
    found, item = product_of(visit, key)
    with refusing():
        begin_trial(visit, found, item)
    visit.db.flush()
    defer(visit.db, BEGIN, once=BEGIN)
    return told(visit, *product_of(visit, key))


@blueprint.operation("POST", "/marketplace/orders", needs=BUY)
@blueprint.arguments(NewOrderSchema)
@blueprint.response(201, OrderShownSchema)
def place_order(visit: Visit, values: dict[str, Any]) -> Order:
    """Order a product at the price that was read; it waits until somebody approves it.

    409 says what stands in the way: ordered or there already, something missing that it needs, no price in the
    contract's currency or only on request, no longer sold, another price than the one sent.
    """
    found, item = _named(visit, values["product"])
    with refusing():
        made = order_product(visit, found, item, wanted_of(values), quantity=values["quantity"])
    visit.db.refresh(made)
    return shown(made)


@blueprint.operation("POST", "/marketplace/orders/<uuid:order_id>/approve", needs=MODULES_APPROVE, versioned=True)
@blueprint.response(200, OrderShownSchema)
def approve(visit: Visit, order_id: UUID) -> Order:
    """Say yes for the company: the platform writes the line into the contract, at the price of the order."""
    return _answered(visit, order_id, "approve")


@blueprint.operation("POST", "/marketplace/orders/<uuid:order_id>/decline", needs=MODULES_APPROVE, versioned=True)
@blueprint.arguments(DeclineSchema)
@blueprint.response(200, OrderShownSchema)
def decline(visit: Visit, values: dict[str, Any], order_id: UUID) -> Order:
    """Say no, and why; whoever may order is told."""
    return _answered(visit, order_id, "decline", why=values["answer"])


@blueprint.operation("POST", "/marketplace/orders/<uuid:order_id>/withdraw", needs=BUY, versioned=True)
@blueprint.response(200, OrderShownSchema)
def withdraw(visit: Visit, order_id: UUID) -> Order:
    """Take an order back that nobody has answered."""
    return _answered(visit, order_id, "withdraw")


@blueprint.operation("POST", "/marketplace/<key>/question", needs=BUY)
@blueprint.arguments(QuestionSchema)
@blueprint.response(201, AskedSchema)
def question(visit: Visit, values: dict[str, Any], key: str) -> dict[str, bool]:
    """Ask sales about a product: somebody gets in touch."""
    _found, item = product_of(visit, key)
    return {"is_new": ask_about(visit, item.key, values["note"])}


@contextmanager
def refusing() -> Iterator[None]:
    """What cannot be, as a problem: at its field, or about the whole as it stands now."""
    try:
        yield
    except OrderRefused as error:
        if error.field in (WHOLE, "price"):
            raise Problem(409, str(error)) from error
        raise ValidationError({error.field: [str(error)]}) from error


def _named(visit: Visit, key: str) -> tuple[Market, Item]:
    found = market_of(visit)
    if key not in found.items:
        raise ValidationError({"product": [_("This is not sold to your company, or not any more.")]})
    return found, found.items[key]


def _answered(visit: Visit, order_id: UUID, do: Answer, *, why: str = "") -> Order:
    order = order_by_id(visit, order_id)
    require_match(order.state)
    with refusing():
        answer_order(visit, order, do, why=why)
    visit.db.refresh(order)
    return shown(order)
