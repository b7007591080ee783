# ruff: noqa: S608 - names of tables and columns come from the catalogue of the database, values are parameters
"""Changes that can be taken back: each step is written down as it is done, and undone from the last to the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from quartier.merging.references import Reference
from quartier.tenancy.session import CompanySession

Step = dict[str, Any]
COLUMNS = """
    SELECT attname FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attnum > 0 AND NOT attisdropped
       AND attgenerated = ''
"""
SECRET = frozenset({"password_hash"})
"""What is not written down: whoever comes back has to choose it anew."""


class Journal:
    """Does and notes. Steps: `move` (rows name another id), `drop` (a row goes), `set` (a row's values), `add`."""

    def __init__(self, db: CompanySession) -> None:
        self._db = db
        self.steps: list[Step] = []

    def move(self, one: Reference, was: UUID, to: UUID) -> None:
        """Rows name `to` instead of `was`; a row that would then be there twice goes, and the one of `to` stays."""
        for key in one.keys:
            same = " AND ".join([f"k.{one.column} = %(to)s", *(f"k.{name} = t.{name}" for name in key)])
            twice = f"t.{one.column} = %(was)s AND EXISTS (SELECT FROM {one.table} k WHERE {same})"
            self._drop(one.table, twice, {"was": was, "to": to})
        moved = self._db.rows(
            f"UPDATE {one.table} SET {one.column} = %(to)s WHERE {one.column} = %(was)s RETURNING id",
            {"was": was, "to": to},
        )
        if moved:
            ids = [str(row.id) for row in moved]
            self._note("move", one.table, column=one.column, was=str(was), to=str(to), ids=ids)

    def drop(self, table: str, row_id: UUID) -> None:
        """A row goes."""
        self._drop(table, "t.id = %(id)s", {"id": row_id})

    def set(self, table: str, row_id: UUID, values: Mapping[str, Any]) -> None:
        """A row has other values; those that it has already are no change."""
        names = sorted(values)
        if not names:
            return
        was = self._db.row(f"SELECT {', '.join(names)} FROM {table} WHERE id = %(_id)s", {"_id": row_id})
        changed = {name: values[name] for name in names if getattr(was, name) != values[name]}
        if not changed:
            return
        kept = self._as_json(table, row_id, changed)
        sets = ", ".join(f"{name} = %({name})s" for name in changed)
        self._db.rows(f"UPDATE {table} SET {sets} WHERE id = %(_id)s RETURNING id", {**changed, "_id": row_id})
        self._note("set", table, id=str(row_id), was=kept, now=self._as_json(table, row_id, changed))

    def add(self, table: str, values: Mapping[str, Any]) -> None:
        """A row more."""
        names = ", ".join(values)
        given = ", ".join(f"%({name})s" for name in values)
        self._db.rows(f"INSERT INTO {table} ({names}) VALUES ({given}) RETURNING id", dict(values))
        self._note("add", table, id=str(values["id"]))

    def _drop(self, table: str, condition: str, values: Mapping[str, Any]) -> None:
        gone = self._db.rows(f"DELETE FROM {table} t WHERE {condition} RETURNING to_jsonb(t) AS row", dict(values))
        columns = _columns(self._db, table) - SECRET if gone else frozenset()
        for each in gone:
            self._note("drop", table, row={name: value for name, value in each.row.items() if name in columns})

    def _as_json(self, table: str, row_id: UUID, names: Mapping[str, Any]) -> dict[str, Any]:
        """Values as the database writes them, so that it can read them again."""
        row = self._db.row(f"SELECT to_jsonb(t) AS row FROM {table} t WHERE id = %(id)s", {"id": row_id}).row
        return {name: row[name] for name in names}

    def _note(self, do: str, table: str, **facts: Any) -> None:
        self.steps.append({"do": do, "table": table, **facts})


def take_back(db: CompanySession, steps: Sequence[Step]) -> None:
    """Undo steps, the last first. What has meanwhile gone for good does not come back, nor what hung on it."""
    for step in reversed(steps):
        match step["do"]:
            case "move":
                _move_back(db, step)
            case "drop":
                _put_back(db, step)
            case "set":
                _set_back(db, step)
            case "add":
                db.rows(f"DELETE FROM {step['table']} WHERE id = %(id)s RETURNING id", {"id": step["id"]})


def _move_back(db: CompanySession, step: Step) -> None:
    """Rows that are still there and still name the same."""
    column = step["column"]
    db.rows(
        f"UPDATE {step['table']} SET {column} = %(was)s WHERE id = ANY(%(ids)s::uuid[]) AND {column} = %(to)s "
        "RETURNING id",
        {"was": step["was"], "to": step["to"], "ids": step["ids"]},
    )


def _put_back(db: CompanySession, step: Step) -> None:
    """Unless a row that it belongs to was deleted since."""
    table, row = step["table"], step["row"]
    names = ", ".join(sorted(row.keys() & _columns(db, table)))
    parents = db.rows(PARENTS, {"table": table})
    there = " AND ".join(
        f"(r.{one.column} IS NULL OR EXISTS (SELECT FROM {one.target} p WHERE p.id = r.{one.column}))"
        for one in parents
    )
    db.rows(
        f"INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_record(NULL::{table}, %(row)s) r "
        f"WHERE {there or 'true'} RETURNING id",
        {"row": Jsonb(row)},
    )


PARENTS = """
    SELECT a.attname AS column, f.relname AS target FROM pg_constraint c JOIN pg_class f ON f.oid = c.confrelid
      JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) AND a.attname <> 'company_id'
     WHERE c.contype = 'f' AND c.conrelid = %(table)s::regclass
"""


def _set_back(db: CompanySession, step: Step) -> None:
    table, names = step["table"], ", ".join(sorted(step["was"]))
    db.rows(
        f"UPDATE {table} t SET ({names}) = (SELECT {names} FROM jsonb_populate_record(t, %(was)s) r) "
        "WHERE id = %(id)s RETURNING id",
        {"was": Jsonb(step["was"]), "id": step["id"]},
    )


def _columns(db: CompanySession, table: str) -> frozenset[str]:
    """Columns that can be written; the others are computed."""
    return frozenset(row.attname for row in db.rows(COLUMNS, {"table": table}))
