"""Taking an import back, by the history that the database wrote while it was applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from quartier.imports.driver import Driver, rows, run, value
from quartier.imports.nouns import NOUNS, Noun

MOST: Final = 50  # things in the way that are listed

LABEL: Final = (
    "coalesce(m.words ->> 'name', concat_ws(' ', nullif(m.words ->> 'given_name', ''), "
    "nullif(m.words ->> 'family_name', ''), nullif(m.words ->> 'company_name', ''), m.words ->> 'starts'))"
)
"""SQL: what a row was called in the history."""


TAKEN_BACK: Final = (
    "(SELECT id FROM import_run WHERE status = 'undone' "
    "UNION ALL SELECT id FROM person_merge WHERE undone_at IS NOT NULL)"
)
"""SQL: work that was undone. What it did and what its undo did come to nothing together, so both stand in no way."""


@dataclass(frozen=True)
class InTheWay:
    """Something that happened since and depends on the import.

    `what`: changed, import (a later one has changed it), emptied (people whom it deleted and of whom nothing is kept
    any more; `label` is their number) or the table that points here.
    """

    noun: str
    label: str
    what: str
    who: str = ""


def in_the_way(driver: Driver, import_id: UUID) -> list[InTheWay]:
    """What keeps an import from being taken back: later changes of its rows, and what was hung on its new ones."""
    _mine(driver, import_id)
    found = [
        InTheWay(row.noun, row.label or "", "import" if row.source_kind == "import" else "changed", row.actor)
        for row in rows(
            driver,
            f"SELECT DISTINCT ON (c.noun_id) c.noun, c.actor, c.source_kind, {LABEL} AS label "
            "FROM mine m JOIN change c ON c.noun_id = m.noun_id AND c.noun = m.noun AND c.id > m.last "
            f"WHERE c.source_id IS NULL OR (c.source_id <> %(import)s AND c.source_id NOT IN {TAKEN_BACK}) "
            f"ORDER BY c.noun_id, c.id LIMIT {MOST}",
            {"import": import_id},
        )
    ]
    found += [InTheWay("record", row.resource, "changed", "") for row in rows(driver, LATER, {"import": import_id})]
    if emptied := value(driver, EMPTIED, {"import": import_id}):
        found.insert(0, InTheWay("people", str(emptied), "emptied"))
    for table, column, noun in references(driver):
        found += _pointing(driver, table, column, noun)
    return found[:MOST]


def undo(driver: Driver, import_id: UUID) -> int:
    """Put back what was deleted, set back what was changed, delete what was made; how many rows that were."""
    _mine(driver, import_id)
    done = sum(_restore(driver, noun, import_id) for noun in NOUNS)
    done += sum(_set_back(driver, noun, import_id) for noun in NOUNS)
    done += sum(_delete(driver, noun) for noun in reversed(NOUNS))
    return done + _records(driver, import_id)


EMPTIED: Final = """
    SELECT count(DISTINCT noun_id) FROM change
    WHERE source_id = %(import)s AND noun = 'person' AND action <> 'insert' AND before = '{}'
"""
LATER: Final = """
    SELECT DISTINCT coalesce(c.after, c.before) ->> 'resource' AS resource FROM exchange_change c
      JOIN (SELECT record_id, max(id::text)::uuid AS last FROM exchange_change WHERE import_id = %(import)s
             GROUP BY 1) m
        ON m.record_id = c.record_id AND c.id > m.last AND c.import_id <> %(import)s ORDER BY 1
"""


def _records(driver: Driver, import_id: UUID) -> int:
    """Rows of the exchange set that have no place of their own: as they were before, or gone again."""
    first = (
        "(SELECT DISTINCT ON (record_id) record_id, before FROM exchange_change WHERE import_id = %(import)s "
        "ORDER BY record_id, id)"
    )
    params = {"import": import_id}
    touched = run(driver, f"DELETE FROM exchange_record t USING {first} f WHERE f.record_id = t.id", params)
    run(
        driver,
        "INSERT INTO exchange_record (id, resource, key, data) SELECT f.record_id, f.before ->> 'resource', "
        f"f.before ->> 'key', f.before -> 'data' FROM {first} f WHERE f.before IS NOT NULL",
        params,
    )
    run(driver, "DELETE FROM exchange_change WHERE import_id = %(import)s", params)
    return max(touched, 0)


MOOT: Final = ("person_pair", "person_apart")
"""Whether two people look alike is no matter any more once one of them is gone."""


def references(driver: Driver) -> list[tuple[str, str, str]]:
    """(table, column, noun) of each reference to the estate's tables, those of modules included."""
    found = rows(
        driver,
        "SELECT t.relname AS table, a.attname AS column, f.relname AS noun FROM pg_constraint c "
        "JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid "
        "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (c.conkey) AND a.attname <> 'company_id' "
        "WHERE c.contype = 'f' AND f.relname = ANY (%(nouns)s) AND c.connamespace = 'public'::regnamespace "
        "AND t.relname <> ALL (%(moot)s) ORDER BY 1, 2",
        {"nouns": [noun.name for noun in NOUNS], "moot": list(MOOT)},
    )
    return [(row.table, row.column, row.noun) for row in found]


