"""A peer's published exchange set, read as it is: fourteen CSV files with fixed names and columns, and a manifest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any, Final

from quartier.imports.cells import Bad, plain
from quartier.imports.dialling import waiting
from quartier.imports.manifest import Manifest
from quartier.imports.nouns import OPEN_END, Name
from quartier.imports.problems import Problem, Report, shown
from quartier.imports.reading.tables import Cell, Sheet
from quartier.imports.records import SEP, Home, by_id
from quartier.imports.staging import Staging
from quartier.imports.values.addresses import parse_country
from quartier.imports.values.emails import parse_email
from quartier.imports.values.names import split_names
from quartier.people.phones import parse_phone

UUID_TEXT: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
REMAPPED: Final[Mapping[str, Name]] = {
    "property": "property", "properties": "property", "group": "building", "groups": "building", "unit": "unit",
    "units": "unit", "utilisationperiod": "occupancy", "utilisationperiods": "occupancy", "tenant": "person",
    "tenants": "person", "agent": "person", "agents": "person",
}  # fmt: skip


@dataclass(frozen=True)
class File:
    """`ids` find a row again and must always be there; `needed` must be there in an insert."""

    ids: tuple[str, ...]
    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    deletes: bool = False


ADDRESS: Final = ("country", "city", "streetName", "houseNumber", "zipCode")
VALID: Final = ("validFromDate", "validToDate")
FILES: Final[Mapping[str, File]] = {
    "properties": File(("id",), ("name",), ("propertyOwner",)),
    "groups": File(("id",), ("propertyId", "name", *ADDRESS), ("propertyOwner",)),
    "units": File(("id",), ("groupId", "name"), ("propertyOwner",)),
    "utilisationPeriods": File(("id",), ("unitId", "startDate"), ("endDate",), deletes=True),
    "tenants": File(("id",), ("registrationCode",), ("email", "phone", "name")),
    "tenantCheckIns": File(("tenantId", "utilisationPeriodId")),
    "agents": File(("id",), ("email", "lastName"), ("firstName", "phone", "serviceProviderId")),
    "propertyTeams": File(("propertyId", "agentId"), (), VALID, deletes=True),
    "userRelations": File(("agentId", "resourceId"), ("resourceType",), (*VALID, "jobRole"), deletes=True),
    "agentPermissions": File(("resourceId", "agentId"), ("resourceType", "agentType"), VALID, deletes=True),
    "serviceProviders": File(("id",), ("name", *ADDRESS), ("phone",)),
    "collections": File(("id",), ("name",)),
    "collectionAssignments": File(("collectionId", "resourceId"), ("resourceType",), (), deletes=True),
    "uuidRemappings": File(("oldUuid", "newUuid"), ("resource",)),
}
NOT_PEOPLE: Final = ["properties", "groups", "units", "serviceProviders", "collections", "collectionAssignments"]
"""Files whose ids are not those of people."""
UUIDS: Final = frozenset({"id", "oldUuid", "newUuid"})


def file_of(name: str, header: Sequence[str]) -> str:
    """Which file of the set this is, by its name and its first column; "" for any other."""
    stem = PurePosixPath(name).name.removesuffix(".csv")
    return stem if stem in FILES and name.endswith(".csv") and "importType" in header else ""


class ExchangeReader:
    """Reads the rows of one file of the set."""

    def __init__(
        self, sheet: Sheet, resource: str, sink: Staging, report: Report, *, home: Home, said: Manifest
    ) -> None:
        self._name, self._resource, self._file, self._sink = sheet.name, resource, FILES[resource], sink
        self._report, self._home, self._said = report, home, said
        known = {"importType", *self._file.ids, *self._file.needed, *self._file.optional}
        self._columns = [(index, column) for index, column in enumerate(sheet.header) if column in known]
        self._allowed = ["update"] if resource == "uuidRemappings" else ["insert", "update"]
        self._allowed += ["delete"] if self._file.deletes else []

    def read(self, line: int, cells: Sequence[Cell]) -> bool:
        """One row; False where it cannot be used."""
        try:
            values = {column: plain(cells[index]) for index, column in self._columns}
        except Bad as error:
            self._report(Problem(error.code, self._name, line, details=error.details))
            return False
        kind = values.pop("importType", "")
        if kind not in self._allowed:
            details = {"allowed": ", ".join(self._allowed)}
            self._report(Problem("bad_import_type", self._name, line, "importType", shown(kind), details))
            return False
        return self._complete(line, values, kind) and self._take(line, values, kind)

    def _complete(self, line: int, values: dict[str, str], kind: str) -> bool:
        whole = kind == "insert" or self._resource == "uuidRemappings"
        for column in (*self._file.ids, *(self._file.needed if whole else ())):
            if not values.get(column):
                self._report(Problem("missing", self._name, line, column))
                return False
        for column, value in values.items():
            if value and (column in UUIDS or column.endswith("Id")):
                values[column] = value.lower()
                if not UUID_TEXT.match(values[column]):
                    self._report(Problem("bad_uuid", self._name, line, column, shown(value)))
                    return False
        return True

    def _take(self, line: int, values: dict[str, str], kind: str) -> bool:
        op = "upsert" if kind == "insert" else kind
        take = getattr(self, f"_{self._resource}", None)
        if take is not None:
            return bool(take(line, values, op))
        self._keep(line, values, op)
        return True

    # ---- one method per file -------------------------------------------------------------------------------------
    def _properties(self, line: int, v: dict[str, str], op: str) -> bool:
        return self._put("property", line, v["id"], op, (v.get("name") or None, None, v.get("propertyOwner") or None))

    def _groups(self, line: int, v: dict[str, str], op: str) -> bool:
        country = v.get("country", "")
        try:
            code = parse_country(country) if country else None
        except ValueError:
            self._report(Problem("bad_country", self._name, line, "country", shown(country)))
            code = None
        address = (v.get(column) or None for column in ("name", "streetName", "houseNumber", "zipCode", "city"))
        self._keep_owner(line, v, op)
        return self._put("building", line, v["id"], op, (*address, code), parent=v.get("propertyId"))

    def _units(self, line: int, v: dict[str, str], op: str) -> bool:
        fields = (v.get("name") or None, None, None, None, None, None)
        self._keep_owner(line, v, op)
        return self._put("unit", line, v["id"], op, fields, parent=v.get("groupId"))

    def _utilisationPeriods(self, line: int, v: dict[str, str], op: str) -> bool:  # noqa: N802 - the file's own name
        try:
            column = "startDate"
            starts = date.fromisoformat(v["startDate"]) if v.get("startDate") else None
            column = "endDate"
            last = date.fromisoformat(v["endDate"]) if v.get("endDate") else None
        except ValueError:
            self._report(Problem("bad_date", self._name, line, column, shown(v[column])))
            return False
        if starts and last and last < starts:
            self._report(Problem("ends_before_start", self._name, line, "endDate", shown(v["endDate"])))
            return False
        ends = last + timedelta(days=1) if last else (OPEN_END if op == "upsert" else None)
        fields = (self._said.kind if op == "upsert" else None, starts, ends, None)
        return self._put("occupancy", line, v["id"], op, fields, parent=v.get("unitId"))

    def _tenants(self, line: int, v: dict[str, str], op: str) -> bool:
        name = split_names(v["name"])[0] if v.get("name") else None
        email, phone = self._reach(line, v)
        given, family, company = (name.given, name.family, name.company) if name else (None, None, None)
        if v.get("registrationCode"):
            self._keep(line, {"id": v["id"], "registrationCode": v["registrationCode"]}, op)
        fields = (given, family, company, name.salutation if name else None, email, phone, None, self._said.language)
        return self._put("person", line, v["id"], op, fields)

    def _agents(self, line: int, v: dict[str, str], op: str) -> bool:
        """People of the team. The file gives nobody a login or a right: that is for the team's admin to do.

        What the manifest wants for them is kept with them.
        """
        email, phone = self._reach(line, v)
        wants = {"agentPermissions": ", ".join(self._said.permissions)}
        if self._said.notifications is not None:
            wants["receiveAdminNotifications"] = "true" if self._said.notifications else "false"
        self._keep(line, v | wants, op)
        fields = (v.get("firstName") or None, v.get("lastName") or None, None, None, email, phone, None, None)
        return self._put("person", line, v["id"], op, fields)

    def _tenantCheckIns(self, line: int, v: dict[str, str], op: str) -> bool:  # noqa: N802
        period, tenant = by_id(v["utilisationPeriodId"]), by_id(v["tenantId"])
        self._sink.put(
            "occupant", line, f"{period}{SEP}{tenant}", ext=None, parent=period, other=tenant, fields=(None,)
        )
        return True

    def _uuidRemappings(self, line: int, v: dict[str, str], op: str) -> bool:  # noqa: N802
        noun = REMAPPED.get(v["resource"].lower())
        if noun is None:
            self._report(Problem("bad_import_type", self._name, line, "resource", shown(v["resource"]), {
                "allowed": "property, group, unit, utilisationPeriod, tenant, agent"}))  # fmt: skip
            return False
        self._sink.keep(line, f"remap:{noun}", v["oldUuid"], op, {"new": v["newUuid"]})
        return True

    def _reach(self, line: int, v: dict[str, str]) -> tuple[str | None, str | None]:
        found: dict[str, str | None] = {"email": None, "phone": None}
        for column in found:
            if text := v.get(column):
                try:
                    found[column] = parse_email(text) if column == "email" else self._phone(text)
                except ValueError:
                    self._report(Problem(f"bad_{column}", self._name, line, column, shown(text)))
        return found["email"], found["phone"]

    def _phone(self, text: str) -> str:
        return waiting(text, self._home.country) if self._home.abroad else parse_phone(text, self._home.country)

    def _put(
        self, noun: Name, line: int, id_: str, op: str, fields: Sequence[Any], *, parent: str | None = None
    ) -> bool:
        above = by_id(parent) if parent else None
        self._sink.put(noun, line, by_id(id_), ext=id_, parent=above, op=op, fields=fields)
        return True

    def _keep_owner(self, line: int, v: dict[str, str], op: str) -> None:
        """Here a property has an owner; the set knows one for a building or a unit too."""
        if v.get("propertyOwner"):
            self._keep(line, {"id": v["id"], "propertyOwner": v["propertyOwner"]}, op)

    def _keep(self, line: int, values: dict[str, str], op: str) -> None:
        key = SEP.join(values[column] for column in self._file.ids)
        self._sink.keep(line, self._resource, key, op, {name: value for name, value in values.items() if value})
