"""The demo companies' exports: made by rule, read without a question, and like what they stand for."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from quartier.companies.ascode.from_files import EXPORT
from quartier.imports.exchange import ExchangeReader, Manifest
from quartier.imports.planning import suggestions, tables_of
from quartier.imports.reading import from_folder, from_upload, sheets_of
from quartier.imports.recognising.headers import known_words
from quartier.imports.records import Home, Reader
from tools.estates.__main__ import EXPORTS, files_of
from tools.estates.estate import Period, Unit
from tools.estates.making import estate

ESTATES = {"brunnenhof": "brunnenhof", "nordlicht": "nordlicht", "regie-du-lac": "regie"}


def parts(name: str, body: bytes) -> dict[str, bytes]:
    """What is packed: two versions of a packer may pack the same in different bytes."""
    if not zipfile.is_zipfile(io.BytesIO(body)):
        return {name: body}
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {f"{name}/{part}": archive.read(part) for part in archive.namelist()}


@pytest.mark.parametrize("slug", EXPORTS)
def test_the_committed_files_are_what_the_rules_make(slug: str) -> None:
    folder, made = Path("tenants") / slug / "masterdata", files_of(slug)
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == set(made)
    for name, body in made.items():
        assert parts(name, (folder / name).read_bytes()) == parts(name, body), "python -m tools.estates writes them"


class Records:
    """Takes what a reader finds, and counts it."""

    def __init__(self) -> None:
        self.keys: dict[str, set[str]] = {}

    def put(self, noun: str, line: int, key: str, *, ext: str | None, fields: Sequence[Any], **_more: Any) -> None:
        self.keys.setdefault(noun, set()).add(key)

    def keep(self, line: int, resource: str, key: str, op: str, data: object) -> None:
        self.keys.setdefault(resource, set()).add(key)


@pytest.mark.parametrize("slug", EXPORTS)
def test_each_export_is_read_without_a_problem_and_without_help(slug: str) -> None:
    home = Home("DE" if slug == "nordlicht" else "CH", "Europe/Zurich", b"key")
    sources = [
        part for one in from_folder(Path("tenants") / slug / EXPORT) for part in from_upload(one.name, one.content)
    ]
    columns, problems = suggestions(sources)
    records: Any = Records()
    for source in tables_of(sources):
        for sheet in sheets_of(source, problems, known=known_words):
            chosen = columns[sheet.name]
            reader: Any = Reader(sheet.name, chosen, records, problems, home)
            if chosen.exchange:
                reader = ExchangeReader(sheet, chosen.exchange, records, problems, home=home, said=Manifest())
            assert {reader.read(line, cells) for line, cells in sheet.rows} == {True}, sheet.name
    assert [str(problem) for problem in problems.kept] == []
    found = estate(ESTATES[slug])
    units = [unit for one in found for house in one.houses for unit in house.units]
    assert len(records.keys["property"]) == len(found)
    assert len(records.keys["building"]) == sum(len(one.houses) for one in found)
    assert len(records.keys["unit"]) == len(units)
    assert len(records.keys["occupancy"]) == sum(len(unit.periods) for unit in units)


@pytest.mark.parametrize("name", ESTATES.values())
def test_an_estate_is_like_those_of_such_companies(name: str) -> None:
    units = [unit for one in estate(name) for house in one.houses for unit in house.units]
    flats = [unit for unit in units if unit.kind == "flat"]
    people = {person.number: person for unit in units for period in unit.periods for person, _role in period.people}
    young = children(units)
    grown_up = [person for person in people.values() if person.number not in young]
    assert len({unit.number for unit in units}) == len(units)
    assert 0.01 < share(flats, lambda unit: not any(period.now for period in unit.periods)) < 0.04
    assert 0.2 < share(grown_up, lambda person: not person.email) < 0.3
    assert Counter(person.email for person in people.values() if person.email).most_common(1)[0][1] == 1
    assert any("'" in person.family for person in people.values())
    assert {"flat", "parking", "parking_outdoor", "shop", "office", "gastronomy"} <= {unit.kind for unit in units}
    assert max(len(unit.periods) for unit in flats) >= 4, "a history of several tenancies"


@pytest.mark.parametrize("name", ESTATES.values())
def test_tenancies_of_a_unit_never_overlap(name: str) -> None:
    for one in estate(name):
        for house in one.houses:
            for unit in house.units:
                rented = [period for period in unit.periods if period.kind == "tenancy"]
                assert all(ends_before(earlier, later) for earlier, later in pairwise(rented)), unit.number


def test_where_flats_have_owners_some_are_let_by_them() -> None:
    for name in ("brunnenhof", "regie"):
        owned = [unit for one in estate(name) if one.owned for house in one.houses for unit in house.units]
        kinds = [{period.kind for period in unit.periods if period.now} for unit in owned]
        assert {"ownership"} in kinds
        assert {"ownership", "tenancy"} in kinds


def ends_before(earlier: Period, later: Period) -> bool:
    return earlier.last is not None and earlier.last < later.starts


def children(units: list[Unit]) -> set[int]:
    return {
        person.number for unit in units for period in unit.periods for person, role in period.people if role == "child"
    }


def share(things: list[Any], fits: Any) -> float:
    return sum(map(fits, things)) / len(things)
