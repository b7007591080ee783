"""What programs read and send at the marketplace. A price is for one period and the whole quantity."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from quartier.api.paging import PageArguments
from quartier.catalogue.models import MODELS, PERIODS
from quartier.marketplace.models import STATES
from quartier.marketplace.schemas import MOST_SEATS, AnswerSchema, OrderSchema, WishSchema

STANDS = ("sold", "tried", "granted", "denied", "lacking", "grace", "read_only", "coming", "ended", "never")


class PriceSchema(Schema):
    """What it costs this company. An order names `version`, `amount` and `currency` as they were read here."""

    version = fields.UUID(required=True, attribute="version_id", metadata={"description": "Of the catalogue."})
    amount = fields.Decimal(required=True, as_string=True, places=2)
    currency = fields.String(required=True)
    period = fields.String(required=True, metadata={"enum": list(PERIODS)})
    quantity = fields.Integer(required=True, metadata={"description": "Units or seats that it is for; 1 for all."})
    model = fields.String(required=True, metadata={"enum": [one for one in MODELS if one != "ask"]})


class UsedSchema(Schema):
    """A number of the last thirty days."""

    measure = fields.String(required=True)
    value = fields.Integer(required=True)


class TrialSchema(Schema):
    """When it was tried, or is."""

    starts = fields.Date(required=True)
    ends = fields.Date(required=True, metadata={"description": "The first day after it."})


class ProductSchema(Schema):
    """One product as it stands at the company."""

    key = fields.String(required=True, metadata={"description": "The module's slug, or the key of another product."})
    name = fields.String(required=True, metadata={"description": "The company's own, in the caller's language."})
    summary = fields.String(required=True)
    category = fields.String(required=True, metadata={"description": "Of modules; empty for other products."})
    state = fields.String(required=True, metadata={"enum": list(STANDS)})
    state_day = fields.Date(
        required=True, allow_none=True,
        metadata={"description": "The last day of this state, or the first of what is coming."},
    )  # fmt: skip
    works = fields.Boolean(required=True, metadata={"description": "Whether people meet it now."})
    tried = fields.Boolean(required=True, metadata={"description": "A trial is had once."})
    trial = fields.Nested(TrialSchema, required=True, allow_none=True)
    may_try = fields.Boolean(required=True)
    may_order = fields.Boolean(required=True)
    needs = fields.String(required=True, metadata={"description": "What is still missing, as `a AND (b OR c)`."})
    lacks = fields.List(fields.String(), required=True, metadata={"description": "Keys that stand in `needs`."})
    price = fields.Nested(PriceSchema, required=True, allow_none=True, metadata={"description": "Null on request."})
    order_id = fields.UUID(required=True, allow_none=True, metadata={"description": "The open order, if there is one."})
    used = fields.List(fields.Nested(UsedSchema), required=True)


class SeatsSchema(Schema):
    """For how many the price is asked."""

    quantity = fields.Integer(
        load_default=None, validate=validate.Range(1, MOST_SEATS),
        metadata={"description": "Seats; of no effect on what is not sold by seats."},
    )  # fmt: skip


class OrderShownSchema(Schema):
    """An order. `waiting` for who approves, `approved` until the line is in the contract, then `done`."""

    id = fields.UUID(required=True)
    product = fields.String(required=True)
    state = fields.String(required=True, metadata={"enum": list(STATES)})
    quantity = fields.Integer(required=True)
    price = fields.Decimal(required=True, as_string=True, places=2)
    currency = fields.String(required=True)
    period = fields.String(required=True)
    starts = fields.Date(required=True)
    note = fields.String(required=True)
    answer = fields.String(
        required=True, metadata={"description": "Why it was declined, or what stood in the way when it failed."}
    )
    asked_by = fields.String(required=True)
    answered_by = fields.String(required=True)
    created_at = fields.DateTime(required=True)
    answered_at = fields.DateTime(required=True, allow_none=True)
    stuck_since = fields.DateTime(
        required=True, allow_none=True,
        metadata={"description": "Since when nobody of the team may approve it; sales was told then."},
    )  # fmt: skip


class OrdersArguments(PageArguments):
    """Which orders."""

    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class NewOrderSchema(OrderSchema):
    """An order, at a price that was read before."""

    product = fields.String(required=True, validate=validate.Length(max=100))


class DeclineSchema(AnswerSchema):
    """Why not; whoever may order reads it."""


class QuestionSchema(WishSchema):
    """What sales should know."""


class AskedSchema(Schema):
    """What became of a question."""

    is_new = fields.Boolean(
        required=True, metadata={"description": "False where it was added to what sales has been asked already."}
    )