def _mine(driver: Driver, import_id: UUID) -> None:
    """What the import did, a line per row of the estate: whether it made the row, and which of its changes was last."""
    run(driver, "DROP TABLE IF EXISTS mine")
    run(
        driver,
        "CREATE TEMPORARY TABLE mine ON COMMIT DROP AS SELECT noun, noun_id, max(id::text)::uuid AS last, "
        "bool_or(action = 'insert') AS made, (array_agg(coalesce(after, before) ORDER BY id))[1] AS words "
        "FROM change WHERE source_id = %(import)s GROUP BY noun, noun_id",
        {"import": import_id},
    )
    run(driver, "SET LOCAL enable_nestloop = off")


def _pointing(driver: Driver, table: str, column: str, noun: str) -> list[InTheWay]:
    """Rows that point to something the import made, and that it did not make itself."""
    own = "AND NOT EXISTS (SELECT FROM mine o WHERE o.made AND o.noun_id = t.id)" if table in _NAMES else ""
    own += f" AND t.id NOT IN {TAKEN_BACK}" if table == "person_merge" else ""
    found = rows(
        driver,
        f"SELECT DISTINCT {LABEL} AS label FROM {table} t "
        f"JOIN mine m ON m.noun_id = t.{column} AND m.made AND m.noun = '{noun}' {own} LIMIT {MOST}",
    )
    return [InTheWay(noun, row.label or "", table) for row in found]


_NAMES: Final = frozenset(noun.name for noun in NOUNS)


def _columns(noun: Noun) -> list[str]:
    """What an import may have written to a row that was there before."""
    names = list(noun.columns)
    if noun.has_external_id:
        names.append("external_id")
    if noun.parent:
        names.append(noun.parent_column)
    if noun.name == "occupant":
        names.append("person_id")
    if noun.name in ARCHIVABLE:
        names.append("archived_at")
    return names


ARCHIVABLE: Final = frozenset({"property", "building", "unit", "person"})
SILENT: Final = ("company_id", "version", "changed_at", "created_at")
"""Columns that no history has: a row that comes back begins anew with them."""


def _restore(driver: Driver, noun: Noun, import_id: UUID) -> int:
    """Rows that the import has deleted, with everything that the history has of them."""
    query = (
        "SELECT attname FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND attgenerated = '' AND attname <> ALL (%(silent)s) ORDER BY attnum"
    )
    names = [row.attname for row in rows(driver, query, {"table": noun.name, "silent": list(SILENT)})]
    columns, values = ", ".join(names), ", ".join(f"r.{name}" for name in names)
    return run(
        driver,
        f"INSERT INTO {noun.name} ({columns}) SELECT {values} FROM change c, "
        f"jsonb_populate_record(NULL::{noun.name}, c.before || jsonb_build_object('id', c.noun_id)) r "
        f"WHERE c.source_id = %(import)s AND c.noun = '{noun.name}' AND c.action = 'delete'",
        {"import": import_id},
    )


def _set_back(driver: Driver, noun: Noun, import_id: UUID) -> int:
    """To what it was before the import's first change of it; the earliest value of a field wins."""
    columns = _columns(noun)
    names, values = ", ".join(columns), ", ".join(f"r.{name}" for name in columns)
    return run(
        driver,
        f"UPDATE {noun.name} t SET ({names}) = (SELECT {values} FROM jsonb_populate_record(t, w.was) r) FROM ("
        "SELECT c.noun_id, jsonb_object_agg(f.key, f.value ORDER BY c.id DESC) AS was "
        "FROM change c JOIN mine m ON m.noun_id = c.noun_id AND NOT m.made, jsonb_each(c.before) f "
        f"WHERE c.source_id = %(import)s AND c.noun = '{noun.name}' AND c.action = 'update' GROUP BY c.noun_id) w "
        "WHERE t.id = w.noun_id",
        {"import": import_id},
    )


def _delete(driver: Driver, noun: Noun) -> int:
    return run(
        driver, f"DELETE FROM {noun.name} t USING mine m WHERE m.noun_id = t.id AND m.made AND m.noun = '{noun.name}'"
    )


def size(driver: Driver, import_id: UUID) -> int:
    """How many rows of the estate an import has touched."""
    count: int = value(driver, "SELECT count(*) FROM change WHERE source_id = %(import)s", {"import": import_id})
    return count
