"""What is said of a company, by its folder or by the database, in one form: tables of plain values by keys of people.

No ids: rows are known by external ids, module slugs, contract numbers, so that two sides can be compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from quartier.i18n.localized import LocalizedText

Row = dict[str, Any]
Key = tuple[str, ...]
Rows = dict[Key, Row]

TABLES = (
    "company", "brand", "mail", "legal", "contract", "line", "override", "trial", "module", "property", "building",
    "unit", "person", "occupancy", "account", "deviation", "look", "agent", "role",
)  # fmt: skip
"""In the order in which they are planted: parents first. `company`, `brand` and `mail` have one row, without a key."""

ONLY: Key = ()
PLACES = ("property", "building", "unit")
"""Where a grant can be, below the company."""
TEAM = "team:"
"""How the external id of somebody begins who is in `[[team]]` and not in `people.csv`; an address follows."""


@dataclass(frozen=True)
class Picture:
    """A file of the brand, clean and ready to be stored."""

    name: str
    content_type: str
    body: bytes


@dataclass
class Description:
    """All tables of one side. `pictures` are the bytes behind the digests in `brand` and `look`, where at hand."""

    tables: dict[str, Rows] = field(default_factory=lambda: {table: {} for table in TABLES})
    pictures: dict[str, Picture] = field(default_factory=dict)

    def __getitem__(self, table: str) -> Rows:
        return self.tables[table]

    def only(self, table: str) -> Row:
        """The row of a table that has one."""
        return self.tables[table][ONLY]


@dataclass(frozen=True)
class Drift:
    """One thing that folder and database do not agree on. Without a field, the whole row is on one side only."""

    table: str
    key: Key
    field: str | None
    in_files: Any
    in_database: Any

    def __str__(self) -> str:
        place = " ".join([self.table, *self.key])
        if self.field is None:
            return f"{place}: only in the {'folder' if self.in_files is not None else 'database'}"
        return f"{place}.{self.field}: {shown(self.in_files)} in the folder, {shown(self.in_database)} in the database"


def differences(files: Description, database: Description) -> list[Drift]:
    """Everything that differs, table by table."""
    found: list[Drift] = []
    for table in TABLES:
        ours, theirs = files[table], database[table]
        for key in [*ours, *(key for key in theirs if key not in ours)]:
            found += _row_differences(table, key, ours.get(key), theirs.get(key))
    return found


def _row_differences(table: str, key: Key, ours: Row | None, theirs: Row | None) -> list[Drift]:
    if ours is None or theirs is None:
        return [Drift(table, key, None, ours, theirs)]
    return [Drift(table, key, name, ours[name], theirs[name]) for name in ours if ours[name] != theirs[name]]


def shown(value: Any) -> str:
    """A value for a terminal."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, LocalizedText):
        return str(value.to_json())
    if isinstance(value, tuple):
        return ", ".join(" ".join(map(str, one)) if isinstance(one, tuple) else str(one) for one in value) or "nothing"
    return str(value)


def chosen(row: Mapping[str, Any], names: tuple[str, ...]) -> Row:
    """Some fields of a row."""
    return {name: row[name] for name in names}
