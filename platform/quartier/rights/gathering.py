"""Everything that is known of a person, as plain data: what refers to them in the database, and what modules add.

The tables are found by their references, so a new one is in the copy without anybody thinking of it. What only opens
something (keys, hashes, links that are on their way) says nothing about a person, and stays out; who of the team did
something is not the person's data either (docs/decisions/0014-personal-data.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, Final
from uuid import UUID

from quartier.merging.references import references
from quartier.plugin.manager import Plugins
from quartier.rights.reach import edges, reached
from quartier.tenancy.session import CompanySession

Rows = list[dict[str, Any]]
HOMES = """
    SELECT to_jsonb(s) AS row FROM (
        SELECT o.kind, o.starts, o.ends - 1 AS last_day, c.role, c.ends - 1 AS until,
            CASE WHEN c.role IN ('main', 'co_tenant') THEN o.contract_number END AS contract_number,
            CASE WHEN c.role IN ('main', 'co_tenant') THEN o.note END AS note,
            u.name AS unit, b.street, b.house_number, b.postal_code, b.city, p.name AS property
        FROM occupant c JOIN occupancy o ON o.id = c.occupancy_id JOIN unit u ON u.id = o.unit_id
        JOIN building b ON b.id = u.building_id JOIN property p ON p.id = b.property_id
        WHERE c.person_id = %(person)s ORDER BY o.starts
    ) s
"""
"""The contract and what is noted of it are for its parties: a guest or a carer on the period is none."""
HISTORY = """
    SELECT to_jsonb(s) AS row FROM (
        SELECT at, source_kind, action, before - 'host_id' AS before, after - 'host_id' AS after FROM change
        WHERE noun = 'person' AND noun_id IN (
            SELECT %(person)s::uuid UNION SELECT unnest(gone) FROM person_merge
            WHERE survivor_id = %(person)s AND undone_at IS NULL)
        ORDER BY id
    ) s
"""
ADDRESSES = """
    SELECT to_jsonb(s) AS row FROM (
        SELECT address_key AS address, paces, bounced_at, reason FROM mail_address WHERE address_key IN (
            SELECT lower(email) FROM person WHERE id = %(person)s UNION
            SELECT email_key FROM account WHERE person_id = %(person)s)
    ) s
"""
NOTIFICATIONS = """
    SELECT to_jsonb(s) AS row FROM (
        SELECT n.kind, n.path, n.facts, n.created_at, r.read_at, r.letter_id IS NOT NULL AS by_letter,
               r.id IS NULL AS caused
          FROM notification n LEFT JOIN notification_receipt r
            ON r.company_id = n.company_id AND r.notification_id = n.id AND r.person_id = %(person)s
         WHERE r.id IS NOT NULL OR n.author_id = %(person)s ORDER BY n.id
    ) s
"""
QUERIES: Final = {
    "homes": HOMES, "history": HISTORY, "mail_address": ADDRESSES, "notification": NOTIFICATIONS,
}  # fmt: skip
"""Parts of the copy that no reference leads to."""
CLOSED: Final = frozenset({"company_id", "password_hash", "token", "search_key", "sort_key", "session_id", "sign"})
"""Columns that open something, or that only the database uses."""
SOMEBODY_ELSES: Final = frozenset({("occupant", "host_id")})
"""References from rows that are about another person: a guest's place is the guest's own."""
LEFT_OUT: Final = {
    "person_apart": "says of two entries whether they are one person: about somebody else as well",
    "person_pair": "as person_apart",
    "person_merge": "steps between entries; what they held is in the entry and its history",
    "api_answer": "answers to a program, for a day",
    "api_window": "how often a program has asked in this minute",
}
"""Tables that go with a person and are not in the copy, and why."""
COLUMNS = """
    SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position
"""


def everything(
    db: CompanySession, plugins: Plugins, person_id: UUID, modules: Collection[str]
) -> dict[str, dict[str, Any]]:
    """A part for the core and one per module that holds something; values as JSON knows them."""
    found: dict[str, Any] = {table: rows for table, rows in _tables(db, plugins, person_id).items() if rows}
    for name, query in QUERIES.items():
        found[name] = [row.row for row in db.rows(query, {"person": person_id})]
    parts = {"portal": found}
    for slug, answer in plugins.call("export_person", on=modules, db=db, person_id=person_id):
        if any(answer.values()):
            parts[slug] = dict(answer)
    return parts


def _tables(db: CompanySession, plugins: Plugins, person_id: UUID) -> dict[str, Rows]:
    """Table → rows, the person's own first; what hangs on a row follows it, modules' own tables are left to them."""
    own = tuple(f"{slug}_" for slug in plugins.installed)
    found: dict[str, Rows] = {"person": _rows(db, "person", "id", [person_id])}
    for table, column, parent in _ways(db):
        if table not in LEFT_OUT and not table.startswith(own):
            ids = [UUID(row["id"]) for row in found.get(parent, ()) if "id" in row]
            known = found.setdefault(table, [])
            known += [one for one in _rows(db, table, column, ids) if one not in known]
    return found


def _ways(db: CompanySession) -> Iterator[tuple[str, str, str]]:
    """(table, column, parent) of what goes with a person, and of what else refers to the person or the account."""
    yield from ((one.table, one.column, one.parent) for one in reached(edges(db)))
    for one in references(db, "person", "account"):
        if (one.table, one.column) not in SOMEBODY_ELSES:
            yield one.table, one.column, one.target


def _rows(db: CompanySession, table: str, column: str, ids: list[UUID]) -> Rows:
    """Rows of a table as plain data; names come from the database's own catalogue."""
    if not ids:
        return []
    kinds = {row.column_name: row.data_type for row in db.rows(COLUMNS, (table,))}
    shown = [name for name, kind in kinds.items() if kind != "bytea" and name not in CLOSED and not _by_whom(name)]
    names = ", ".join(_said(table, name) for name in shown)
    statement = f'SELECT to_jsonb(s) AS row FROM (SELECT {names} FROM "{table}" WHERE "{column}" = ANY(%s)) s'  # noqa: S608
    return [row.row for row in db.rows(statement, (ids,))]


def _by_whom(name: str) -> bool:
    """Whether a column says who of the team did it: the work of colleagues is not data about the person."""
    return name.endswith("_by") or name == "actor"


def _said(table: str, name: str) -> str:
    """A column as the copy has it: a mail with a code in it stays out, as in the log."""
    if (table, name) == ("mail_delivery", "letter"):
        return "CASE WHEN NOT secret THEN letter END AS letter"
    return f'"{name}"'
