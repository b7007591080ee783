"""Nordlicht's export: a peer's exchange set in a ZIP, and what that set has no columns for in lists of their own."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from tools.estates.brunnenhof import SIDES
from tools.estates.estate import House, Period, Person, Unit
from tools.estates.houses import catalogue
from tools.estates.making import estate

WORDS = {
    "flat": "Wohnung", "gastronomy": "Gastronomie", "shop": "Laden", "practice": "Praxis", "office": "Büro",
    "parking": "Tiefgaragenstellplatz", "parking_outdoor": "Außenstellplatz", "storage": "Abstellraum",
    "bicycle": "Fahrradplatz", "garage": "Garage", "common_room": "Gemeinschaftsraum",
}  # fmt: skip
MANIFEST = {"unitType": "rented", "autoImport": False, "receiveAdminNotifications": False}
LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
PACKED = (2026, 11, 1, 6, 30, 0)
ROLES = {
    "main": "Hauptmieter", "co_tenant": "Mitmieter", "child": "Kind", "subtenant": "Untermieter", "carer": "Betreuer",
}  # fmt: skip
ANYBODY = frozenset({"main", "co_tenant", "partner", "household"})
"""The set has no roles: whoever stands in it is on the contract."""
SALUTATIONS, LANGUAGES = {"ms": "Frau", "mr": "Herr"}, {"de": "Deutsch", "en": "Englisch", "fr": "Französisch"}
NAMED = {"properties": "property", "buildings": "group", "units": "unit", "people": "tenant"}
Rows = Iterable[Mapping[str, str]]


def files() -> dict[str, bytes]:
    """The ZIP, a list with rooms and areas, and one of the households of the houses that are written down by hand."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, body in exchange_set().items():
            archive.writestr(zipfile.ZipInfo(name, PACKED), body, zipfile.ZIP_DEFLATED)
    return {"export.zip": out.getvalue(), "einheiten.csv": _sizes(), "haushalte.csv": _households()}


def exchange_set() -> dict[str, bytes]:
    """File by file. Only `insert`: it is the whole estate."""
    tables: dict[str, Rows] = {
        "properties": _properties(),
        "groups": _groups(),
        "units": _units(),
        "utilisationPeriods": _periods(),
        "tenants": _tenants(),
        "tenantCheckIns": _check_ins(),
        "collections": ({"id": _id("quarter", one), "name": one} for one in _quarters()),
        "collectionAssignments": _assignments(),
    }
    found = {"manifest.json": json.dumps(MANIFEST, indent=2).encode()}
    return found | {f"{name}.csv": _table(rows, first={"importType": "insert"}) for name, rows in tables.items()}


def naming(table: str, name: str) -> str:
    """The peer's id of what the tables call by a name of their own."""
    return _id(NAMED[table], name) if table in NAMED else name


def name(house: House, unit: Unit) -> str:
    """`2. OG links`, `Laden EG rechts`, `Stellplatz 12`."""
    if unit.name:
        return unit.name
    if not unit.places:
        word = {"parking": "TG-Stellplatz", "parking_outdoor": "Stellplatz"}.get(unit.kind, WORDS[unit.kind])
        return f"{word} {unit.place + 1}"
    where = f"{floor(house, unit)} {SIDES[unit.places][unit.place]}".strip()
    return where if unit.kind == "flat" else f"{WORDS[unit.kind]} {where}"


def floor(house: House, unit: Unit) -> str:
    """As it stands beside the bell."""
    if unit.floor <= 0:
        return "EG" if unit.floor == 0 else "UG"
    return "DG" if unit.floor == house.floors and unit.places == 1 else f"{unit.floor}. OG"


# ---- one function per file ------------------------------------------------------------------------------------------
def _properties() -> Rows:
    for one in estate("nordlicht"):
        yield {"id": _id("property", one.number), "name": one.name, "propertyOwner": one.owner}


def _groups() -> Rows:
    for one in estate("nordlicht"):
        for house in one.houses:
            yield {
                "id": _id("group", house.number), "propertyId": _id("property", one.number),
                "name": house.called, "country": "DE", "city": house.city,
                "streetName": house.street, "houseNumber": house.house_number, "zipCode": house.postal_code,
            }  # fmt: skip


