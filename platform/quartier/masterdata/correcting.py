"""What somebody proposes on a form: read, compared with what there is, and written as the history writes values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from marshmallow import Schema

from quartier.i18n.texts import gettext as _
from quartier.locks.fields import OWNABLE, Owner
from quartier.masterdata.schemas import BuildingSchema, PeriodSchema, PersonSchema, PropertySchema, UnitSchema
from quartier.web.forms import Form, show_form
from quartier.web.visit import Visit

INPUTS: Final = {"ends": "until"}
"""What a field is called on a form, where it is called otherwise."""


def fields_of(erp: Owner, noun: str) -> list[str]:
    """Fields of the noun that the ERP owns, in the order of its form."""
    return [field for field in OWNABLE[noun] if field in erp.fields]


def schema_for(visit: Visit, noun: str, fields: list[str]) -> Schema:
    """The schema of the noun's form, with these fields only."""
    names = [INPUTS.get(field, field) for field in fields]
    match noun:
        case "property":
            return PropertySchema(only=names)
        case "building":
            return BuildingSchema(only=names)
        case "unit":
            return UnitSchema(only=names)
        case "occupancy":
            return PeriodSchema(only=names)
        case _:
            return PersonSchema(visit.company.country, only=names)


def present(schema: Schema, thing: Any) -> Form:
    """The form as it begins: everything as it is."""
    ends = getattr(thing, "ends", None)
    last = {"until": (ends - timedelta(days=1)).isoformat() if ends else ""} if "until" in schema.fields else {}
    return show_form(schema, thing, **last)


def compared(form: Form, thing: Any, fields: list[str]) -> tuple[Form, dict[str, tuple[Any, Any]]]:
    """What would change: (is, should be) by field; and the form with what cannot be."""
    if not form.ok:
        return form, {}
    wanted = {field: form.values[field] for field in fields if field in form.values}
    pairs = {field: (plain(getattr(thing, field)), plain(value)) for field, value in wanted.items()}
    changed = {field: pair for field, pair in pairs.items() if pair[0] != pair[1]}
    if not changed:
        return form.wrong("_schema", _("Change at least one value to what it should be.")), {}
    return _together(form, thing, wanted), changed


def plain(value: Any) -> Any:
    """A value as the history has it."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def _together(form: Form, thing: Any, wanted: Mapping[str, Any]) -> Form:
    """What has to fit a field that the form does not show."""

    def value(field: str) -> Any:
        return wanted.get(field, getattr(thing, field))

    match thing.__tablename__:
        case "occupancy" if value("ends") is not None and value("ends") <= value("starts"):
            field = "until" if "ends" in wanted else "starts"
            return form.wrong(field, _("The last day lies before the first."))
        case "person" if not value("family_name") and not value("company_name"):
            field = "family_name" if "family_name" in wanted else "company_name"
            return form.wrong(field, _("A family name or a company name is needed."))
    return form
