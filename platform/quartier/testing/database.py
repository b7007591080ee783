"""A real PostgreSQL for all test processes, and a database of its own for each."""

from __future__ import annotations

import fcntl
import os
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import psycopg
import pytest
from sqlalchemy.engine import make_url

from quartier.config import shipped
from quartier.db import engines
from quartier.db.embedded import EmbeddedPostgres
from quartier.db.histories import CORE_HISTORY, History
from quartier.db.migrate import migrate
from quartier.plugin.manager import discover


@pytest.fixture(scope="session")
def test_server() -> EmbeddedPostgres:
    """One PostgreSQL for all test processes; it stays up between runs, for starting it is the slow part."""
    server = EmbeddedPostgres(Path("var/test-postgres"), durable=False)
    server.start()
    return server


@pytest.fixture(scope="session")
def test_urls(test_server: EmbeddedPostgres) -> engines.Urls:
    """A database for this process; one process after the other, for roles belong to the server."""
    name = f"{os.environ.get('QUARTIER_TEST_DATABASE', 'test')}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with Path("var/test.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with psycopg.connect(libpq(test_server, "postgres"), autocommit=True) as connection:
            template = migrated(test_server, connection)
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        if outside := [history for history in discover().histories if not is_ours(history)]:
            migrate(make_url(test_server.url("postgres", name)), outside)
    return engines.Urls(
        *(make_url(test_server.url(role, name)) for role in ("postgres", engines.APP, engines.PLATFORM))
    )


def migrated(server: EmbeddedPostgres, connection: psycopg.Connection[Any]) -> str:
    """The name of a migrated database to copy; it is made when the migrations are others than those of the last run.

    Copying takes a tenth of a second, and each test process needs one.
    """
    histories = [CORE_HISTORY, *filter(is_ours, discover().histories)]
    files = [Path(migrate.__code__.co_filename)]
    files += [file for history in histories for file in sorted(history.versions.glob("*.py"))]
    name = f"migrated_{sha256(b''.join(file.read_bytes() for file in files)).hexdigest()[:16]}"
    known = [row[0] for row in connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'migrated%'")]
    if name not in known:
        for stale in (*known, "unfinished"):
            connection.execute(f"DROP DATABASE IF EXISTS {stale} WITH (FORCE)")
        connection.execute("CREATE DATABASE unfinished")
        migrate(make_url(server.url("postgres", "unfinished")), histories[1:])
        connection.execute(f"ALTER DATABASE unfinished RENAME TO {name}")
    return name


def is_ours(history: History) -> bool:
    """Whether a module comes with the product; the tables of one from outside are made where it is tested."""
    return history.versions.is_relative_to(shipped("plugins"))


def libpq(server: EmbeddedPostgres, database: str) -> str:
    """Where the server's own login finds a database, for psycopg."""
    return server.url("postgres", database).replace("+psycopg", "", 1)


class Statements:
    """Counts what is sent to PostgreSQL inside a `with` block, by the ORM, by the quick lane, by anybody."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    @property
    def count(self) -> int:
        """How many there were."""
        return len(self.sent)

    def __enter__(self) -> Self:
        self._execute = psycopg.Cursor.execute
        execute, sent = self._execute, self.sent

        def counted(cursor: psycopg.Cursor[Any], query: Any, *arguments: Any, **options: Any) -> psycopg.Cursor[Any]:
            sent.append(str(query))
            return execute(cursor, query, *arguments, **options)

        psycopg.Cursor.execute = counted  # type: ignore[method-assign, assignment]
        return self

    def __exit__(self, *_exception: object) -> None:
        psycopg.Cursor.execute = self._execute  # type: ignore[method-assign]
