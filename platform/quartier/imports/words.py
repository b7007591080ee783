"""Words for what imports have: nouns, fields, states, and why something failed."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.i18n.voice import OWN_NAMES
from quartier.imports.problems import ERRORS, Problem
from quartier.imports.reading.tables import SHEET

HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def nouns() -> dict[str, str]:
    """Noun → its plural."""
    return {
        "property": _("Properties"),
        "building": _("Buildings"),
        "unit": _("Units"),
        "person": _("Persons"),
        "occupancy": _("Periods"),
        "occupant": _("Persons in periods"),
        "row": _("Whole rows"),
    }


def statuses() -> dict[str, tuple[str, str]]:
    """Status → (words, look of its badge)."""
    return {
        "new": (_("To be assigned"), "info"),
        "checking": (_("Is being checked"), "info"),
        "checked": (_("Checked"), "info"),
        "applying": (_("Is being applied"), "info"),
        "applied": (_("Applied"), "success"),
        "failed": (_("Failed"), "danger"),
        "undoing": (_("Is being undone"), "info"),
        "undone": (_("Undone"), "neutral"),
        "discarded": (_("Discarded"), "neutral"),
    }


def states() -> dict[str, str]:
    """What becomes of rows → words behind a number."""
    return {
        "new": _("new"), "changed": _("changed"), "unchanged": _("unchanged"), "delete": _("deleted"),
        "bad": _("unusable"),
    }  # fmt: skip


def resources() -> dict[str, str]:
    """What is kept of an exchange set → words."""
    return {
        "agents": _("People of the team"), "propertyTeams": _("Teams of properties"),
        "userRelations": _("Responsibilities"), "agentPermissions": _("Rights"),
        "serviceProviders": _("Service providers"), "collections": _("Collections"),
        "collectionAssignments": _("Members of collections"), "tenants": _("Registration codes"),
        "groups": _("Owners of buildings"), "units": _("Owners of units"),
    }  # fmt: skip


def proposals() -> dict[str, str]:
    """What a file of the set wants somebody to be → words."""
    return {
        "agents": _("Member of the team"), "propertyTeams": _("In the property’s team"),
        "userRelations": _("Responsible"), "agentPermissions": _("Rights"),
    }  # fmt: skip


def rights() -> dict[str, str]:
    """Roles and rights as exchange files name them → words."""
    return {
        "app-admin": _("Administration of the portal"), "app-owner": _("Responsible for the portal"),
        "articles-agent": _("Info articles"), "articles-view-only": _("Info articles, reading only"),
        "bookable-asset-agent": _("What can be booked"), "booking-agent": _("Requests for bookings"),
        "caretaker": _("Caretaker"), "cockpit-manager": _("Administration of the Cockpit"),
        "data-connector-admin": _("Interfaces to other systems"), "doc-admin": _("Documents"),
        "external-agent": _("External colleague"), "gardener": _("Gardener"),
        "global-org-admin": _("Administration of all companies"), "global-user-admin": _("All accounts"),
        "manager": _("Property management"), "org-admin": _("Administration of the company"),
        "org-team-manager": _("Administration of the team"), "pinboard-agent": _("Pinboard"),
        "platform-owner": _("Operator of the platform"), "property-manager": _("Property management"),
        "service-center-agent": _("Service requests"),
        "service-center-manager": _("Service requests, with administration"), "tenant-manager": _("Tenant management"),
    }  # fmt: skip


def right(said: str) -> str:
    """What a file wants somebody to be, in words; a role of the company's own stays as the file has it."""
    known, parts = rights(), (part.strip() for part in said.split(","))
    return ", ".join(known.get(HUMP.sub("-", part).replace("_", "-").lower(), part) for part in parts if part)


def span(starts: str, ends: str) -> str:
    """From when until when somebody is to be something, as the file says it."""
    if starts and ends:
        return f"{day(starts)} – {day(ends)}"
    if starts:
        return _("from %(day)s", day=day(starts))
    return _("until %(day)s", day=day(ends)) if ends else _("without an end")


