"""What the forms of quotes take. Last days are inclusive, as people say them."""

from __future__ import annotations

from datetime import time
from decimal import Decimal
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from quartier.catalogue.models import CURRENCIES
from quartier.catalogue.schemas import Money
from quartier.contracts.schemas import MOST_UNITS, Day
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.voice import LANGUAGES
from quartier.mail.addresses import mailbox

LONGEST = 200
PLACES = 2


class Percent(fields.Field[Decimal]):
    """A share of a hundred with at most two decimals, below `most`: "8.1", "7,5", "10 %"."""

    def __init__(self, *, most: Decimal, **options: Any) -> None:
        super().__init__(**options)
        self._most = most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Decimal:
        typed = str(value).strip().removesuffix("%").strip().replace(",", ".")
        whole, _point, decimals = typed.partition(".")
        if not whole.isdecimal() or not whole.isascii() or (decimals and not decimals.isdecimal()) or len(typed) > 12:
            raise ValidationError(_("Please enter a share of a hundred, such as 8.1."))
        if len(decimals) > PLACES:
            raise ValidationError(_("A share has two decimals at most."))
        found = Decimal(typed.rstrip("."))
        if found >= self._most:
            raise ValidationError(_("It has to be below %(most)s.", most=self._most))
        return found


class Minute(fields.Field[time]):
    """A time of day, as browsers send it: "08:30"."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> time:
        try:
            found = time.fromisoformat(str(value).strip())
        except ValueError as error:
            raise ValidationError(_("Please enter a time, such as 08:30.")) from error
        return found.replace(second=0, microsecond=0, tzinfo=None)


class Email(fields.String):
    """An address, or nothing."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        typed = str(super()._deserialize(value, attr, data, **options)).strip()
        if typed and (not typed.isprintable() or mailbox(typed) is None):
            raise ValidationError(_("This is not an e-mail address. It looks like name@example.ch."))
        return typed


class TermsSchema(Schema):
    """Everything but the lines."""

    addressee = fields.String(required=True, validate=validate.Length(1, 400), metadata={"label": _l("Addressee")})
    recipient = fields.String(
        load_default="", validate=validate.Length(max=LONGEST), metadata={"label": _l("Recipient")}
    )
    email = Email(load_default="", validate=validate.Length(max=254), metadata={"label": _l("E-mail")})
    language = fields.String(required=True, validate=validate.OneOf(LANGUAGES), metadata={"label": _l("Language")})
    currency = fields.String(required=True, validate=validate.OneOf(CURRENCIES), metadata={"label": _l("Currency")})
    vat = Percent(most=Decimal(100), required=True, metadata={"label": _l("VAT in percent")})
    units = fields.Integer(
        allow_none=True, load_default=None, validate=validate.Range(min=1, max=MOST_UNITS),
        metadata={"label": _l("Units")},
    )  # fmt: skip
    starts = Day(required=True, metadata={"label": _l("First day")})
    at = Minute(load_default=time.min, metadata={"label": _l("Begins at")})
    until = Day(allow_none=True, load_default=None, metadata={"label": _l("Last day")})
    valid_until = Day(required=True, metadata={"label": _l("Valid until")})
    intro = fields.String(load_default="", validate=validate.Length(max=2000), metadata={"label": _l("First words")})


class OfferSchema(Schema):
    """A line."""

    module = fields.String(required=True, metadata={"label": _l("Product")})
    quantity = fields.Integer(
        allow_none=True, load_default=None, validate=validate.Range(min=1, max=MOST_UNITS),
        metadata={"label": _l("Quantity")},
    )  # fmt: skip
    price = Money(allow_none=True, load_default=None, metadata={"label": _l("Agreed price")})
    discount = Percent(most=Decimal(100), load_default=Decimal(0), metadata={"label": _l("Discount in percent")})


class WhySchema(Schema):
    """Why something is taken back."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=500), metadata={"label": _l("Reason")})


class DeclineSchema(Schema):
    """Why not, where somebody wants to say."""

    reason = fields.String(load_default="", validate=validate.Length(max=500), metadata={"label": _l("Reason")})


class SignatureSchema(Schema):
    """Who says yes."""

    name = fields.String(required=True, validate=validate.Length(1, LONGEST), metadata={"label": _l("Your name")})
    role = fields.String(required=True, validate=validate.Length(1, LONGEST), metadata={"label": _l("Your role")})
    agreed = fields.Boolean(load_default=False, metadata={"label": _l("I accept")})
