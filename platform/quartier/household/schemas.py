"""What the form takes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates

from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l

FARTHEST = timedelta(days=3653)


class GuestSchema(Schema):
    """Somebody to bring in; `until` is the last day. Of `today` and `roles` the company decides."""

    def __init__(self, *, today: date, roles: tuple[str, ...]) -> None:
        super().__init__()
        self._today, self._roles = today, roles

    role = fields.String(required=True, metadata={"label": _l("Role")})
    given_name = fields.String(load_default="", validate=validate.Length(max=200), metadata={"label": _l("Given name")})
    family_name = fields.String(
        required=True, validate=validate.Length(min=1, max=200), metadata={"label": _l("Family name")}
    )
    email = fields.Email(
        allow_none=True, load_default=None, validate=validate.Length(max=254), metadata={"label": _l("E-mail")}
    )
    until = fields.Date(allow_none=True, load_default=None, metadata={"label": _l("Last day")})

    @validates("role")
    def _offered(self, value: str, **_options: Any) -> None:
        if value not in self._roles:
            raise ValidationError(_("Please choose one of the options."))

    @validates("until")
    def _ahead(self, value: date | None, **_options: Any) -> None:
        if value and value < self._today:
            raise ValidationError(_("This day is over."))
        if value and value > self._today + FARTHEST:
            raise ValidationError(_("Please check the year."))

    @post_load
    def _exclusive(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        until = data.pop("until")
        return {**data, "ends": until + timedelta(days=1) if until else None}
