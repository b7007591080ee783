"""Master data in words: kinds, roles, fields, and what a change was about."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.voice import OWN_NAMES

UNIT_KINDS: Final[Mapping[str, str]] = {
    "flat": _l("Flat"), "house": _l("House"), "room": _l("Room"), "office": _l("Office"), "shop": _l("Shop"),
    "practice": _l("Practice"), "gastronomy": _l("Restaurant"), "workshop": _l("Workshop"),
    "warehouse": _l("Warehouse"), "parking": _l("Parking space in a garage"),
    "parking_outdoor": _l("Parking space outside"), "garage": _l("Garage"), "motorcycle": _l("Motorcycle space"),
    "bicycle": _l("Bicycle space"), "storage": _l("Storage room"), "cellar": _l("Cellar"), "attic": _l("Attic"),
    "hobby_room": _l("Hobby room"), "common_room": _l("Common room"), "laundry": _l("Laundry"), "garden": _l("Garden"),
    "advertising": _l("Advertising space"), "antenna": _l("Antenna site"), "technical": _l("Technical room"),
    "other": _l("Other"),
}  # fmt: skip
OCCUPANCY_KINDS: Final[Mapping[str, str]] = {"tenancy": _l("Tenancy"), "ownership": _l("Ownership")}
ROLES: Final[Mapping[str, str]] = {
    "main": _l("Main contact"), "co_tenant": _l("Co-tenant"), "partner": _l("Partner"), "child": _l("Child"),
    "subtenant": _l("Subtenant"), "carer": _l("Carer"), "household": _l("Household"),
}  # fmt: skip
OWNER_ROLES: Final[Mapping[str, str]] = {**ROLES, "co_tenant": _l("Co-owner")}
SALUTATIONS: Final[Mapping[str, str]] = {"none": _l("No salutation"), "ms": _l("Ms"), "mr": _l("Mr")}
CHANNELS: Final[Mapping[str, str]] = {"online": _l("In the portal only"), "paper": _l("On paper by post as well")}
NOUNS: Final[Mapping[str, str]] = {
    "property": _l("Property"), "building": _l("Building"), "unit": _l("Unit"), "occupancy": _l("Period"),
    "occupant": _l("Person on a period"), "person": _l("Person"),
}  # fmt: skip
FIELDS: Final[Mapping[str, str]] = {
    "name": _l("Name"), "external_id": _l("External ID"), "timezone": _l("Time zone"), "owner": _l("Owner"),
    "note": _l("Note"), "archived_at": _l("Archived"), "picture_id": _l("Picture"), "street": _l("Street"),
    "house_number": _l("House number"), "postal_code": _l("Postcode"), "city": _l("Town"), "country": _l("Country"),
    "kind": _l("Kind"), "is_commercial": _l("Business premises"), "floor": _l("Floor"), "rooms": _l("Rooms"),
    "area_m2": _l("Area in m²"), "position": _l("Position"), "starts": _l("First day"), "ends": _l("Last day"),
    "contract_number": _l("Contract number"), "role": _l("Role"), "given_name": _l("Given name"),
    "family_name": _l("Family name"), "company_name": _l("Company name"), "salutation": _l("Salutation"),
    "title": _l("Title"), "email": _l("E-mail"), "phone": _l("Phone"), "mobile": _l("Mobile phone"),
    "language": _l("Language"), "property_id": _l("Property"), "building_id": _l("Building"), "unit_id": _l("Unit"),
    "person_id": _l("Person"), "contact_channel": _l("Letters"), "lives_here": _l("Lives here"),
    "contact_confirmed_at": _l("Contact data confirmed"),
}  # fmt: skip
FOR_MACHINES: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", re.IGNORECASE)
REASONS: Final[Mapping[str, str]] = {
    "email": _l("same e-mail address"), "phone": _l("same phone number"), "address": _l("same address"),
    "account": _l("one with an account, one without, in one unit"),
}  # fmt: skip
"""Why two entries look like one person."""
SOURCES: Final[Mapping[str, str]] = {
    "agent": _l("In the Cockpit"), "import": _l("From an import"), "api": _l("Over the API"), "system": _l("Platform"),
    "person": _l("In their own profile"),
}  # fmt: skip
WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "kind": {**UNIT_KINDS, **OCCUPANCY_KINDS}, "role": ROLES, "salutation": SALUTATIONS,
    "contact_channel": CHANNELS,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One field of a change: its name, and what it was and is, as people write it."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Event:
    """A change in words."""

    id: UUID
    at: datetime
    title: str
    actor: str
    source: str
    import_id: UUID | None
    lines: list[Line]


def event(row: Any, names: Mapping[str, str], zone: tzinfo) -> Event:
    """A row of `change`. `names` are what ids in it are called."""
    titles = {
        "insert": _("%(noun)s added", noun=NOUNS[row.noun]),
        "update": _("%(noun)s changed", noun=NOUNS[row.noun]),
        "delete": _("%(noun)s deleted", noun=NOUNS[row.noun]),
    }
    before, after = row.before or {}, row.after or {}
    fields = [name for name in FIELDS if name in before or name in after]
    lines = [Line(str(FIELDS[name]), *(value(name, side.get(name), names, zone) for side in (before, after)))
             for name in fields]  # fmt: skip
    shown = [line for line in lines if line.before or line.after]
    if {} in (row.before, row.after):
        shown = [Line(_("Values"), "", _("erased"))]
    came_with = row.source_id if row.source_kind in ("import", "system") else None
    source = _("Import undone") if came_with and row.source_kind == "system" else str(SOURCES[row.source_kind])
    actor = _("Platform") if row.actor == "system" else row.actor or _("Somebody who is erased")
    return Event(row.id, row.at, titles[row.action], actor, source, came_with, shown)


def value(name: str, given: Any, names: Mapping[str, str], zone: tzinfo) -> str:
    """A value of the history, which keeps JSON, for a reader."""
    if given is None or given == "":
        return ""
    if name in WORDS:
        return str(WORDS[name].get(given, given))
    if isinstance(given, bool):
        return _("yes") if given else _("no")
    match name:
        case "starts":
            return formats.format_date(date.fromisoformat(given))
        case "ends":
            return formats.format_date(date.fromisoformat(given) - timedelta(days=1))
        case "archived_at" | "contact_confirmed_at":
            return formats.format_moment(datetime.fromisoformat(given), zone)
        case "picture_id":
            return _("a picture")
        case "language":
            return str(dict(OWN_NAMES).get(given, given))
        case "area_m2" | "rooms":
            return formats.format_number(Decimal(str(given)))
    return names.get(str(given), str(given))


def fields_in_words(names: Collection[str]) -> str:
    """Fields as a list for a sentence."""
    return ", ".join(str(label) for name, label in FIELDS.items() if name in names)


def role(name: str, period: str) -> str:
    """What somebody is on a period of this kind: who owns something with others is no co-tenant."""
    return (OWNER_ROLES if period == "ownership" else ROLES)[name]


def number(external_id: str | None) -> str:
    """The number by which people know something; what only machines can tell apart stands on its own page."""
    return "" if not external_id or FOR_MACHINES.match(external_id) else external_id


def place(row: Any) -> str:
    """What stands below a street and number: the property and the town, unless that would say them twice."""
    parts = [row.property] if row.property != f"{row.street} {row.house_number}" else []
    return " · ".join([*parts, *([row.city] if row.city not in row.property else [])]) or row.postal_code


def options(words: Mapping[str, str]) -> list[tuple[str, str]]:
    """Pairs for a choice on a form."""
    return [(key, str(label)) for key, label in words.items()]
