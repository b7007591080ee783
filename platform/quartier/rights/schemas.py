"""What the forms of the desk take."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l

LONGEST: Final = 500
FARTHEST: Final = timedelta(days=11_000)
"""Thirty years: nothing is kept longer, and a slip in the year is noticed."""


class OwnReasonSchema(Schema):
    """Why something else is kept, and the first day on which it is not any more; both or none."""

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today

    own_reason = fields.String(
        load_default="",
        validate=validate.Length(max=LONGEST),
        metadata={"label": _l("Another reason to keep something")},
    )
    own_until = fields.Date(allow_none=True, load_default=None, metadata={"label": _l("Can be erased from")})

    @validates_schema(skip_on_field_errors=True)
    def _both(self, data: dict[str, Any], **_options: Any) -> None:
        reason, until = data["own_reason"].strip(), data["own_until"]
        if bool(reason) != bool(until):
            raise ValidationError(_("Please fill this in."), "own_until" if reason else "own_reason")
        if until and until <= self._today:
            raise ValidationError(_("This day is over."), "own_until")
        if until and until > self._today + FARTHEST:
            raise ValidationError(_("Please check the year."), "own_until")
        data["own_reason"] = reason


class NumberSchema(Schema):
    """What a company's own system calls somebody."""

    number = fields.String(
        required=True, validate=validate.Length(1, 200), metadata={"label": _l("Number in your own system")}
    )

    @post_load
    def _tidy(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        return {"number": data["number"].strip()}
