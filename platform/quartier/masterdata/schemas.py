"""What the forms of master data take. Last days are inclusive, as leases have them; `ends` is made of them.

A form may show some of the fields (`only=`): what is about two fields is asked where both are there.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, cast
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from quartier.api.paging import PageArguments
from quartier.estate.models import OCCUPANCY_KINDS, UNIT_KINDS
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.voice import LANGUAGES
from quartier.locks.fields import OWNABLE
from quartier.masterdata.wording import FIELDS
from quartier.people.models import CONTACT_CHANNELS, OCCUPANT_ROLES, SALUTATIONS
from quartier.people.phones import parse_phone

FIRST_YEAR, LAST_YEAR = 1850, 2199


def _text(name: str, most: int = 200, *, required: bool = False, none: bool = False, **options: Any) -> fields.String:
    """A text; `none` where nothing typed means that there is none, and not an empty text."""
    if not required:
        options |= {"load_default": None if none else "", "allow_none": none}
    length = validate.Length(min=1 if required else 0, max=most)
    return fields.String(required=required, validate=length, metadata={"label": FIELDS[name]}, **options)


class Day(fields.Date):
    """A date that a period of our houses can have."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> date:
        day: date = super()._deserialize(value, attr, data, **options)
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise ValidationError(_("Please check the year."))
        return day


class Measure(fields.Decimal):
    """A number as one types it: with a comma or a point."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        typed = value.replace("’", "").replace("'", "").replace(",", ".") if isinstance(value, str) else value
        return super()._deserialize(typed, attr, data, **options)


class Phone(fields.String):
    """A number as one types it, kept in E.164; without a country code it is one of the person's country."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> str:
        typed: str = super()._deserialize(value, attr, data, **options)
        schema = cast("PersonSchema", self.root)
        try:
            return parse_phone(typed, str(data.get("country") or schema.at_home).upper())
        except ValueError:
            raise ValidationError(_("This is not a phone number.")) from None


class PropertySchema(Schema):
    """A property."""

    name = _text("name", required=True)
    external_id = _text("external_id", 100, none=True)
    timezone = fields.String(required=True, metadata={"label": FIELDS["timezone"]})
    owner = _text("owner")
    note = _text("note", 10_000)

    @validates_schema(skip_on_field_errors=True)
    def _known_zone(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("timezone", "UTC") not in available_timezones():
            raise ValidationError(_("This time zone is not known. An example is “Europe/Zurich”."), "timezone")


class BuildingSchema(Schema):
    """A building and its address."""

    name = _text("name", required=True)
    external_id = _text("external_id", 100, none=True)
    street = _text("street", required=True)
    house_number = _text("house_number", 20)
    postal_code = _text("postal_code", 20, required=True)
    city = _text("city", required=True)
    country = fields.String(
        required=True, validate=validate.Regexp("^[A-Z]{2}$", error=_l("Two capital letters, such as CH.")),
        metadata={"label": FIELDS["country"]},
    )  # fmt: skip
    note = _text("note", 10_000)


class UnitSchema(Schema):
    """A unit."""

    name = _text("name", required=True)
    external_id = _text("external_id", 100, none=True)
    kind = fields.String(required=True, validate=validate.OneOf(UNIT_KINDS), metadata={"label": FIELDS["kind"]})
    is_commercial = fields.Boolean(load_default=False, metadata={"label": FIELDS["is_commercial"]})
    floor = _text("floor", 40, none=True)
    rooms = Measure(
        allow_none=True, load_default=None, places=1, validate=validate.Range(min=0, max=99),
        metadata={"label": FIELDS["rooms"]},
    )  # fmt: skip
    area_m2 = Measure(
        allow_none=True, load_default=None, places=2, validate=validate.Range(min=0, max=999_999),
        metadata={"label": FIELDS["area_m2"]},
    )  # fmt: skip
    position = fields.Integer(
        load_default=0, validate=validate.Range(min=-9999, max=99_999), metadata={"label": FIELDS["position"]}
    )
    note = _text("note", 10_000)


class PeriodSchema(Schema):
    """A tenancy or an ownership, from its first to its last day."""

    kind = fields.String(required=True, validate=validate.OneOf(OCCUPANCY_KINDS), metadata={"label": FIELDS["kind"]})
    starts = Day(required=True, metadata={"label": _l("First day")})
    until = Day(allow_none=True, load_default=None, metadata={"label": _l("Last day")})
    contract_number = _text("contract_number", 100, none=True)
    external_id = _text("external_id", 100, none=True)
    note = _text("note", 10_000)

    @validates_schema(skip_on_field_errors=True)
    def _in_order(self, data: dict[str, Any], **_options: Any) -> None:
        if data.get("until") and "starts" in data and data["until"] < data["starts"]:
            raise ValidationError(_("The last day lies before the first."), "until")

    @post_load
    def _exclusive(self, data: dict[str, Any], **_options: Any) -> dict[str, Any]:
        if "until" not in data:
            return data
        last = data.pop("until")
        return {**data, "ends": last + timedelta(days=1) if last else None}


class PersonSchema(Schema):
    """Somebody, or a business; `at_home` is the country of the company."""

    def __init__(self, at_home: str, **options: Any) -> None:
        self.at_home = at_home
        super().__init__(**options)

    salutation = fields.String(
        load_default="none", validate=validate.OneOf(SALUTATIONS), metadata={"label": FIELDS["salutation"]}
    )
    title = _text("title", 60)
    given_name = _text("given_name")
    family_name = _text("family_name")
    company_name = _text("company_name")
    email = fields.Email(allow_none=True, load_default=None, metadata={"label": FIELDS["email"]})
    phone = Phone(allow_none=True, load_default=None, metadata={"label": FIELDS["phone"]})
    mobile = Phone(allow_none=True, load_default=None, metadata={"label": FIELDS["mobile"]})
    language = fields.String(
        allow_none=True, load_default=None, validate=validate.OneOf(LANGUAGES), metadata={"label": FIELDS["language"]}
    )
    contact_channel = fields.String(
        allow_none=True, load_default=None, validate=validate.OneOf(CONTACT_CHANNELS),
        metadata={"label": FIELDS["contact_channel"]},
    )  # fmt: skip
    street = _text("street")
    postal_code = _text("postal_code", 20)
    city = _text("city")
    country = _text("country", 2)
    external_id = _text("external_id", 100, none=True)
    note = _text("note", 10_000)

    @validates_schema(skip_on_field_errors=True)
    def _has_a_name(self, data: dict[str, Any], **_options: Any) -> None:
        if not data.get("family_name", "?") and not data.get("company_name", "?"):
            raise ValidationError(_("A family name or a company name is needed."), "family_name")


class NewOccupantSchema(PersonSchema):
    """Somebody new, who comes onto a period in a role."""

    role = fields.String(
        load_default="main", validate=validate.OneOf(OCCUPANT_ROLES), metadata={"label": FIELDS["role"]}
    )


class OccupantSchema(Schema):
    """A person on a period."""

    person = fields.UUID(required=True, metadata={"label": FIELDS["person_id"]})
    role = fields.String(required=True, validate=validate.OneOf(OCCUPANT_ROLES), metadata={"label": FIELDS["role"]})


BULK = ("kind", "is_commercial", "floor", "archived_at")
"""Fields of units that can be set for many at once."""


class BulkSchema(Schema):
    """One field of many units and its new value."""

    field = fields.String(required=True, validate=validate.OneOf(BULK), metadata={"label": _l("Field")})
    kind = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(UNIT_KINDS))
    is_commercial = fields.Boolean(load_default=False)
    floor = _text("floor", 40, none=True)

    @validates_schema(skip_on_field_errors=True)
    def _complete(self, data: dict[str, Any], **_options: Any) -> None:
        if data["field"] == "kind" and data["kind"] is None:
            raise ValidationError(_("Please choose one of the options."), "kind")


