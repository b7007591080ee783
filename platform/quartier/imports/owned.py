"""What a company gave to its ERP stays as it is, whatever a file says, unless somebody says that the file comes from
there."""

from __future__ import annotations

from typing import Any, Final

from quartier.imports.driver import Driver, rows, run
from quartier.imports.nouns import Noun
from quartier.locks.fields import owner_of
from quartier.tenancy.session import CompanySession

MOST: Final = 2000  # of one field that are told; the rest would be more of the same


def owned_fields(db: CompanySession, noun: Noun) -> tuple[str, tuple[str, ...]]:
    """What the company calls its ERP, and which fields of the noun that a file can fill are the ERP's."""
    owner = owner_of(db, noun.name)
    return (owner.system, tuple(name for name in noun.columns if name in owner.fields)) if owner else ("", ())


def kept(driver: Driver, noun: Noun, field: str) -> list[Any]:
    """Let the file say nothing of a field of rows that are there already: (file, line, value) where it said otherwise.

    A new row has nothing to keep, and takes what the file says.
    """
    table, other = f"{noun.staging} s", f"{noun.name} t WHERE t.id = s.found AND {differs(field)}"
    said = f"s.file, s.line, s.{field}::text AS value"
    found = rows(driver, f"SELECT {said} FROM {table}, {other} ORDER BY s.n LIMIT {MOST}")
    run(driver, f"UPDATE {table} SET {field} = NULL FROM {other}")
    return found


def differs(field: str) -> str:
    """SQL: whether the file says something else. What it does not say is no difference."""
    said = "nullif(s.ends, 'infinity')" if field == "ends" else f"s.{field}"
    return f"(s.{field} IS NOT NULL AND {said} IS DISTINCT FROM t.{field})"
