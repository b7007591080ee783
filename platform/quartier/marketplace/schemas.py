"""What the forms of the marketplace take."""

from __future__ import annotations

from typing import Final

from marshmallow import Schema, fields, validate

from quartier.catalogue.models import CURRENCIES
from quartier.catalogue.schemas import Money
from quartier.contracts.schemas import Day
from quartier.i18n.texts import lazy_gettext as _l

MOST_SEATS: Final = 100_000


class OrderSchema(Schema):
    """An order. `version` and `price` are what was shown when it was made up."""

    starts = Day(required=True, metadata={"label": _l("First day")})
    quantity = fields.Integer(
        allow_none=True, load_default=None, validate=validate.Range(1, MOST_SEATS), metadata={"label": _l("Seats")}
    )
    note = fields.String(load_default="", validate=validate.Length(max=500), metadata={"label": _l("Note")})
    version = fields.UUID(required=True)
    price = Money(required=True)
    currency = fields.String(required=True, validate=validate.OneOf(CURRENCIES))


class AnswerSchema(Schema):
    """A word on an order."""

    answer = fields.String(required=True, validate=validate.Length(min=2, max=500), metadata={"label": _l("Why not")})


class WishSchema(Schema):
    """What sales should know."""

    note = fields.String(load_default="", validate=validate.Length(max=1000), metadata={"label": _l("Note")})
