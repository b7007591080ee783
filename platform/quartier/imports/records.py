"""Rows of a table, whatever it looks like, as records of nouns: what a rent roll says in one row is five of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Protocol

from quartier.imports.cells import FAULTS, MILDER, OPTIONAL, Bad, Parse, parsers, plain
from quartier.imports.mapping import Columns
from quartier.imports.nouns import Name
from quartier.imports.problems import ERRORS, Problem, Report, shown
from quartier.imports.reading.tables import Cell
from quartier.imports.values.addresses import parse_country, split_address, split_place, split_street
from quartier.imports.values.names import Name as PersonName
from quartier.imports.values.names import split_names

SEP: Final = "\x1f"
MEMORY: Final = 4000  # values per column that are not parsed twice
NOBODY: Final = frozenset(
    "leerstand leer leerstehend frei vakant unvermietet - – n/a vacant vacancy empty vide libre vacance "
    "inoccupé".split()
)
HOUSEHOLD: Final = ":household"

Values = dict[str, Any]


class Sink(Protocol):
    """Where records go. `key` names the thing inside this import, `parent` and `other` are keys of other things."""

    def put(
        self, noun: Name, line: int, key: str, *, ext: str | None, parent: str | None = None, other: str | None = None,
        op: str = "upsert", fields: Sequence[Any],
    ) -> None:  # fmt: skip
        """Take one record; `fields` in the order of the noun's fields, None for what is not said."""


@dataclass(frozen=True)
class Home:
    """What holds where a file says nothing; and `key`, the installation's, by which erased people are known.

    `abroad`: some houses stand in another country, so that a row that names none leaves that open.
    """

    country: str
    timezone: str
    key: bytes
    abroad: bool = False


def by_id(external_id: str) -> str:
    """The key of something that has a number of its own."""
    return f"x{external_id}"


def by_words(*words: str | None) -> str:
    """The key of something that is known by what it is called, and by where it is."""
    return "n" + SEP.join((word or "").casefold() for word in words)


