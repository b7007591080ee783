"""The driver's own connection inside a session: COPY and statements over whole tables are not the ORM's work."""

from __future__ import annotations

from typing import Any, cast

from psycopg import Connection
from psycopg.rows import namedtuple_row

from quartier.tenancy.session import CompanySession

Driver = Connection[Any]


def driver_of(db: CompanySession) -> Driver:
    """The connection, in the session's transaction and bound to its company."""
    return cast("Driver", db.connection().connection.driver_connection)


def run(driver: Driver, statement: str, params: dict[str, Any] | None = None) -> int:
    """Execute; how many rows it touched."""
    return driver.execute(cast("Any", statement), params).rowcount


def rows(driver: Driver, statement: str, params: dict[str, Any] | None = None) -> list[Any]:
    """All rows as named tuples."""
    return driver.cursor(row_factory=namedtuple_row).execute(cast("Any", statement), params).fetchall()


def value(driver: Driver, statement: str, params: dict[str, Any] | None = None) -> Any:
    """The first column of the first row, or None."""
    row = driver.execute(cast("Any", statement), params).fetchone()
    return row[0] if row else None
