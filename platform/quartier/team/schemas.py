"""What forms about the team send. What depends on who asks, when and where is looked at by the pages."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from quartier.i18n.localized import LocalizedTextField
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.voice import LANGUAGES
from quartier.people.phones import parse_phone

NAME = 200


class RightsSchema(Schema):
    """Permissions at a place (`Spot.key`), from a day until the last one."""

    place = fields.String(load_default="company", validate=validate.Length(max=60), metadata={"label": _l("Where")})
    permissions = fields.List(
        fields.String(), required=True, validate=validate.Length(min=1), metadata={"label": _l("What")}
    )
    starts = fields.Date(allow_none=True, load_default=None, metadata={"label": _l("From")})
    until = fields.Date(allow_none=True, load_default=None, metadata={"label": _l("Last day")})

    @validates_schema(skip_on_field_errors=True)
    def _in_order(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("starts") and data.get("until") and data["until"] < data["starts"]:
            raise ValidationError(_("The last day is before the first one."), "until")


class MemberSchema(Schema):
    """What somebody of the team is; `leaves` is the last day of somebody of another company."""

    job = LocalizedTextField(load_default=dict, metadata={"label": _l("Function in the team")})
    employer = fields.String(load_default="", validate=validate.Length(max=NAME), metadata={"label": _l("Company")})
    leaves = fields.Date(allow_none=True, load_default=None, metadata={"label": _l("Last day in the team")})

    @validates_schema(skip_on_field_errors=True)
    def _outsiders_leave(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("employer") and not data.get("leaves"):
            raise ValidationError(_("For somebody of another company, a last day is needed."), "leaves")


class ContactSchema(Schema):
    """Who somebody is and how they are reached; `at_home` is the country of the company."""

    def __init__(self, at_home: str, **options: Any) -> None:
        self.at_home = at_home
        super().__init__(**options)

    given_name = fields.String(
        load_default="", validate=validate.Length(max=NAME), metadata={"label": _l("Given name")}
    )
    family_name = fields.String(required=True, validate=validate.Length(1, NAME), metadata={"label": _l("Family name")})
    email = fields.Email(required=True, validate=validate.Length(max=254), metadata={"label": _l("E-mail")})
    phone = fields.String(allow_none=True, load_default=None, metadata={"label": _l("Phone")})
    language = fields.String(
        allow_none=True, load_default=None, validate=validate.OneOf(LANGUAGES), metadata={"label": _l("Language")}
    )

    @post_load
    def _as_dialled(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        try:
            return data | {"phone": parse_phone(data["phone"], self.at_home) if data.get("phone") else None}
        except ValueError as error:
            raise ValidationError(_("This is not a phone number."), "phone") from error


class InviteSchema(ContactSchema, MemberSchema, RightsSchema):
    """All of it at once: a new colleague."""


class DetailsSchema(MemberSchema):
    """What stands on the portal about somebody."""

    hours = LocalizedTextField(load_default=dict, metadata={"label": _l("Can be reached")})
    is_public = fields.Boolean(load_default=False, metadata={"label": _l("Shown to residents as a contact")})


class RoleSchema(Schema):
    """A role in the company's own words."""

    name = LocalizedTextField(required=True, max_length=NAME, metadata={"label": _l("Name of the role")})
