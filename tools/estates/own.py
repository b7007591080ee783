"""Houses that are written down by hand, with the people who can sign in to the demo: the tables in `own/<company>/`.

Each company's export begins with them, so that its residents come in as everybody else does. The tables have the form
of a company as code, for tests that want a small company and no import.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from tools.estates.estate import House, Period, Person, Property, Unit

TABLES = ("properties", "buildings", "units", "people", "occupancies")
REFERENCES: Mapping[str, str] = {
    "property": "properties", "building": "buildings", "unit": "units", "people": "people",
}  # fmt: skip
ENDLESS = 99  # floors of a house: what its top floor is called stands in the table
FIRST = -1000  # of the numbers of people that the tables know by a name of their own
Row = dict[str, str]
Naming = Callable[[str, str], str]
"""Table and name in it → the number that the company's program gives."""


def rows(name: str, table: str) -> Iterator[Row]:
    """A table of a company."""
    with (Path(__file__).with_name("own") / name / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def properties(name: str) -> Iterator[Property]:
    """The hand-written part of a company's estate."""
    units, houses = list(rows(name, "units")), list(rows(name, "buildings"))
    periods = _periods(name)
    for one in rows(name, "properties"):
        found = Property(one["external_id"], one["name"], "", owned=False, built=0)
        for row in houses:
            if row["property"] == found.number:
                mine = [unit for unit in units if unit["building"] == row["external_id"]]
                found.houses.append(_house(row, [_unit(unit, periods) for unit in mine]))
        yield found


def emails(name: str) -> Iterator[str]:
    """Addresses that nobody else of the company may have."""
    return (row["email"] for row in rows(name, "people") if row["email"])


def write(name: str, folder: Path, naming: Naming) -> None:
    """The tables as a company's `masterdata/` takes them, with the numbers of its own program."""
    for table in TABLES:
        with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as lines:
            found = [_renamed(table, row, naming) for row in rows(name, table)]
            writer = csv.DictWriter(lines, list(found[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)


def accounts(name: str, naming: Naming) -> bytes:
    """Whose people have a sign-in, as a company's `masterdata/accounts.csv` says it."""
    mine = [naming("people", row["external_id"]) for row in rows(name, "people") if row["account"] == "yes"]
    return "\n".join(["person", *mine, ""]).encode()


def _renamed(table: str, row: Row, naming: Naming) -> Row:
    row = {column: cell for column, cell in row.items() if column != "account"}
    row["external_id"] = naming(table, row["external_id"])
    for column, above in REFERENCES.items():
        if column in row:
            parts = (one.partition(":") for one in row[column].split(";"))
            row[column] = ";".join(naming(above, one) + colon + role for one, colon, role in parts)
    return row


def _house(row: Row, units: list[Unit]) -> House:
    return House(
        row["external_id"], row["street"], row["house_number"], row["postal_code"], row["city"], ENDLESS, units,
        row["name"],
    )  # fmt: skip


def _unit(row: Row, periods: Mapping[str, list[Period]]) -> Unit:
    rooms, area = (float(row[column]) if row[column] else None for column in ("rooms", "area_m2"))
    number, floor = row["external_id"], int(row["floor"])
    mine = sorted(periods.get(number, ()), key=lambda period: (period.kind, period.starts))
    return Unit(number, row["kind"], floor, rooms=rooms, area=area, periods=mine, name=row["name"])


def _periods(name: str) -> dict[str, list[Period]]:
    people = {row["external_id"]: _person(row, place) for place, row in enumerate(rows(name, "people"))}
    found: dict[str, list[Period]] = {}
    for row in rows(name, "occupancies"):
        on_it = (one.partition(":") for one in row["people"].split(";"))
        mine = tuple((people[one], role or "main") for one, _colon, role in on_it)
        last = date.fromisoformat(row["ends"]) if row["ends"] else None
        number = row["contract_number"] or row["external_id"]
        found.setdefault(row["unit"], []).append(
            Period(row["kind"], date.fromisoformat(row["starts"]), last, mine, number)
        )
    return found


def _person(row: Row, place: int) -> Person:
    return Person(
        FIRST + place, row["given_name"], row["family_name"], row["salutation"], row["language"], row["email"],
        row["phone"], own=row["external_id"],
    )  # fmt: skip
