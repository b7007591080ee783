"""What the company has and could have, with prices, and its orders: for its own programs."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from quartier.api.blueprint import ApiBlueprint
from quartier.marketplace.models import ProductOrder
from quartier.marketplace.queries import Item, market, name_of, orders_of
from quartier.web.read_only import BUY
from quartier.web.shell import shell
from quartier.web.visit import Visit

MOST = 200
blueprint = ApiBlueprint("marketplace", __name__, description="What the company has and could have, and its orders.")


class PriceSchema(Schema):
    """What it costs this company."""

    amount = fields.Decimal(required=True, as_string=True, places=2)
    currency = fields.String(required=True)
    period = fields.String(required=True, metadata={"enum": ["month", "year", "once"]})
    quantity = fields.Integer(required=True, metadata={"description": "Units or seats that it is for; 1 for all."})


class UsedSchema(Schema):
    """A number of the last thirty days."""

    measure = fields.String(required=True)
    value = fields.Integer(required=True)


class ProductSchema(Schema):
    """One product as it stands at the company."""

    key = fields.String(required=True, metadata={"description": "The module's slug, or the key of another product."})
    name = fields.String(required=True, metadata={"description": "The company's own, in the caller's language."})
    state = fields.String(
        required=True,
        metadata={
            "enum": [
                "sold", "tried", "granted", "denied", "lacking", "grace", "read_only", "coming", "ended", "never"
            ]
        },
    )  # fmt: skip
    state_day = fields.Date(
        required=True, allow_none=True,
        metadata={"description": "The last day of this state, or the first of what is coming."},
    )  # fmt: skip
    works = fields.Boolean(required=True, metadata={"description": "Whether people meet it now."})
    tried = fields.Boolean(required=True, metadata={"description": "A trial is had once."})
    lacks = fields.List(fields.String(), required=True, metadata={"description": "Keys of what it needs."})
    price = fields.Nested(PriceSchema, required=True, allow_none=True, metadata={"description": "Null on request."})
    used = fields.List(fields.Nested(UsedSchema), required=True)


class OrderShownSchema(Schema):
    """An order."""

    id = fields.UUID(required=True)
    product = fields.String(required=True)
    state = fields.String(
        required=True,
        metadata={"enum": ["waiting", "approved", "done", "declined", "withdrawn", "failed"]},
    )
    quantity = fields.Integer(required=True)
    price = fields.Decimal(required=True, as_string=True, places=2)
    currency = fields.String(required=True)
    period = fields.String(required=True)
    starts = fields.Date(required=True)
    note = fields.String(required=True)
    answer = fields.String(required=True)
    asked_by = fields.String(required=True)
    answered_by = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    answered_at = fields.DateTime(required=True, allow_none=True)


@blueprint.operation("GET", "/marketplace", needs=BUY)
@blueprint.response(200, ProductSchema(many=True))
def products(visit: Visit) -> list[dict[str, Any]]:
    """Everything that the company has, had or can have in its country, with the price for its own size."""
    found = market(visit.db, shell().plugins, visit.company, today=visit.today)
    return [_told(visit, one) for one in found.items.values()]


@blueprint.operation("GET", "/marketplace/orders", needs=BUY)
@blueprint.response(200, OrderShownSchema(many=True))
def orders(visit: Visit) -> list[ProductOrder]:
    """The newest orders first, two hundred at most."""
    return orders_of(visit.db, limit=MOST)


def _told(visit: Visit, one: Item) -> dict[str, Any]:
    used = one.used.numbers if one.used is not None else ()
    return {
        "key": one.key, "name": name_of(one, visit.company, visit.voice.language), "state": one.state.kind,
        "state_day": one.state.day, "works": one.works, "tried": one.trial is not None, "lacks": list(one.lacks),
        "price": one.price, "used": [{"measure": number.measure.key, "value": number.value} for number in used],
    }  # fmt: skip
