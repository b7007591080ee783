"""What a company gave to its ERP stays as it is, whatever a file says, unless somebody says that the file comes from
there."""

from __future__ import annotations

from collections.abc import Mapping

from quartier.imports.complaints import MOST, Complaints
from quartier.imports.driver import Driver, rows, run
from quartier.imports.nouns import Noun
from quartier.imports.problems import Problem
from quartier.locks.fields import owner_of
from quartier.tenancy.session import CompanySession

Owned = Mapping[str, tuple[str, tuple[str, ...]]]
"""Noun → what the company calls its ERP, and the fields that are that system's."""


def owned_fields(db: CompanySession, noun: Noun) -> tuple[str, tuple[str, ...]]:
    """What the company calls its ERP, and which fields of the noun that a file can fill are the ERP's."""
    owner = owner_of(db, noun.name)
    return (owner.system, tuple(name for name in noun.columns if name in owner.fields)) if owner else ("", ())


def keep(driver: Driver, complaints: Complaints, noun: Noun, owned: Owned) -> None:
    """Let the file say nothing of owned fields of rows that are there already, and tell where it said otherwise.

    A new row has nothing to keep, and takes what the file says.
    """
    system, fields = owned.get(noun.name, ("", ()))
    for field in fields:
        table, other = f"{noun.staging} s", f"{noun.name} t WHERE t.id = s.found AND {differs(field)}"
        text = "nullif(s.ends, 'infinity') - 1" if field == "ends" else f"s.{field}"
        said = f"s.file, s.line, coalesce(({text})::text, '') AS value"
        for row in rows(driver, f"SELECT {said} FROM {table}, {other} ORDER BY s.n LIMIT {MOST}"):
            column, details = f"{noun.name}.{field}", {"system": system}
            complaints.tell(row.file, Problem("erp_owned", "", row.line, column, row.value, details))
        run(driver, f"UPDATE {table} SET {field} = NULL FROM {other}")


def differs(field: str) -> str:
    """SQL: whether the file says something else. What it does not say is no difference."""
    said = "nullif(s.ends, 'infinity')" if field == "ends" else f"s.{field}"
    return f"(s.{field} IS NOT NULL AND {said} IS DISTINCT FROM t.{field})"
