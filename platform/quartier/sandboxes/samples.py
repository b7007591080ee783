"""Which rows of a sandbox are samples: written down when they are planted, so that they can be told from what people
enter afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, Uuid, literal, select, union_all
from sqlalchemy.orm import Session

from quartier.db.base import Base, new_id
from quartier.sandboxes.models import Sandbox, SandboxSample

OURS: Final = frozenset({Sandbox.__tablename__, SandboxSample.__tablename__})

Rows = dict[str, dict[UUID, int]]
"""By table, the ids of rows and their versions; 0 where the table counts none."""


def company_tables() -> dict[str, Table]:
    """Every table whose rows belong to one company and have an id, parents before children."""
    return {
        table.name: table
        for table in Base.metadata.sorted_tables
        if {"company_id", "id"} <= {column.name for column in table.primary_key} and table.name not in OURS
    }


def rows_of(db: Session, company_id: UUID, tables: Collection[str] | None = None) -> Rows:
    """All rows that the company has now, or those of these tables, in one statement."""
    found: Rows = {}
    asked = [one for name, one in company_tables().items() if tables is None or name in tables]
    for row in db.execute(union_all(*(_ids(table, company_id) for table in asked))):
        found.setdefault(row.named, {})[row.id] = row.version
    return found


def mark(db: Session, company_id: UUID, rows: Mapping[str, Mapping[UUID, int]]) -> None:
    """These rows are samples, besides those that are known as such."""
    known = {one.table_name: one for one in db.query(SandboxSample).filter_by(company_id=company_id)}
    for table, versions in rows.items():
        if not versions:
            continue
        sample = known.get(table) or SandboxSample(company_id=company_id, id=new_id(), table_name=table, rows=[])
        merged = {**dict(zip(sample.rows, sample.versions or (), strict=False)), **versions}
        sample.rows, sample.versions = list(merged), list(merged.values())
        db.add(sample)
    db.flush()


def marked(db: Session, company_id: UUID) -> Rows:
    """What was planted, as it was then; rows that are gone since included."""
    samples = db.query(SandboxSample).filter_by(company_id=company_id)
    return {one.table_name: dict(zip(one.rows, one.versions, strict=True)) for one in samples}


def new_since(before: Rows, now: Rows) -> Rows:
    """What `now` has and `before` had not."""
    return {
        table: {one: version for one, version in rows.items() if one not in before.get(table, {})}
        for table, rows in now.items()
    }


def is_counted(table: Table) -> bool:
    """Whether the table counts how often a row was changed."""
    return "version" in table.c and table.c.version.type.python_type is int


def is_thing(name: str) -> bool:
    """The same by the name of a table: whether its rows are edited one by one."""
    return is_counted(company_tables()[name])


def _ids(table: Table, company_id: UUID) -> Any:
    version = table.c.version if is_counted(table) else literal(0)
    named = literal(table.name).label("named")
    return select(named, table.c.id.cast(Uuid).label("id"), version.label("version")).where(
        table.c.company_id == company_id
    )
