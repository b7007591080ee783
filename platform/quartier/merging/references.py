"""Everything that refers to a person or an account, as the database knows it: a new table joins by its reference.

What that asks of a table is held by a rule: an `id`, a reference of company and one column, and unique keys that are
plain columns. Rows that somebody may only add to (a history) cannot be handed over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from quartier.tenancy.session import CompanySession

ENDING: Final = frozenset(
    {
        "account_session",
        "password_reset",
        "account_origin",
        "address_change",
        "account_passkey",
        "push_device",
    }
)
"""What belongs to a login and not to who uses it: it ends with the login, and nobody else gets it."""
OWN: Final = frozenset({"person_apart", "person_pair", "change"})
"""Tables that a merge writes in a way of its own; the history of an entry stays that entry's."""
NAMED: Final = "noun_id"
"""A column that names rows of several tables, and so has no reference in the database (wishes to the ERP)."""
REFERENCES = """
    WITH pointing AS (
        SELECT c.conrelid AS oid, a.attnum, f.relname AS target
          FROM pg_constraint c JOIN pg_class f ON f.oid = c.confrelid
          JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) AND a.attname <> 'company_id'
         WHERE c.contype = 'f' AND f.relname = ANY(%(targets)s) AND c.connamespace = 'public'::regnamespace
        UNION ALL
        SELECT t.oid, a.attnum, 'person'
          FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = %(named)s
         WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace AND 'person' = ANY(%(targets)s)
    )
    SELECT t.relname AS table, a.attname AS column, p.target,
           has_column_privilege(t.oid, a.attname, 'UPDATE') AS movable,
           ARRAY(SELECT (SELECT array_agg(k.attname::text ORDER BY k.attname) FROM pg_attribute k
                          WHERE k.attrelid = t.oid AND k.attnum = ANY (x.indkey)
                            AND k.attname NOT IN ('company_id', a.attname))::text
                   FROM pg_index x WHERE x.indrelid = t.oid AND x.indisunique AND a.attnum = ANY (x.indkey)) AS keys
      FROM pointing p JOIN pg_class t ON t.oid = p.oid
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = p.attnum
     ORDER BY p.target, t.relname, a.attname
"""


@dataclass(frozen=True)
class Reference:
    """A column that names a person or an account. `keys` are the other columns of the unique keys that it is part of.

    `movable` is False where the portal may not change it.
    """

    table: str
    column: str
    target: str
    movable: bool
    keys: tuple[tuple[str, ...], ...]


def references(db: CompanySession, *targets: str) -> list[Reference]:
    """All columns that refer to "person" or "account", modules' tables included."""
    return [
        Reference(row.table, row.column, row.target, row.movable, tuple(_names(key) for key in row.keys))
        for row in db.rows(REFERENCES, {"targets": list(targets), "named": NAMED})
        if row.table not in OWN
    ]


def _names(key: str | None) -> tuple[str, ...]:
    """The names in an array that PostgreSQL wrote out; our names need no quotes."""
    return tuple((key or "{}").strip("{}").split(",")) if key and key != "{}" else ()
