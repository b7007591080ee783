"""Régie du Lac's export: four tables as an older program in French Switzerland writes them, for Windows."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

from tools.estates.estate import House, Person, Unit
from tools.estates.making import estate
from tools.estates.people import PLAIN

CODE_PAGE = "cp1252"
KINDS = {
    "flat": "Appartement", "gastronomy": "Café", "shop": "Arcade", "practice": "Cabinet", "office": "Bureau",
    "parking": "Place de parc", "parking_outdoor": "Place extérieure", "storage": "Dépôt",
    "garage": "Box", "common_room": "Salle commune",
}  # fmt: skip
SIDES = {1: [""], 2: ["gauche", "droite"], 3: ["gauche", "centre", "droite"]}
ROLES = {
    "main": "Titulaire",
    "co_tenant": "Cotitulaire",
    "partner": "Conjoint",
    "child": "Enfant",
    "household": "Membre du ménage",
    "subtenant": "Sous-locataire",
    "carer": "Curateur",
}
OWNERS = {"main": "Propriétaire", "co_tenant": "Copropriétaire"}
LANGUAGES = {"de": "allemand", "en": "anglais", "fr": "français"}
Row = list[str]


def files() -> dict[str, bytes]:
    """Houses, lots, persons, contracts."""
    return {
        "immeubles.csv": _table(
            ["No immeuble", "Nom de l'immeuble", "Propriétaire de l'immeuble", "No bâtiment", "Bâtiment", "Rue",
             "No rue", "NPA", "Localité"], _houses()),
        "lots.csv": _table(
            ["No lot", "No bâtiment", "Désignation du lot", "Type d'objet", "Étage", "Pièces", "Surface m2"], _lots()),
        "personnes.csv": _table(
            ["No personne", "Civilité", "Prénom", "Nom de famille", "Raison sociale", "Courriel", "Téléphone",
             "Langue"],
            _persons()),
        "contrats.csv": _table(
            ["No contrat", "No lot", "Type de contrat", "Début", "Fin", "No personne", "Rôle"], _contracts()),
    }  # fmt: skip


def floor(house: House, unit: Unit) -> str:
    """As it stands beside the bell."""
    if unit.floor < 0:
        return "sous-sol"
    if unit.floor == 0:
        return "rez"
    if unit.floor == house.floors and unit.places == 1:
        return "attique"
    return "1er" if unit.floor == 1 else f"{unit.floor}e"


def name(house: House, unit: Unit) -> str:
    """`2e étage, gauche`, `Arcade, rez droite`, `Place de parc 4, sous-sol`."""
    if unit.name:
        return unit.name
    where = floor(house, unit)
    if not unit.places:
        place = "Place de parc" if unit.kind == "parking_outdoor" else KINDS[unit.kind]
        return f"{place} {unit.place + 1}, {'extérieure' if unit.floor == 0 else where}"
    side = SIDES[unit.places][unit.place]
    if unit.kind != "flat":
        return f"{KINDS[unit.kind]}, {where} {side}".strip()
    storey = where.capitalize() if where in {"rez", "attique"} else f"{where} étage"
    return f"{storey}, {side}" if side else storey


def _houses() -> Iterator[Row]:
    for one in estate("regie"):
        for house in one.houses:
            yield [
                one.number, one.name, one.owner, house.number, house.called, house.street,
                house.house_number, house.postal_code, house.city,
            ]  # fmt: skip


def _lots() -> Iterator[Row]:
    for house, unit in _units():
        yield [
            unit.number, house.number, name(house, unit), KINDS[unit.kind], floor(house, unit),
            _number(unit.rooms), _number(unit.area),
        ]  # fmt: skip


def _persons() -> Iterator[Row]:
    known: dict[int, Person] = {}
    for _house, unit in _units():
        for period in unit.periods:
            known |= {person.number: person for person, _role in period.people}
    for _order, person in sorted(known.items()):
        yield [
            _person_number(person), {"ms": "Madame", "mr": "Monsieur"}.get(person.salutation, ""), person.given,
            person.family, person.company, person.email, person.phone.replace("+41 ", "0"), LANGUAGES[person.language],
        ]  # fmt: skip


def _contracts() -> Iterator[Row]:
    """A line per person; those of one contract share its number."""
    for _house, unit in _units():
        for number, period in enumerate(unit.periods, start=1):
            owned = period.kind == "ownership"
            for person, role in period.people:
                yield [
                    period.number or f"{unit.number}-{number}", unit.number,
                    "Propriété par étages" if owned else "Bail à loyer",
                    _day(period.starts), _day(period.last), _person_number(person),
                    (OWNERS if owned else ROLES)[role],
                ]  # fmt: skip


def _units() -> Iterator[tuple[House, Unit]]:
    for one in estate("regie"):
        for house in one.houses:
            for unit in house.units:
                yield house, unit


def _person_number(person: Person) -> str:
    return person.own or f"L{4000 + person.number}"


def _number(value: float | None) -> str:
    return f"{value:g}".replace(".", ",") if value else ""


def _day(value: date | None) -> str:
    return f"{value:%d.%m.%Y}" if value else ""


def _table(header: Row, rows: Iterable[Row]) -> bytes:
    """Letters that the code page does not have lose their accents, as they did in the program."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return "".join(map(_of_code_page, out.getvalue())).encode(CODE_PAGE)


def _of_code_page(letter: str) -> str:
    try:
        letter.encode(CODE_PAGE)
    except UnicodeEncodeError:
        return unicodedata.normalize("NFKD", letter.translate(PLAIN))[0]
    return letter