def first_days(noun: str, known_as: str) -> str:
    """A new period by its days; the file has no other name for it."""
    first, _dash, last = known_as.partition(" – ")
    return span(first, last) if first else label(noun, "")


def called(noun: str, known_as: str) -> str:
    """What an entry is called; a period has its first day at the end."""
    if noun != "occupancy":
        return known_as
    place, dot, first = known_as.rpartition(" · ")
    return f"{place}{dot}{day(first)}"


def said(noun: str, field: str, text: str | None) -> str:
    """A value of the preview, which the database gave as text, as people write it."""
    if not text:
        return ""
    match field:
        case "kind":
            return kinds()[noun].get(text, text)
        case "role":
            return roles().get(text, text)
        case "salutation":
            return {"none": _("No salutation"), "ms": _("Ms"), "mr": _("Mr")}.get(text, text)
        case "language":
            return {str(code): name for code, name in OWN_NAMES.items()}.get(text, text)
        case "is_commercial":
            return _("yes") if text == "true" else _("no")
        case "rooms" | "area_m2":
            return formats.format_number(Decimal(text))
        case "starts":
            return day(text)
        case "ends":
            return formats.format_date(date.fromisoformat(text) - timedelta(days=1))
    return text


def roles() -> dict[str, str]:
    """What somebody is on a period → words."""
    return {
        "main": _("Main contact"), "co_tenant": _("Co-tenant"), "partner": _("Partner"), "child": _("Child"),
        "subtenant": _("Subtenant"), "carer": _("Carer"), "household": _("Household"),
    }  # fmt: skip


def targets() -> list[tuple[str, list[tuple[str, str]]]]:
    """(noun, [(`noun.field`, words)]) of everything that a column can fill."""
    return [
        (_("Property"), [
            ("property.external_id", _("Property: number")), ("property.name", _("Property: name")),
            ("property.owner", _("Property: owner")), ("property.timezone", _("Property: time zone")),
        ]),
        (_("Building"), [
            ("building.external_id", _("Building: number")), ("building.name", _("Building: name")),
            ("building.street", _("Street")), ("building.street_and_number", _("Street and house number")),
            ("building.house_number", _("House number")), ("building.postal_code", _("Postal code")),
            ("building.city", _("Place")), ("building.postal_code_and_city", _("Postal code and place")),
            ("building.country", _("Country")),
        ]),
        (_("Unit"), [
            ("unit.external_id", _("Unit: number, unique in the company")),
            ("unit.number", _("Unit: number within the building")), ("unit.name", _("Unit: name")),
            ("unit.kind", _("Unit: kind")), ("unit.floor", _("Floor")), ("unit.rooms", _("Rooms")),
            ("unit.area_m2", _("Area in m²")),
        ]),
        (_("Period"), [
            ("occupancy.external_id", _("Period: number")), ("occupancy.kind", _("Tenancy or ownership")),
            ("occupancy.starts", _("First day")), ("occupancy.ends", _("Last day")),
            ("occupancy.contract_number", _("Contract number")), ("occupancy.people", _("Numbers of the persons")),
        ]),
        (_("Person"), [
            ("person.external_id", _("Person: number")), ("person.full_name", _("Full name")),
            ("person.given_name", _("Given name")), ("person.family_name", _("Family name")),
            ("person.company_name", _("Company name")), ("person.salutation", _("Salutation")),
            ("person.email", _("E-mail")), ("person.phone", _("Phone")), ("person.mobile", _("Mobile phone")),
            ("person.language", _("Language")), ("occupant.role", _("Role in the household")),
        ]),
    ]  # fmt: skip


