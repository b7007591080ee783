"""The world that is measured: a database of its own, companies with articles, servers as in production."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import psycopg
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from quartier import tables
from quartier.accounts.models import Account, AccountSession, Agent, AgentGrant, ApiToken, Operator, OperatorSession
from quartier.accounts.permissions import all_permissions
from quartier.accounts.visitors import COOKIE, hash_token, new_token
from quartier.companies.services import NewCompany, create_company
from quartier.config import Config
from quartier.contracts.models import Contract, ContractLine, ModuleSwitch
from quartier.db import engines
from quartier.db.base import new_id
from quartier.db.embedded import EmbeddedPostgres
from quartier.db.migrate import migrate
from quartier.estate.models import Occupancy, Unit
from quartier.files.storage import storage
from quartier.i18n.localized import LocalizedText
from quartier.people.models import Occupant, Person
from quartier.plugin.manager import discover
from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession
from quartier.testing import LONG_AGO, property_with_building

DATABASE = "bench"
ARTICLE = """---
title: Artikel Nummer {n} über Heizung und Wasser
summary: In den meisten Fällen hilft Entlüften. So geht es in fünf Schritten, auch bei Nummer {n}.
category: heating
order: {n}
status: published
published: 2026-01-02
confirmed: 2026-10-01
---
Ein Absatz über Nummer {n}.
"""
CATEGORIES = '[heating]\nicon = "heat"\norder = 10\nname = { de = "Heizung", en = "Heating", fr = "Chauffage" }\n'


@dataclass
class World:
    """Where everything is, and the keys to it."""

    config: Config
    platform: Engine
    app: Engine

    @classmethod
    def make(cls) -> World:
        assert tables.METADATA.tables
        config = replace(Config.from_env({}), var=Path("var/bench").resolve())
        server = engines.embedded(config)
        server.start()
        with psycopg.connect(driver_url(server.url("postgres", "postgres")), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.ensure_database(DATABASE)
        urls = engines.urls(config, database=DATABASE)
        migrate(urls.admin, discover().histories)
        return cls.at(config, server, DATABASE)

    def copied(self, name: str) -> World:
        """The same world once more, in a database of its own; nobody may be connected to the one that is copied."""
        server = engines.embedded(self.config)
        self.platform.dispose()
        self.app.dispose()
        with psycopg.connect(driver_url(server.url("postgres", "postgres")), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (DATABASE,))
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {DATABASE}")
        return World.at(replace(self.config, database_url=None), server, name)

    @classmethod
    def at(cls, config: Config, server: EmbeddedPostgres, name: str) -> World:
        """The world in this database."""
        urls = engines.urls(config, database=name)
        config = replace(
            config,
            database_url=server.url("postgres", name),
            database_app_url=server.url(engines.APP, name),
            database_platform_url=server.url(engines.PLATFORM, name),
        )
        return cls(config, engines.engine(urls.platform, size=1), engines.engine(urls.app, size=1))

    def company(self, slug: str, *, articles: int) -> UUID:
        """A company with FAQ on and so many articles."""
        words = LocalizedText(de=slug, en=slug, fr=slug)
        new = NewCompany(slug, slug, "CH", "Europe/Zurich", ("de", "en", "fr"), words, "#1f5c4a", "#efd88b")
        with Session(self.platform, expire_on_commit=False) as db:
            company = create_company(db, new, actor="bench")
            contract = Contract(
                company_id=company.id, number="B-1", timezone="Europe/Zurich", starts=datetime(2020, 1, 1).date()
            )
            contract.id = new_id()
            db.add(contract)
            db.flush()
            line = ContractLine(company_id=company.id, contract_id=contract.id, module="faq", starts=contract.starts)
            db.add_all([line, ModuleSwitch(company_id=company.id, module="faq", is_on=True)])
            db.commit()
        self.plant_articles(company.id, articles)
        return company.id

    def id_of(self, slug: str) -> UUID:
        """The company of that name."""
        with Session(self.platform) as db:
            return db.scalars(select(Company.id).filter_by(slug=slug)).one()

    def plant_articles(self, company_id: UUID, articles: int) -> None:
        """Through the module's own import, as a real company would."""
        with TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "categories.toml").write_text(CATEGORIES, encoding="utf-8")
            for n in range(articles):
                (folder / f"article-{n}.de.md").write_text(ARTICLE.format(n=n), encoding="utf-8")
            db = CompanySession(self.app, company_id)
            plugins, facts = discover(), {"db": db, "folder": folder, "actor": "bench", "storage": storage(self.config)}
            for _done in plugins.call("plant_files", on=["faq"], **facts):
                pass  # planting is all there is to it
            if plugins.failures:
                raise RuntimeError(f"the articles could not be planted: {plugins.failures}")
            db.commit()
            db.close()
        self.analyse()

    def analyse(self) -> None:
        """Tidy up after many rows and tell the planner what there is, as the server does by itself within a minute."""
        with psycopg.connect(driver_url(self.config.database_url), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def forget(self) -> None:
        """Start the server anew and have the system forget its files: what is asked next comes from the disk."""
        server = engines.embedded(self.config)
        self.platform.dispose()
        self.app.dispose()
        server.stop()
        for path in server.data_dir.rglob("*"):
            if path.is_file() and not path.is_symlink():
                handle = os.open(path, os.O_RDONLY)
                os.fsync(handle)
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
                os.close(handle)
        server.start()

    def session(self, company_id: UUID, *, agent: bool = False) -> str:
        """A signed-in person's cookie."""
        token, until = new_token(), datetime.now(UTC) + timedelta(hours=1)
        person = Person(company_id=company_id, id=new_id(), given_name="Verena", family_name="Keller")
        account = Account(
            company_id=company_id, id=new_id(), person_id=person.id, email="v@x.example", email_key=f"{person.id}"
        )
        session = AccountSession(
            company_id=company_id, account_id=account.id, token_hash=hash_token(token), expires_at=until
        )
        self._add(person, account, session)
        if agent:
            permissions = list(all_permissions(discover()))
            agent = Agent(company_id=company_id, id=new_id(), person_id=person.id)
            grant = AgentGrant(company_id=company_id, agent_id=agent.id, permissions=permissions, given_by="bench")
            self._add(agent, grant)
        else:
            self._house(company_id, person)
        return f"{COOKIE}={token}"

    def _house(self, company_id: UUID, person: Person) -> None:
        """A flat to live in: whoever lives nowhere meets no module."""
        home, building = property_with_building(company_id, "Brunnenhofstrasse")
        flat = Unit(company_id=company_id, id=new_id(), building_id=building.id, name="1. OG", kind="flat")
        lease = Occupancy(company_id=company_id, id=new_id(), unit_id=flat.id, kind="tenancy", starts=LONG_AGO)
        lives = Occupant(company_id=company_id, occupancy_id=lease.id, person_id=person.id)
        self._add(home, building, flat, lease, lives)

    def api_token(self, company_id: UUID) -> str:
        """A machine's key with every scope."""
        token, until = f"qrt_{new_token()}", datetime.now(UTC) + timedelta(hours=1)
        scopes = list(all_permissions(discover()))
        row = ApiToken(
            company_id=company_id, name="bench", token_hash=hash_token(token), scopes=scopes, created_by="bench"
        )
        row.expires_at = until
        self._add(row)
        return token

    def operator(self) -> str:
        """A signed-in operator's token."""
        token, email = new_token(), f"bench-{new_id()}@quartier.example"
        operator = Operator(id=new_id(), email=email, email_key=email, name="Mara Lindt", role="admin")
        until = datetime.now(UTC) + timedelta(hours=1)
        self._add(operator, OperatorSession(account_id=operator.id, token_hash=hash_token(token), expires_at=until))
        return token

    def switch(self, company_id: UUID, *, on: bool) -> None:
        """Commit a switch, as the console does."""
        with Session(self.platform) as db:
            db.scalars(select(ModuleSwitch).filter_by(company_id=company_id, module="faq")).one().is_on = on
            db.commit()

    @property
    def environ(self) -> dict[str, str]:
        """For server processes."""
        config = self.config
        return {
            **os.environ,
            "DATABASE_URL": str(config.database_url),
            "DATABASE_APP_URL": str(config.database_app_url),
            "DATABASE_PLATFORM_URL": str(config.database_platform_url),
            "QUARTIER_VAR": str(config.var),
        }

    def _add(self, *rows: object) -> None:
        with Session(self.platform, expire_on_commit=False) as db:
            for row in rows:
                db.add(row)
                db.flush()
            db.commit()


def driver_url(url: str | None) -> str:
    """An address as psycopg itself takes it, without the word for SQLAlchemy."""
    return str(url).replace("+psycopg", "", 1)


@contextmanager
def serving(
    target: str, environ: dict[str, str], *, workers: int = 1, factory: bool = False
) -> Iterator[tuple[int, int]]:
    """A granian as `quartier web` starts it; yields (port, process id)."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "1", "--backpressure", "64", "--no-ws"]
    command += ["--workers-kill-timeout", "3"]
    command += ["--log-level", "warning", *(["--factory"] if factory else []), target]
    process = subprocess.Popen(command, env={**environ, "QUARTIER_PORT": str(port)})
    try:
        await_port(port)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def await_port(port: int, seconds: float = 30) -> None:
    """Until somebody listens."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f"nobody listens on {port}")
