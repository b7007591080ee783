"""A large estate as the CSV files that an ERP exports: the same bytes each time."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

GIVEN = "Anna Bea Cleo Dora Emil Finn Gian Hans Iris Jürg Karl Lea Mia Noah Olga Paul Rosa Sven Tina Urs".split()
FIRST = "Ab Bar Cal Del Eg Fal Gal Hol Im Jag Kel Lut Mei Nuss Oer Pfis Rot Sut Tan Wid".split()
LAST = "mann ler er li heim berg stein bach ter i".split()
Row = Sequence[Any]


def write_estate(folder: Path, units: int) -> None:
    """`units` units, half as many persons again, and a fifth more periods than units, in five files."""
    folder.mkdir(parents=True, exist_ok=True)
    chance = Random(7)
    _write(folder / "Liegenschaften.csv", "Nr.;Bezeichnung", ((f"P{n}", f"Siedlung {n}") for n in range(units // 200)))
    head = "Gebäude-Nr.;Liegenschaft Nr.;Strasse;Hausnr.;PLZ;Ort"
    _write(folder / "Gebäude.csv", head, (_house(number) for number in range(units // 20)))
    head = "Wohnung Nr.;Gebäude-Nr.;Lage;Nutzungsart;Stockwerk;Zimmer;Fläche m²"
    _write(folder / "Wohnungen.csv", head, (_flat(number, chance) for number in range(units)))
    head = "Personennummer;Vorname;Nachname;Anrede;E-Mail;Telefon;Sprache"
    _write(folder / "Personen.csv", head, (_person(number, chance) for number in range(units * 3 // 2)))
    head = "MV-Nr.;Wohnung Nr.;Vertragsart;Mietbeginn;Mietende;Personen"
    _write(folder / "Mietverhältnisse.csv", head, _periods(units, chance))


def _house(number: int) -> Row:
    return f"B{number}", f"P{number // 10}", f"Strasse {number // 10}", number % 10 + 1, 8000 + number % 100, "Zürich"


def _flat(number: int, chance: Random) -> Row:
    floor, side = number % 20 // 4, "links" if number % 2 else "rechts"
    kind = "3.5-Zimmer-Wohnung" if number % 5 else "Einstellplatz"
    area = f"{chance.randint(300, 1500) / 10:.1f}"
    rooms = chance.choice(("2,5", "3,5", "4,5"))
    return f"U{number}", f"B{number // 20}", f"{floor}. OG {side} {number % 20}", kind, floor, rooms, area


def _person(number: int, chance: Random) -> Row:
    given, family = chance.choice(GIVEN), chance.choice(FIRST) + chance.choice(LAST)
    mail = f"{given.lower().replace('ü', 'ue')}.{family.lower()}.{number}@post.example"
    phone = f"0{chance.choice((44, 79, 78, 31))} {chance.randint(200, 999)} {number % 90 + 10} {number // 90 % 90 + 10}"
    return f"M{number}", given, family, chance.choice(("Frau", "Herr")), mail, phone, chance.choice(("Deutsch", "fr"))


def _periods(units: int, chance: Random) -> Iterator[Row]:
    """Each unit has one; a fifth of them ended and have a follower."""
    for number in range(units * 6 // 5):
        first, person = number < units, number * 5 // 4
        starts = date(2018, 1, 1) + timedelta(days=chance.randrange(1000)) if first else date(2023, 1, 1)
        ends = "31.12.2021" if number < units // 5 else ""
        people = f"M{person},M{person + 1}" if person % 4 == 0 else f"M{person}"
        yield f"V{number}", f"U{number % units}", "Miete", f"{starts:%d.%m.%Y}", ends, people


def _write(path: Path, head: str, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(f"{head}\r\n")
        csv.writer(file, delimiter=";").writerows(rows)
