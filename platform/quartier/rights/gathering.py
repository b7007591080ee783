"""Everything that is known of a person, as plain data: what refers to them in the database, and what modules add.

The tables are found by their references, so a new one is in the copy without anybody thinking of it. What only opens
something (keys, hashes, links that are on their way) says nothing about a person, and stays out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final
from uuid import UUID

from quartier.merging.references import references
from quartier.plugin.manager import Plugins
from quartier.tenancy.session import CompanySession

HOMES = """
    SELECT to_jsonb(s) AS row FROM (
        SELECT o.kind, o.starts, o.ends - 1 AS last_day, o.contract_number, c.role, u.name AS unit,
            b.street, b.house_number, b.postal_code, b.city, p.name AS property
        FROM occupant c JOIN occupancy o ON o.id = c.occupancy_id JOIN unit u ON u.id = o.unit_id
        JOIN building b ON b.id = u.building_id JOIN property p ON p.id = b.property_id
        WHERE c.person_id = %(person)s ORDER BY o.starts
    ) s
"""
CLOSED: Final = frozenset({"company_id", "password_hash", "token", "search_key", "sort_key"})
"""Columns that open something, or that only the database uses."""
OTHERS: Final = frozenset({"person_apart", "person_pair", "merge"})
"""Tables that say of two entries whether they are one person: about somebody else as well."""
COLUMNS = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position
"""


def everything(
    db: CompanySession, plugins: Plugins, person_id: UUID, modules: Collection[str]
) -> dict[str, dict[str, Any]]:
    """A part for the core and one per module that holds something; values as JSON knows them."""
    account_id = next((row.id for row in db.rows("SELECT id FROM account WHERE person_id = %s", (person_id,))), None)
    ids = {"person": person_id, "account": account_id}
    found: dict[str, Any] = {"person": _rows(db, "person", "id", person_id)}
    found["homes"] = [row.row for row in db.rows(HOMES, {"person": person_id})]
    for table, column, wanted in _places(db, ids, plugins):
        if rows := _rows(db, table, column, wanted):
            found.setdefault(table, []).extend(one for one in rows if one not in found.get(table, ()))
    parts = {"portal": found}
    for slug, answer in plugins.call("export_person", on=modules, db=db, person_id=person_id):
        if any(answer.values()):
            parts[slug] = dict(answer)
    return parts


def _places(db: CompanySession, ids: dict[str, UUID | None], plugins: Plugins) -> Iterator[tuple[str, str, UUID]]:
    """(table, column, id) of all that refers to the person or the account, modules' own tables left to them."""
    own = tuple(f"{slug}_" for slug in plugins.installed)
    for one in references(db, "person", "account"):
        wanted = ids[one.target]
        if wanted is not None and one.table not in OTHERS and not one.table.startswith(own):
            yield one.table, one.column, wanted


def _rows(db: CompanySession, table: str, column: str, wanted: UUID) -> list[dict[str, Any]]:
    """Rows of a table as plain data; names come from the database's own catalogue."""
    kinds = {row.column_name: row.data_type for row in db.rows(COLUMNS, (table,))}
    shown = [name for name, kind in kinds.items() if kind != "bytea" and name not in CLOSED]
    if table == "mail_delivery":
        shown.remove("letter")
    names = ", ".join(f'"{name}"' for name in shown)
    statement = f'SELECT to_jsonb(s) AS row FROM (SELECT {names} FROM "{table}" WHERE "{column}" = %s) s'  # noqa: S608
    return [row.row for row in db.rows(statement, (wanted,))]
