"""What the contract forms take. Last days are inclusive, as people say them; `ends` is made of them, exclusive."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from quartier.catalogue.models import CURRENCIES
from quartier.catalogue.schemas import Money
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l

FIRST_YEAR, LAST_YEAR = 1990, 2199
MOST_UNITS = 10_000_000
MOST_GIGABYTES = 100_000


class Day(fields.Date):
    """A date of our times: a slipped key in the year must not make a contract of two thousand years."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> date:
        day: date = super()._deserialize(value, attr, data, **options)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(_("Please check the year."))
        return day


class DaySchema(Schema):
    """A day that somebody wants to know of."""

    day = Day(required=True, metadata={"label": _l("Day")})


class ReasonSchema(Schema):
    """Why something is done; kept for good."""

    reason = fields.String(required=True, validate=validate.Length(min=1, max=500), metadata={"label": _l("Reason")})


class PeriodSchema(ReasonSchema):
    """From the first to the last day, both included."""

    starts = Day(required=True, metadata={"label": _l("First day")})
    until = Day(allow_none=True, load_default=None, metadata={"label": _l("Last day")})


class ContractSchema(PeriodSchema):
    """An agreement."""

    number = fields.String(required=True, validate=validate.Length(min=1, max=60), metadata={"label": _l("Number")})
    unit_quota = fields.Integer(
        allow_none=True,
        load_default=None,
        validate=validate.Range(min=0, max=MOST_UNITS),
        metadata={"label": _l("Units included")},
    )
    file_quota = fields.Integer(
        allow_none=True,
        load_default=None,
        validate=validate.Range(min=0, max=MOST_GIGABYTES),
        metadata={"label": _l("Space for files, in GB")},
    )

    currency = fields.String(load_default=None, validate=validate.OneOf(CURRENCIES), metadata={"label": _l("Currency")})
    stage = fields.String(
        load_default="accepted", validate=validate.OneOf(["draft", "accepted"]), metadata={"label": _l("Stage")}
    )


class StageSchema(ReasonSchema):
    """A step in a contract's life."""

    to = fields.String(required=True, validate=validate.OneOf(["draft", "offered", "accepted"]))


class LineSchema(PeriodSchema):
    """One product in a contract. `switch_on` also makes it the company's choice, so that the sale is seen at once.

    Without a quantity it is the company's units where these count, without a price the catalogue's.
    """

    quantity = fields.Integer(
        allow_none=True,
        load_default=None,
        validate=validate.Range(min=1, max=MOST_UNITS),
        metadata={"label": _l("Quantity")},
    )
    price = Money(allow_none=True, load_default=None, metadata={"label": _l("Agreed price")})

    module = fields.String(required=True, metadata={"label": _l("Module")})
    contract = fields.UUID(required=True, metadata={"label": _l("Contract")})
    switch_on = fields.Boolean(load_default=False)


class RenewalSchema(ReasonSchema):
    """Another quantity or price from a day on. Without a quantity it stays, without a price the version's counts."""

    starts = Day(required=True, metadata={"label": _l("From this day on")})
    quantity = fields.Integer(
        allow_none=True,
        load_default=None,
        validate=validate.Range(min=1, max=MOST_UNITS),
        metadata={"label": _l("Quantity")},
    )
    price = Money(allow_none=True, load_default=None, metadata={"label": _l("Agreed price")})


class OverrideSchema(PeriodSchema):
    """A grant, a denial or a trial."""

    module = fields.String(required=True, metadata={"label": _l("Module")})
    effect = fields.String(
        required=True, validate=validate.OneOf(["grant", "deny", "trial"]), metadata={"label": _l("What happens")}
    )


class EndSchema(ReasonSchema):
    """The last day of something that exists."""

    until = Day(required=True, metadata={"label": _l("Last day")})


def exclusive(last: date | None) -> date | None:
    """The first day after the last one, as the database keeps ends."""
    return None if last is None else last + timedelta(days=1)


def inclusive(ends: date | None) -> date | None:
    """The last day, as people say it."""
    return None if ends is None else ends - timedelta(days=1)