def kinds() -> dict[str, dict[str, str]]:
    """noun → kind → words, for words of a company's own."""
    units = {
            "flat": _("Flat"), "house": _("House"), "room": _("Room"), "office": _("Office"), "shop": _("Shop"),
            "practice": _("Practice"), "gastronomy": _("Restaurant"), "workshop": _("Workshop"),
            "warehouse": _("Warehouse"), "parking": _("Parking space in a garage"),
            "parking_outdoor": _("Parking space outside"), "garage": _("Garage"), "motorcycle": _("Motorcycle space"),
            "bicycle": _("Bicycle space"), "storage": _("Storage room"), "cellar": _("Cellar"), "attic": _("Attic"),
            "hobby_room": _("Hobby room"), "common_room": _("Common room"), "laundry": _("Laundry"),
            "garden": _("Garden"),
            "advertising": _("Advertising space"), "antenna": _("Antenna site"), "technical": _("Technical room"),
            "other": _("Other"),
    }  # fmt: skip
    return {"unit": units, "occupancy": {"tenancy": _("Tenancy"), "ownership": _("Ownership")}}


def fields() -> dict[str, str]:
    """Field → words, for a list of changes."""
    found = {target.partition(".")[2]: words for _noun, group in targets() for target, words in group}
    return found | {
        "name": _("Name"), "kind": _("Kind"), "owner": _("Owner"), "timezone": _("Time zone"), "role": _("Role"),
        "is_commercial": _("Commercial"), "ends": _("Last day"), "starts": _("First day"), "external_id": _("Number"),
    }  # fmt: skip


def why(code: str | None) -> str:
    """Why a step has failed, and what it means."""
    if code in ERRORS:
        return Problem(str(code)).words
    return {
        "interrupted": _("The work was interrupted. Everything was rolled back: the estate is as it was before."),
        "database": _("The database refused this. Everything was rolled back: the estate is as it was before."),
        "quota": _("There would be more units than the contract covers. Nothing was changed; please talk to sales."),
        "gone_with_errors": _(
            "Some rows cannot be read, and one of them may be what seems to be gone. Nothing was changed; please "
            "correct them, or do not ask for what is gone to be removed."
        ),
        "errors": _("There are rows with errors, and only faultless files were asked for. Nothing was changed."),
        "busy": _("This import is being worked on. Please wait for it to finish."),
    }.get(str(code), _("This step is not possible now."))


def fates() -> dict[str, tuple[str, str]]:
    """What becomes of something that the files do not have → (words, look of its badge)."""
    return {
        "close": (_("ends today"), "warning"),
        "delete": (_("is deleted"), "danger"),
        "archive": (_("is archived"), "warning"),
        "stay": (_("stays"), "neutral"),
    }


def label(noun: str, known_as: str) -> str:
    """What something in the way is called; a period is known by its first day, and whatever has no name by its kind."""
    if noun == "occupancy" and known_as:
        return _("Period from %(day)s", day=formats.format_date(date.fromisoformat(known_as)))
    if noun == "people":
        return ngettext("%(num)s person", "%(num)s people", int(known_as))
    return known_as or nouns().get(noun, _("Entry"))


def day(text: str) -> str:
    """A date of a file, as the reader writes dates; anything else as it is."""
    try:
        return formats.format_date(date.fromisoformat(text)) if text else ""
    except ValueError:
        return text


def cell(table: str, text: str) -> str:
    """A cell as it stands in its file: a date of Excel is no text, so each reader has it as readers write dates."""
    return day(text) if SHEET in table else text


def in_the_way(table: str) -> str:
    """What keeps an import from being undone."""
    return {
        "changed": _("was changed since"),
        "import": _("was changed by a later import; that one can be undone first"),
        "account": _("has an account"),
        "agent": _("belongs to the team"),
        "emptied": _("deleted by this import more than 30 days ago; what was known of them is not kept any more"),
        "person_merge": _("was merged with another entry since"),
        "mail_delivery": _("was written to since"),
        "occupancy": _("has a period that was entered since"),
        "occupant": _("is part of a period that was entered since"),
        "unit": _("has a unit that was entered since"),
        "building": _("has a building that was entered since"),
    }.get(table, _("is used elsewhere"))
