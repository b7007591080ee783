"""Reading the marketplace over the API: products with their price here, and orders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from werkzeug.exceptions import NotFound

from quartier.api.blueprint import ApiBlueprint
from quartier.api.conditions import etag
from quartier.api.paging import make_page, next_link, page_of, read_cursor
from quartier.catalogue.expressions import written
from quartier.marketplace.api_schemas import OrdersArguments, OrderShownSchema, ProductSchema, SeatsSchema
from quartier.marketplace.buying import market_of, product_of
from quartier.marketplace.models import ProductOrder
from quartier.marketplace.queries import Item, Market, name_of, orders_of, priced
from quartier.web.read_only import BUY
from quartier.web.visit import Visit

blueprint = ApiBlueprint(
    "marketplace", __name__, description="What the company has and could have; trying it, and ordering it."
)


@blueprint.operation("GET", "/marketplace", needs=BUY)
@blueprint.response(200, ProductSchema(many=True))
def products(visit: Visit) -> list[dict[str, Any]]:
    """Everything that the company has, had or can have in its country, with the price for its own size."""
    found = market_of(visit)
    return [told(visit, found, one) for one in found.items.values()]


@blueprint.operation("GET", "/marketplace/<key>", needs=BUY)
@blueprint.arguments(SeatsSchema, location="query")
@blueprint.response(200, ProductSchema)
def product(visit: Visit, query: dict[str, Any], key: str) -> dict[str, Any]:
    """One product, with the price for so many seats."""
    found, item = product_of(visit, key)
    price = priced(visit.db, found, item, query["quantity"])
    return told(visit, found, replace(item, price=price))


@blueprint.operation("GET", "/marketplace/orders", needs=BUY)
@blueprint.arguments(OrdersArguments, location="query")
@blueprint.response(200, page_of(OrderShownSchema))
def orders(visit: Visit, query: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Orders, the newest first."""
    cursor, limit = read_cursor(query["after"], UUID), query["limit"]
    states = [query["state"]] if query["state"] else []
    rows = orders_of(visit.db, states, limit=limit + 1, after=cursor[0] if cursor else None)
    page = make_page(rows, limit, lambda row: (row.id,))
    return page, next_link(page)


@blueprint.operation("GET", "/marketplace/orders/<uuid:order_id>", needs=BUY, versioned=True)
@blueprint.response(200, OrderShownSchema)
def order(visit: Visit, order_id: UUID) -> tuple[ProductOrder, dict[str, str]]:
    """One order. Its price never changes; its version does when it is answered, and when it is carried out."""
    return shown(order_by_id(visit, order_id))


def order_by_id(visit: Visit, order_id: UUID) -> ProductOrder:
    """The company's own order, or 404."""
    found = visit.db.get(ProductOrder, (visit.company.id, order_id))
    if found is None:
        raise NotFound
    return found


def shown(order: ProductOrder) -> tuple[ProductOrder, dict[str, str]]:
    """An order with its version, which is its state: nothing else of it changes."""
    return order, {"ETag": etag(order.state)}


def told(visit: Visit, found: Market, one: Item) -> dict[str, Any]:
    """A product as programs read it."""
    language, terms = visit.voice.language, one.terms
    words = {} if one.manifest is None else {"summary": one.manifest.description[language]}
    if terms is not None:
        words = {"summary": terms.summary.pick(language).text}
    return {
        "key": one.key, "name": name_of(one, visit.company, language), "summary": "", **words,
        "category": one.manifest.category if one.manifest else "", "state": one.state.kind,
        "state_day": one.state.day, "works": one.works, "tried": one.trial is not None, "trial": one.trial,
        "may_try": one.may_try, "may_order": one.may_order and one.lacking is None and found.contract is not None,
        "needs": written(one.lacking), "lacks": list(one.lacks), "price": one.price,
        "order_id": one.order.id if one.order else None,
        "used": [{"measure": number.measure.key, "value": number.value} for number in one.used.numbers]
        if one.used is not None else [],
    }  # fmt: skip
