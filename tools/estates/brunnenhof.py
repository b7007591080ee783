"""Brunnenhof's list of tenants: one sheet with a row per person and contract, as Swiss programs export it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import xlsxwriter

from tools.estates.estate import TODAY, House, Period, Person, Property, Unit
from tools.estates.making import estate

COLUMNS = {
    "Liegenschaft-Nr.": 15, "Liegenschaft": 30, "Eigentümerin Liegenschaft": 34, "Gebäude-Nr.": 12, "Gebäude": 20,
    "Strasse": 24, "Hausnr.": 8, "PLZ": 7, "Ort": 14, "Mietobjekt-Nr.": 15, "Mietobjekt": 22, "Objektart": 18,
    "Stockwerk": 11, "Zimmer": 8, "Fläche m2": 10, "Vertrag-Nr.": 19, "Vertragsart": 18, "Mietbeginn": 12,
    "Mietende": 12, "Nettomiete CHF": 14, "Mieter-Nr.": 11, "Anrede": 8, "Vorname": 18, "Nachname": 22, "Firma": 28,
    "E-Mail": 38, "Telefon": 18, "Sprache": 8, "Rolle": 14,
}  # fmt: skip
KINDS = {
    "flat": "Wohnung", "gastronomy": "Restaurant", "shop": "Laden", "practice": "Praxis", "office": "Büro",
    "parking": "Einstellplatz", "parking_outdoor": "Aussenparkplatz", "storage": "Lagerraum",
    "motorcycle": "Motorradplatz", "garage": "Garage", "common_room": "Gemeinschaftsraum",
}  # fmt: skip
ROLES = {
    "main": "Hauptmieter",
    "co_tenant": "Mitmieter",
    "partner": "Partner",
    "child": "Kind",
    "household": "Mitbewohner",
    "subtenant": "Untermieter",
    "carer": "Beistand",
}
OWNERS = {"main": "Eigentümer", "co_tenant": "Miteigentümer"}
SIDES = {1: [""], 2: ["links", "rechts"], 3: ["links", "Mitte", "rechts"],
         4: ["links", "Mitte links", "Mitte rechts", "rechts"]}  # fmt: skip
LANGUAGES = {"de": "Deutsch", "en": "Englisch", "fr": "Französisch"}
Cell = str | float | date | None


def files() -> dict[str, bytes]:
    """One workbook: title, an empty line, the header, and every contract there has been."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": "Mieterspiegel", "created": datetime.combine(TODAY, time(), UTC)})
    sheet, bold, title = book.add_worksheet("Mieterspiegel"), book.add_format({"bold": True}), book.add_format()
    title.set_font_size(14)
    day = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.write_string(0, 0, "Brunnenhof Immobilien AG, Seefeldstrasse 61, 8008 Zürich", title)
    sheet.write_string(1, 0, f"Mieterspiegel mit früheren Mietern und Eigentümern, Stichtag {TODAY:%d.%m.%Y}")
    for column, (name, width) in enumerate(COLUMNS.items()):
        sheet.set_column(column, column, width)
        sheet.write_string(3, column, name, bold)
    for line, cells in enumerate(rows(), start=4):
        for column, cell in enumerate(cells):
            if isinstance(cell, date):
                sheet.write_datetime(line, column, datetime.combine(cell, time()), day)
            elif cell is not None:
                sheet.write(line, column, cell) if isinstance(cell, float) else sheet.write_string(line, column, cell)
    sheet.freeze_panes(4, 0)
    book.close()
    return {"mieterspiegel.xlsx": out.getvalue()}


def rows() -> Iterator[list[Cell]]:
    """House by house; a unit that nobody has is a row that says so."""
    for one in estate("brunnenhof"):
        for house in one.houses:
            for unit in house.units:
                place = _place(one, house, unit)
                for number, period in enumerate(unit.periods, start=1):
                    for person, role in period.people:
                        yield [*place, *_contract(unit, period, number), *_person(period, person, role)]
                if not any(period.now for period in unit.periods):
                    yield [*place, *[None] * 8, "Leerstand", *[None] * 5]


def _place(one: Property, house: House, unit: Unit) -> list[Cell]:
    area = f"{unit.area:,.1f}".replace(",", "'") if unit.area else None
    return [
        one.number, one.name, one.owner or None, house.number, house.called, house.street, house.house_number,
        house.postal_code, house.city, unit.number, name(house, unit), KINDS[unit.kind], floor(house, unit),
        unit.rooms, area,
    ]  # fmt: skip


def _contract(unit: Unit, period: Period, number: int) -> list[Cell]:
    kind = "Stockwerkeigentum" if period.kind == "ownership" else "Mietvertrag"
    return [period.number or f"{unit.number}.{number:02d}", kind, period.starts, period.last, _rent(unit, period)]


def _rent(unit: Unit, period: Period) -> str | None:
    """What contracts of that year cost; rounded as it is done here, to five francs."""
    if period.kind == "ownership":
        return None
    rent = (unit.area or 10) * (14 + 0.35 * (period.starts.year - 1986)) if unit.kind != "parking_outdoor" else 60
    return f"{5 * round(rent / 5):,.2f}".replace(",", "'")


def _person(period: Period, person: Person, role: str) -> list[Cell]:
    words = OWNERS if period.kind == "ownership" else ROLES
    salutation = {"ms": "Frau", "mr": "Herr"}.get(person.salutation)
    return [
        person.own or f"M{10_000 + person.number}", salutation, person.given, person.family, person.company or None,
        person.email or None, person.phone or None, LANGUAGES[person.language], words[role],
    ]  # fmt: skip


def floor(house: House, unit: Unit) -> str:
    """As it stands beside the bell."""
    if unit.floor < 0:
        return "UG"
    if unit.floor == 0:
        return "EG"
    return "DG" if unit.floor == house.floors else f"{unit.floor}. OG"


def name(house: House, unit: Unit) -> str:
    """`2. OG links`, `Laden EG rechts`, `Einstellplatz 12`."""
    if unit.name:
        return unit.name
    if not unit.places:
        return f"{KINDS[unit.kind]} {unit.place + 1}"
    where = f"{floor(house, unit)} {SIDES[unit.places][unit.place]}".strip()
    return where if unit.kind == "flat" else f"{KINDS[unit.kind]} {where}"
