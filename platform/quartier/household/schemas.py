"""What the form takes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l

FARTHEST = timedelta(days=3653)


class GuestSchema(Schema):
    """Somebody to bring in; `until` is the last day. Of `today` and `roles` the company decides."""

    def __init__(self, *, today: date, roles: tuple[str, ...]) -> None:
        super().__init__()
        self._today, self._roles = today, roles

    role = fields.String(required=True, metadata={"label": _l("Role")})
    given_name = fields.String(
        required=True, validate=validate.Length(min=1, max=200), metadata={"label": _l("Given name")}
    )
    family_name = fields.String(
        required=True, validate=validate.Length(min=1, max=200), metadata={"label": _l("Family name")}
    )
    email = fields.Email(
        allow_none=True, load_default=None, validate=validate.Length(max=254), metadata={"label": _l("E-mail")}
    )
    until = fields.Date(allow_none=True, load_default=None, metadata={"label": _l("Last day")})

    @validates_schema(skip_on_field_errors=True)
    def _possible(self, data: dict[str, Any], **_options: Any) -> None:
        if data["role"] not in self._roles:
            raise ValidationError(_("Please choose one of the options."), "role")
        until = data["until"]
        if until and until < self._today:
            raise ValidationError(_("This day is over."), "until")
        if until and until > self._today + FARTHEST:
            raise ValidationError(_("Please check the year."), "until")

    @post_load
    def _exclusive(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        until = data.pop("until")
        return {**data, "ends": until + timedelta(days=1) if until else None}