def _units() -> Rows:
    for house, unit in _all_units():
        yield {"id": _id("unit", unit.number), "groupId": _id("group", house.number), "name": name(house, unit)}


def _periods() -> Rows:
    for _house, unit in _all_units():
        for place, period in enumerate(unit.periods):
            yield {
                "id": _id("period", unit.number, place), "unitId": _id("unit", unit.number),
                "startDate": period.starts.isoformat(), "endDate": period.last.isoformat() if period.last else "",
            }  # fmt: skip


def _tenants() -> Rows:
    """The names of those who are written down by hand stand in the list of households, in two columns."""
    for number, person in sorted({person.number: person for _period, person in _check_ins_of_people()}.items()):
        yield {
            "id": _tenant(person), "registrationCode": _code(number), "email": person.email,
            "phone": person.mobile or person.phone, "name": "" if person.own else person.name,
        }  # fmt: skip


def _check_ins() -> Rows:
    for period, person in _check_ins_of_people():
        yield {"tenantId": _tenant(person), "utilisationPeriodId": period}


def _check_ins_of_people() -> Iterator[tuple[str, Person]]:
    for _house, unit in _all_units():
        for place, period in enumerate(unit.periods):
            for person, role in period.people:
                if role in ANYBODY or person.own:
                    yield _id("period", unit.number, place), person


def _assignments() -> Rows:
    listed = [one for one in estate("nordlicht") if one.built]
    for one, given in zip(listed, catalogue("nordlicht")["property"], strict=True):
        quarter = _id("quarter", given["quarter"])
        yield {"collectionId": quarter, "resourceType": "property", "resourceId": _id("property", one.number)}


def _quarters() -> list[str]:
    return [group["quarter"] for group in catalogue("nordlicht")["properties"]]


def _sizes() -> bytes:
    rows = (
        {
            "Einheit Nr.": _id("unit", unit.number), "Nutzungsart": WORDS[unit.kind], "Etage": floor(house, unit),
            "Zimmer": f"{unit.rooms:g}" if unit.rooms else "",
            "Fläche (qm)": f"{unit.area:.1f}".replace(".", ",") if unit.area else "",
        }
        for house, unit in _all_units()
    )  # fmt: skip
    return _table(rows, delimiter=";")


def _households() -> bytes:
    rows = (
        {
            "Mietverhältnis Nr.": _id("period", unit.number, place), "Vertrag Nr.": period.number,
            "Mieter Nr.": _tenant(person), "Anrede": SALUTATIONS.get(person.salutation, ""), "Vorname": person.given,
            "Nachname": person.family, "Sprache": LANGUAGES[person.language], "Rolle": ROLES[role],
        }
        for unit, place, period in _written_down()
        for person, role in period.people
    )  # fmt: skip
    return _table(rows, delimiter=";")


def _written_down() -> Iterator[tuple[Unit, int, Period]]:
    for _house, unit in _all_units():
        yield from ((unit, place, period) for place, period in enumerate(unit.periods) if period.number)


# ---- small parts ----------------------------------------------------------------------------------------------------
def _all_units() -> Iterator[tuple[House, Unit]]:
    for one in estate("nordlicht"):
        for house in one.houses:
            for unit in house.units:
                yield house, unit


def _table(rows: Rows, *, first: Mapping[str, str] | None = None, delimiter: str = ",") -> bytes:
    out, writer = io.StringIO(), None
    for row in rows:
        cells = {**(first or {}), **row}
        if writer is None:
            writer = csv.DictWriter(out, list(cells), delimiter=delimiter, lineterminator="\n")
            writer.writeheader()
        writer.writerow(cells)
    return out.getvalue().encode()


def _digest(*words: object) -> bytes:
    return hashlib.sha256(":".join(map(str, ("nordlicht", *words))).encode()).digest()


def _id(*words: object) -> str:
    """An id as the peer gives them: it says nothing, and is always the same for the same thing."""
    return str(UUID(bytes=_digest(*words)[:16], version=4))


def _tenant(person: Person) -> str:
    return _id("tenant", person.own or person.number)


def _code(number: int) -> str:
    """What a tenant typed to register with the peer."""
    return "".join(LETTERS[byte % len(LETTERS)] for byte in _digest("code", number)[:8])