class Reader:
    """Reads the rows of one table; `problems` go to the report, records to the sink."""

    def __init__(self, name: str, columns: Columns, sink: Sink, report: Report, home: Home) -> None:
        self._name, self._sink, self._report, self._home = name, sink, report, home
        self._country = nowhere = "" if home.abroad else home.country
        known = parsers(columns, home=home.country, country=lambda: self._country)
        self._steps: list[tuple[int, str, str, Parse, dict[Any, Any]]] = [
            (index, target, header, known.get(target, plain), {})
            for index, (target, header) in enumerate(zip(columns.targets, columns.header, strict=True))
            if target
        ]
        self._used = frozenset(columns.used)
        self._country_column = columns.targets.index("building.country") if "building.country" in self._used else None
        self._countries: dict[Cell, str] = {None: nowhere, "": nowhere}
        self._nouns = frozenset(target.partition(".")[0] for target in columns.used)
        self._headers = {
            target: header for target, header in zip(columns.targets, columns.header, strict=True) if target
        }
        self._family_first = columns.family_first
        self._kind = "ownership" if columns.owned else None
        self._has_number = "building.house_number" in self._used
        self._has_places = bool(self._nouns & {"property", "building"})
        self._has_units = "unit" in self._nouns
        self._has_people = bool(self._nouns & {"person", "occupancy"})
        self._flat = {"building", "unit"} <= self._nouns and bool(
            self._used & {"building.street", "building.street_and_number", "building.name"}
        )

    def read(self, line: int, cells: Sequence[Cell]) -> bool:
        """One row; False where it cannot be used."""
        values = self._values(line, cells)
        if values is None:
            return False
        building = self._building(line, values) if self._has_places else None
        unit = self._unit(line, values, building) if self._has_units else None
        if self._has_people:
            self._period(line, values, unit)
        return True

    # ---- cells ---------------------------------------------------------------------------------------------------
    def _values(self, line: int, cells: Sequence[Cell]) -> Values | None:
        values: Values = {}
        usable = True
        if self._country_column is not None:
            self._stands_in(cells[self._country_column])
        for index, target, header, parse, memory in self._steps:
            cell = cells[index]
            if cell is None or cell == "":
                continue
            try:
                values[target] = memory[cell] if cell in memory else self._parsed(parse, cell, memory)
            except ValueError as error:
                usable &= self._wrong(line, target, header, cell, error)
        if "occupancy.ends" in self._used and "occupancy.ends" not in values:
            values["occupancy.ends"] = "infinity"
        return values if usable else None

    def _stands_in(self, cell: Cell) -> None:
        """Phone numbers of a row are those of the country where its house stands."""
        country = self._countries.get(cell)
        if country is None:
            try:
                country = parse_country(plain(cell))
            except ValueError:
                country = self._home.country
            self._countries[cell] = country
        if country != self._country:
            self._country = country
            for _index, target, _header, _parse, memory in self._steps:
                if target in PHONES:
                    memory.clear()

    @staticmethod
    def _parsed(parse: Parse, cell: Cell, memory: dict[Any, Any]) -> Any:
        value = parse(cell)
        if len(memory) < MEMORY:
            memory[cell] = value
        return value

    def _wrong(self, line: int, target: str, header: str, cell: Cell, error: ValueError) -> bool:
        code = error.code if isinstance(error, Bad) else FAULTS.get(target, "bad_number")
        if target in OPTIONAL:
            code = MILDER.get(code, code)
        details = error.details if isinstance(error, Bad) else {}
        self._report(Problem(code, self._name, line, header, shown(cell), details))
        return code not in ERRORS

    def _no_period(self, code: str, line: int, target: str, value: str = "") -> None:
        """The row is used, but for the period that it tells of."""
        column = self._headers.get(target, target)
        self._report(Problem(code, self._name, line, column, value, {"part": "occupancy"}))

    # ---- places --------------------------------------------------------------------------------------------------
    def _property(self, line: int, values: Values, building: str | None) -> str | None:
        """The key of the property; a rent roll without one makes each house a property of its own."""
        ext, name = values.get("property.external_id"), values.get("property.name")
        if not ext and not name:
            if not (self._flat and building and "property" not in self._nouns):
                return None
            name = " ".join(filter(None, (values.get("building.street"), values.get("building.house_number"))))
            name = name or values.get("building.name")
            if not name:
                return None
        key = by_id(ext) if ext else by_words("property", name)
        timezone, owner = values.get("property.timezone"), values.get("property.owner")
        if name or timezone or owner or self._flat:
            self._sink.put("property", line, key, ext=ext, fields=(name, timezone, owner))
        return key

    def _address(self, values: Values) -> None:
        """Street, number, code and place apart, whichever of them share a cell."""
        if (both := values.get("building.street_and_number")) and "building.street" not in values:
            values["building.street"] = both
        street = values.get("building.street")
        if street and not self._has_number:
            if "building.city" not in self._used and (whole := split_address(street)):
                names = ("street", "house_number", "postal_code", "city")
                values.update({f"building.{name}": part for name, part in zip(names, whole, strict=True)})
            else:
                values["building.street"], values["building.house_number"] = split_street(street)
        if place := values.get("building.postal_code_and_city"):
            values["building.postal_code"], values["building.city"] = split_place(place)

    def _building(self, line: int, values: Values) -> str | None:
        self._address(values)
        ext, name, street = (values.get(f"building.{field}") for field in ("external_id", "name", "street"))
        place = values.get("building.postal_code") or values.get("building.city")
        alone = not (ext or street or name)
        top = values.get("property.external_id") or values.get("property.name")
        if ext:
            key = by_id(ext)
        elif street:
            key = by_words("building", street, values.get("building.house_number"), place)
        else:
            key = by_words("building", top, name)
        parent = self._property(line, values, None if alone else key)
        if alone:
            if "building" in self._nouns and not self._nouns - {"property", "building"}:
                self._report(Problem("no_key", self._name, line))
            return self._only_building(line, parent, values)
        fields = (
            name, street, values.get("building.house_number") or ("" if street else None),
            values.get("building.postal_code"), values.get("building.city"), values.get("building.country"),
        )  # fmt: skip
        if any(fields) or (parent and not ext):
            self._sink.put("building", line, key, ext=ext, parent=parent, fields=fields)
        return key

    def _only_building(self, line: int, parent: str | None, values: Values) -> str | None:
        """Units directly in a property: the property is its own only building."""
        if parent is None or "unit" not in self._nouns or not values.get("property.name"):
            return None
        key = by_words("building", values.get("property.external_id") or values.get("property.name"), "")
        fields = (values["property.name"], None, None, None, None, None)
        self._sink.put("building", line, key, ext=None, parent=parent, fields=fields)
        return key

    def _unit(self, line: int, values: Values, building: str | None) -> str | None:
        ext = values.get("unit.external_id")
        name = values.get("unit.name")
        if number := values.get("unit.number"):
            name = f"{number} {name}" if name else number
        if not ext and not name:
            if not self._nouns - {"unit", "building", "property"} and values.keys() & UNIT_FIELDS:
                self._report(Problem("no_key", self._name, line))
            return None
        if not ext and not building:
            key = by_words("unit", "", name)
        else:
            key = by_id(ext) if ext else by_words("unit", building, name)
        facts = tuple(values.get(f"unit.{field}") for field in ("kind", "floor", "rooms", "area_m2"))
        if name or any(fact is not None for fact in facts) or building:
            self._sink.put("unit", line, key, ext=ext, parent=building, fields=(name, *facts, None))
        return key

    # ---- people and periods --------------------------------------------------------------------------------------
    def _period(self, line: int, values: Values, unit: str | None) -> None:
        people = self._people(line, values, unit)
        starts, ext = values.get("occupancy.starts"), values.get("occupancy.external_id")
        if "occupancy" not in self._nouns or not (starts or ext or (people and unit)):
            return
        if not people and not ext and self._used & NAMES:
            return  # an empty flat, since when ever
        if unit is None and not ext:
            self._no_period("missing", line, "unit.external_id")
            return
        if starts is None and not ext:
            self._no_period("missing", line, "occupancy.starts")
            return
        ends = values.get("occupancy.ends")
        if starts and ends and ends != "infinity" and ends <= starts:
            self._no_period("ends_before_start", line, "occupancy.ends", str(ends - timedelta(days=1)))
            return
        kind = values.get("occupancy.kind") or self._kind
        key = by_id(ext) if ext else by_words("occupancy", unit, kind or "tenancy", str(starts))
        contract = values.get("occupancy.contract_number")
        self._sink.put("occupancy", line, key, ext=ext, parent=unit, fields=(kind, starts, ends, contract))
        for person, role in people:
            self._sink.put("occupant", line, f"{key}{SEP}{person}", ext=None, parent=key, other=person, fields=(role,))

    def _people(self, line: int, values: Values, unit: str | None) -> list[tuple[str, str | None]]:
        """(key, role) of the persons of a row."""
        role = values.get("occupant.role")
        found = []
        listed = values.get("occupancy.people")
        for reference in listed.replace(",", ";").split(";") if listed else ():
            if number := reference.strip():
                in_household = number.endswith(HOUSEHOLD)
                found.append((by_id(number.removesuffix(HOUSEHOLD)), "household" if in_household else role))
        ext = values.get("person.external_id")
        names = self._names(values)
        if not names:
            if ext and "person" in self._nouns:
                self._bare_person(line, ext, values)
                found.append((by_id(ext), role))
            return found
        for place, name in enumerate(names):
            found.append((self._person(line, values, unit, name, first=place == 0), role))
        return found

    def _names(self, values: Values) -> list[PersonName]:
        if "person" not in self._nouns:
            return []
        given, family = values.get("person.given_name"), values.get("person.family_name")
        full, company = values.get("person.full_name"), values.get("person.company_name")
        if company:
            return [PersonName(given or "", family or "", company=company)]
        last = family or full
        if given:
            return [PersonName(given, last) if last else PersonName("", given)]
        if not last or (last.casefold() in NOBODY and not any(values.get(f"person.{field}") for field in REACH)):
            return []  # Frei is a family, too: whoever can be reached is somebody
        if family and " " not in family:
            return [PersonName("", family)]
        return split_names(last, family_first=self._family_first)

    def _person(self, line: int, values: Values, unit: str | None, name: PersonName, *, first: bool) -> str:
        """The second person of a cell has a name only; number, e-mail and phone are the first one's."""
        ext = values.get("person.external_id") if first else None
        email, phone, mobile = (values.get(f"person.{field}") if first else None for field in REACH)
        where = email or phone or mobile or unit or ""
        key = by_id(ext) if ext else by_words("person", name.family, name.given, name.company, where)
        salutation = (values.get("person.salutation") if first else None) or name.salutation
        language = values.get("person.language")
        fields = (name.given, name.family, name.company, salutation, email, phone, mobile, language)
        self._sink.put("person", line, key, ext=ext, other=None if ext else unit, fields=fields)
        return key

    def _bare_person(self, line: int, ext: str, values: Values) -> None:
        facts = tuple(values.get(f"person.{field}") for field in ("salutation", *REACH, "language"))
        if any(fact is not None for fact in facts):
            self._sink.put("person", line, by_id(ext), ext=ext, fields=(None, None, None, *facts))


NAMES: Final = frozenset({"person.full_name", "person.family_name", "person.external_id", "occupancy.people"})
REACH: Final = ("email", "phone", "mobile")
PHONES: Final = frozenset({"person.phone", "person.mobile"})
UNIT_FIELDS: Final = frozenset({"unit.kind", "unit.floor", "unit.rooms", "unit.area_m2"})