class CorrectionFieldSchema(Schema):
    """One field of a wish."""

    field = fields.String(required=True)
    present = fields.Raw(required=True, allow_none=True, metadata={"description": "What it was when it was wished."})
    proposed = fields.Raw(required=True, allow_none=True, metadata={"description": "What it should be."})
    arrived_at = fields.AwareDateTime(required=True, allow_none=True)


class CorrectedSchema(Schema):
    """What a wish is about."""

    id = fields.UUID(required=True)
    external_id = fields.String(required=True, allow_none=True)


class CorrectionSchema(Schema):
    """A wish that the company's own system changes something, and what became of it."""

    id = fields.UUID(required=True)
    noun = fields.String(required=True, validate=validate.OneOf(list(OWNABLE)))
    object = fields.Nested(CorrectedSchema, required=True)
    label = fields.String(required=True, metadata={"description": "What the thing was called then."})
    note = fields.String(required=True)
    proposed_by = fields.String(required=True)
    created_at = fields.AwareDateTime(required=True)
    state = fields.String(
        required=True, validate=validate.OneOf(("open", "accepted", "arrived", "gone", "put_aside", "declined")),
        metadata={"description": "`accepted`: in hand, until the values arrive. `gone`: the thing was deleted."},
    )  # fmt: skip
    answer = fields.String(required=True)
    answered_at = fields.AwareDateTime(required=True, allow_none=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    fields_ = fields.List(fields.Nested(CorrectionFieldSchema), required=True, data_key="fields", attribute="fields")


class CorrectionArguments(PageArguments):
    """Which wishes."""

    state = fields.String(load_default="open", validate=validate.OneOf(("open", "closed")))


class AnswerSchema(Schema):
    """The word of whoever looks after the ERP."""

    accepted = fields.Boolean(required=True)
    reason = fields.String(
        load_default="", validate=validate.Length(max=2000),
        metadata={"description": "Shown to the team. Needed where a wish is declined."},
    )  # fmt: skip


class NewCorrectionSchema(Schema):
    """A wish."""

    noun = fields.String(required=True, validate=validate.OneOf(list(OWNABLE)))
    id = fields.UUID(required=True)
    values = fields.Dict(
        keys=fields.String(), required=True, validate=validate.Length(1),
        metadata={"description": "What fields should be. A period's last day is `until`."},
    )  # fmt: skip
    note = fields.String(load_default="", validate=validate.Length(max=2000))
