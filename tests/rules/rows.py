"""All rows of a company, as the owner of the tables sees them: the platform itself does not see all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Connection, make_url, text

from quartier.db import engines
from quartier.db.base import new_id
from quartier.testing import SomeCompany


@contextmanager
def as_owner(company: SomeCompany) -> Iterator[Connection]:
    """As the owner of the tables: the platform itself does not see all that a company's people write."""
    owner = engines.engine(make_url(str(company.platform.shell.config.database_url)), size=1)
    with owner.connect() as connection:
        yield connection
    owner.dispose()


TABLES = """
SELECT i.attrelid::regclass::text FROM pg_attribute i
  JOIN pg_class t ON t.oid = i.attrelid AND t.relkind = 'r'
  JOIN pg_attribute c ON c.attrelid = i.attrelid AND c.attname = 'company_id'
 WHERE i.attname = 'id' AND i.atttypid = 'uuid'::regtype
"""
POINTERS = """
SELECT f.conrelid::regclass::text AS child, c.attname AS field, f.confrelid::regclass::text AS parent
  FROM pg_constraint f
 CROSS JOIN unnest(f.conkey, f.confkey) AS pair (child, parent)
  JOIN pg_attribute c ON c.attrelid = f.conrelid AND c.attnum = pair.child
  JOIN pg_attribute p ON p.attrelid = f.confrelid AND p.attnum = pair.parent AND p.attname = 'id'
 WHERE f.contype = 'f'
"""


def one_id_for_all(company: SomeCompany) -> UUID:
    """Gives the last row of each table the same id, and what points to it: so one request tries all tables.

    Which table an address speaks of need not be guessed, and a thing inside of another has both ids.
    """
    one = new_id()
    with as_owner(company) as connection:
        connection.execute(text("SET session_replication_role = replica"))  # neither trigger nor foreign key minds
        pointers = connection.execute(text(POINTERS)).all()
        for table in connection.scalars(text(TABLES)).all():
            last = f"SELECT id FROM {table} WHERE company_id = :company ORDER BY id DESC LIMIT 1"
            facts = {"company": company.id, "one": one, "last": connection.scalar(text(last), {"company": company.id})}
            for child, field in [(row.child, row.field) for row in pointers if row.parent == table] + [(table, "id")]:
                change = f"UPDATE {child} SET {field} = :one WHERE company_id = :company AND {field} = :last"
                connection.execute(text(change), facts)
        connection.commit()
    return one


def dump(company: SomeCompany) -> dict[str, list[str]]:
    """Everything a company has, as text, to see that nobody else changed it."""
    with as_owner(company) as connection:
        names = connection.scalars(
            text(
                "SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid "
                "WHERE attname = 'company_id' AND c.relkind = 'r'"
            )
        ).all()
        each = (f"SELECT '{name}', t::text FROM {name} t WHERE company_id = :company" for name in names)
        found: dict[str, list[str]] = {name: [] for name in names}
        for name, row in connection.execute(text(" UNION ALL ".join(each)), {"company": company.id}):
            found[name].append(row)
    return {name: sorted(rows) for name, rows in found.items()}
