"""Which tables go with a person, as the database knows it: a new one joins by its references.

What they do not reach is said in `holdings`, and a rule compares the two with what there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from quartier.tenancy.session import CompanySession

ROOT: Final = "person"
EDGES: Final = """
    SELECT t.relname AS table, a.attname AS column, f.relname AS parent, c.confdeltype = 'c' AS goes_along
      FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY (c.conkey) AND a.attname <> 'company_id'
     WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND f.relname <> 'company'
     ORDER BY t.relname, a.attname
"""


@dataclass(frozen=True)
class Edge:
    """A reference from one table to another; without `goes_along` the row stays when what it refers to is deleted."""

    table: str
    column: str
    parent: str
    goes_along: bool


def edges(db: CompanySession) -> list[Edge]:
    """Every reference between tables of a company, modules' included."""
    return [Edge(row.table, row.column, row.parent, row.goes_along) for row in db.rows(EDGES)]


def reached(known: list[Edge]) -> list[Edge]:
    """The references by which rows go with a person, those of the person first, then what hangs on these, and so on."""
    found: list[Edge] = []
    tables, fresh = {ROOT}, {ROOT}
    while fresh:
        step = [one for one in known if one.goes_along and one.parent in fresh]
        found += step
        fresh = {one.table for one in step} - tables
        tables |= fresh
    return found


def staying(known: list[Edge]) -> list[Edge]:
    """References to what goes with a person that leave the row behind, without them."""
    tables = {ROOT} | {one.table for one in reached(known)}
    return [one for one in known if not one.goes_along and one.parent in tables]
