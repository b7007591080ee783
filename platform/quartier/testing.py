"""Fixtures and people for tests: of the core, of built-in plugins and of plugins from outside alike.

Nothing is mocked: a real PostgreSQL as the runtime roles, the real apps, real sessions. Tests do not clean up after
themselves; each makes its own companies, and row security keeps them apart, which is what the product promises anyway.
"""

from __future__ import annotations

import asyncio
import fcntl
import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Self
from uuid import UUID
from weakref import WeakSet

import psycopg
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from werkzeug.test import Client, TestResponse

from quartier import chores
from quartier.accounts.models import Account, AccountSession, Agent, AgentGrant, ApiToken, Operator, OperatorSession
from quartier.accounts.operators import COOKIE as CONSOLE_COOKIE
from quartier.accounts.passwords import hash_password, hashing_with
from quartier.accounts.visitors import COOKIE, hash_token, new_token, viewer_of
from quartier.app import Platform, create_app, house_of
from quartier.companies.services import NewCompany, create_company
from quartier.config import Config, shipped
from quartier.contracts.models import Contract, ContractLine, ModuleScope, ModuleSwitch
from quartier.db import engines
from quartier.db.base import new_id
from quartier.db.embedded import EmbeddedPostgres
from quartier.db.histories import CORE_HISTORY, History
from quartier.db.migrate import migrate
from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.i18n import texts
from quartier.i18n.localized import LocalizedText
from quartier.i18n.voice import Voice
from quartier.jobs.definition import Job
from quartier.jobs.registry import registry
from quartier.jobs.runner import Runner
from quartier.jobs.worker import queue_app, serve
from quartier.people.models import Occupant, Person
from quartier.plugin.manager import discover
from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession
from quartier.viewer import Viewer
from quartier.web.visit import Visit

PASSWORD = "correct horse battery"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
LONG_AGO = date(2020, 1, 1)

_numbers = itertools.count(1)
_password_hash: list[str] = []


@dataclass
class SomeCompany:
    """A company in a test, with the people that the test is about."""

    platform: Platform
    id: UUID
    slug: str
    languages: tuple[str, ...]
    property_id: UUID
    building_id: UUID
    _made: dict[str, UUID] = field(default_factory=dict)
    _sessions: WeakSet[CompanySession] = field(default_factory=WeakSet)

    @property
    def host(self) -> str:
        """Where its portal answers."""
        return f"{self.slug}.{self.platform.shell.config.platform_domain}"

    def db(self) -> CompanySession:
        """A session as the portal has it, bound to this company; what a test leaves open is closed when it ends."""
        session = CompanySession(self.platform.shell.engine, self.id)
        self._sessions.add(session)
        return session

    def close(self) -> None:
        """Give back all connections, or they would wait for the collector while the next tests run out of them."""
        for session in list(self._sessions):
            session.close()

    def plant(self, *rows: Any) -> None:
        """Add rows as the platform, committed."""
        with Session(self.platform.shell.platform, expire_on_commit=False) as db:
            for row in rows:
                if hasattr(row, "company_id") and row.company_id is None:
                    row.company_id = self.id
                db.add(row)
                db.flush()
            db.commit()

    def switch(self, module: str, *, on: bool = True, properties: tuple[UUID, ...] | None = None) -> None:
        """Sell and switch on a module, or off; `properties` limits it to parts of the estate."""
        with Session(self.platform.shell.platform) as db:
            known = db.scalars(select(ModuleSwitch).filter_by(company_id=self.id, module=module)).first()
            if known is None:
                contract = Contract(
                    company_id=self.id,
                    id=new_id(),
                    number=f"T-{next(_numbers)}",
                    timezone="Europe/Zurich",
                    starts=LONG_AGO,
                )
                db.add(contract)
                db.flush()
                db.add(ContractLine(company_id=self.id, contract_id=contract.id, module=module, starts=LONG_AGO))
                known = ModuleSwitch(company_id=self.id, module=module)
                db.add(known)
            known.is_on, known.everywhere = on, properties is None
            for property_id in properties or ():
                db.add(ModuleScope(company_id=self.id, module=module, property_id=property_id))
            db.commit()
        self.platform.shell.snapshots.forget(self.id)

    def settings(self, **values: object) -> None:
        """Move switches: what is named has this value from now on."""
        with Session(self.platform.shell.platform) as db:
            company = db.get_one(Company, self.id)
            company.settings = {**company.settings, **values}
            db.commit()
        self.platform.shell.snapshots.forget(self.id)

    def person(self, name: str, *, email: str | None = None, language: str | None = None) -> Person:
        """Somebody the company knows, without an account."""
        given, _space, family = name.partition(" ")
        person = Person(id=new_id(), given_name=given, family_name=family or given, email=email, language=language)
        self.plant(person)
        return person

    def resident(
        self,
        name: str = "Verena Keller",
        *,
        person: Person | None = None,
        kind: str = "tenancy",
        unit: str = "flat",
        building_id: UUID | None = None,
        language: str | None = None,
        starts: date = LONG_AGO,
        ends: date | None = None,
    ) -> SomeBody:
        """Somebody with an account and a unit to live, work or park in; `person` is one who was known before."""
        body = self._account(name, language=language, person=person)
        place = Unit(id=new_id(), building_id=building_id or self.building_id, name=f"Unit {next(_numbers)}", kind=unit)
        occupancy = Occupancy(id=new_id(), unit_id=place.id, kind=kind, starts=starts, ends=ends)
        self.plant(place, occupancy, Occupant(occupancy_id=occupancy.id, person_id=body.person_id))
        return body

    def agent(self, name: str = "Nadja Frei", *permissions: str, language: str | None = None) -> SomeBody:
        """A member of the team with these permissions for the whole company."""
        body = self._account(name, language=language)
        self.plant(Agent(id=new_id(), person_id=body.person_id))
        return body.granted(*permissions) if permissions else body

    def house(self, name: str = "Seestrasse") -> tuple[UUID, UUID]:
        """One more property with one building; their ids."""
        home, building = property_with_building(self.id, name)
        self.plant(home, building)
        return home.id, building.id

    def token(self, *scopes: str, expires: timedelta = timedelta(days=1)) -> str:
        """An API token with these scopes."""
        secret = f"qrt_{new_token()}"
        row = ApiToken(name="test", token_hash=hash_token(secret), scopes=list(scopes), created_by="test")
        row.expires_at = datetime.now(UTC) + expires
        self.plant(row)
        return secret

    def work(self) -> None:
        """Let a real worker do every job that is due, of any company, and return when there is none left."""
        work_off(self.platform)

    def visitor(self) -> Browser:
        """A browser with nobody signed in."""
        return Browser(self.platform, self.host)

    def _account(self, name: str, *, language: str | None, person: Person | None = None) -> SomeBody:
        number = next(_numbers)
        email = f"{name.split(maxsplit=1)[0].lower()}-{number}@{self.slug}.example"
        person = person or self.person(name, email=email, language=language)
        account = Account(id=new_id(), person_id=person.id, email=email, email_key=email, password_hash=password_hash())
        self.plant(account)
        return SomeBody(self, person.id, account.id, email, name)


@dataclass
class SomeBody:
    """A person with an account, in a test."""

    company: SomeCompany
    person_id: UUID
    account_id: UUID
    email: str
    name: str

    @property
    def agent_id(self) -> UUID:
        """The person's entry in the team."""
        with self.company.db() as db:
            return db.scalars(select(Agent.id).filter_by(person_id=self.person_id)).one()

    def granted(self, *permissions: str, **where: Any) -> Self:
        """More rights: `property_id=`, `building_id=` or `unit_id=` says where, `starts=` and `ends=` when."""
        grant = AgentGrant(agent_id=self.agent_id, permissions=list(permissions), given_by="Regula Steiner", **where)
        self.company.plant(grant)
        return self

    def limited_to(self, property_id: UUID) -> Self:
        """All rights of this agent in one property only; without any, somebody who just works there."""
        with self.company.db() as db:
            moved = update(AgentGrant).filter_by(agent_id=self.agent_id).values(property_id=property_id)
            any_moved = db.execute(moved.returning(AgentGrant.id)).first()
            db.commit()
        return self if any_moved else self.granted(property_id=property_id)

    @property
    def browser(self) -> Browser:
        """A browser in which this person is signed in."""
        browser = Browser(self.company.platform, self.company.host)
        browser.cookie(COOKIE, self.session_token())
        return browser

    def session_token(self) -> str:
        """A fresh session, without the work of checking a password."""
        token = new_token()
        until = datetime.now(UTC) + timedelta(days=1)
        self.company.plant(AccountSession(account_id=self.account_id, token_hash=hash_token(token), expires_at=until))
        return token

    def viewer(self, db: CompanySession) -> Viewer:
        """This person as the product sees the person."""
        return viewer_of(db, self.session_token())

    def visit(self, language: str | None = None) -> Visit:
        """A visit of this person, for calling services and queries without HTTP."""
        snapshot = self.company.platform.shell.snapshots(self.company.id)
        assert snapshot is not None
        db = self.company.db()
        voice = Voice(language or snapshot.default_language, snapshot.tone, snapshot.country)  # type: ignore[arg-type]
        return Visit(snapshot, self.viewer(db), voice, db)


class Browser:
    """A client on one host that says where its requests come from, as browsers do."""

    def __init__(self, platform: Platform, host: str) -> None:
        self.host = host
        self._client = Client(platform, use_cookies=True)

    def cookie(self, name: str, value: str) -> None:
        """Put a cookie in the jar."""
        self._client.set_cookie(name, value, domain=self.host, secure=True, path="/")

    def cookies(self) -> dict[str, str]:
        """What is in the jar for this host."""
        return {cookie.key: cookie.value for cookie in self._client._cookies.values()}  # type: ignore[union-attr]

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET a path of this host."""
        return self.open("GET", path, **options)

    def post(self, path: str, data: Any = None, **options: Any) -> TestResponse:
        """POST a form to a path of this host."""
        return self.open("POST", path, data=data, **options)

    def open(self, method: str, path: str, **options: Any) -> TestResponse:
        """Any request; `headers` are added to those that a browser sends from our own pages."""
        headers = {**SAME_ORIGIN, **options.pop("headers", {})}
        base = options.pop("base_url", f"https://{self.host}")  # https, so that Secure cookies are sent
        return self._client.open(path, method=method, base_url=base, headers=headers, **options)


def work_off(platform: Platform, *more: Job) -> None:
    """Let a real worker do every job that is due; `more` are jobs that no plugin brings."""
    shell = platform.shell
    known = registry(shell.plugins, [*chores.JOBS, *more], chores.CHORES)
    url = make_url(str(shell.config.database_platform_url))
    app = queue_app(Runner(house_of(shell), known), url, clock=False)
    asyncio.run(serve(app, asyncio.Event(), threads=2, wait=False))


def leave_no_work(platform: Platform, companies: list[SomeCompany]) -> None:
    """Take the companies of a test out of service: the next worker would do their jobs before those it is asked for.

    Their rows stay, for deleting them takes a hundred times as long.
    """
    with platform.shell.platform.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
        ended = {"ids": [company.id for company in companies]}
        connection.execute(text("UPDATE company SET status = 'suspended' WHERE id = ANY(:ids)"), ended)


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


def password_hash() -> str:
    """The hash of PASSWORD, made once: argon2 is slow on purpose."""
    if not _password_hash:
        _password_hash.append(hash_password(PASSWORD))
    return _password_hash[0]


def property_with_building(company_id: UUID, name: str) -> tuple[Property, Building]:
    """A small estate."""
    home = Property(company_id=company_id, id=new_id(), name=name, timezone="Europe/Zurich")
    building = Building(
        company_id=company_id, id=new_id(), property_id=home.id, name=name, street=name, house_number="14",
        postal_code="8057", city="Zürich", country="CH",
    )  # fmt: skip
    return home, building


@pytest.fixture(scope="session")
def test_config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """An installation for tests: the shared test server, files in a folder that pytest throws away."""
    return Config(var=tmp_path_factory.mktemp("var"), durable=False)


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


@pytest.fixture(scope="session")
def platform(test_config: Config, test_urls: engines.Urls) -> Iterator[Platform]:
    """The whole platform on the test database, listening for changes as in production."""
    addresses = [
        url.render_as_string(hide_password=False) for url in (test_urls.admin, test_urls.app, test_urls.platform)
    ]
    config = replace(
        test_config, database_url=addresses[0], database_app_url=addresses[1], database_platform_url=addresses[2]
    )
    platform = create_app(config)
    with hashing_with(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)):
        yield platform
    platform.close()


@pytest.fixture
def make_company(platform: Platform) -> Iterator[Callable[..., SomeCompany]]:
    """Make a company: `make_company("Brunnenhof", modules=("faq",), languages=("de", "en", "fr"))`."""
    texts.install(platform.words)  # another platform, of other modules, may have spoken in this process before
    companies: list[SomeCompany] = []

    def make(name: str = "Brunnenhof", *, modules: tuple[str, ...] = (), **facts: Any) -> SomeCompany:
        slug = f"{name.lower().replace(' ', '-')}-{next(_numbers)}"
        languages = facts.pop("languages", ("de", "en", "fr"))
        new = NewCompany(
            slug=slug,
            name=f"{name} AG",
            country=facts.pop("country", "CH"),
            timezone="Europe/Zurich",
            languages=languages,
            app_name=LocalizedText(dict.fromkeys(languages, name)),
            colour=facts.pop("colour", "#1f5c4a"),
            **facts,
        )
        with Session(platform.shell.platform, expire_on_commit=False) as db:
            company = create_company(db, new, actor="test")
            home, building = property_with_building(company.id, "Brunnenhofstrasse")
            db.add(home)
            db.flush()
            db.add(building)
            db.commit()
        made = SomeCompany(platform, company.id, slug, languages, home.id, building.id)
        companies.append(made)
        platform.shell.hosts.forget()
        for module in modules:
            made.switch(module)
        return made

    yield make
    for company in companies:
        company.close()
    if companies:
        leave_no_work(platform, companies)


@pytest.fixture
def brunnenhof(make_company: Callable[..., SomeCompany], platform: Platform) -> SomeCompany:
    """A company with every installed module."""
    return make_company("Brunnenhof", modules=tuple(platform.shell.plugins.serving))


@pytest.fixture
def nordlicht(make_company: Callable[..., SomeCompany], platform: Platform) -> SomeCompany:
    """Another company with every installed module, and none of the first one's business."""
    return make_company(
        "Nordlicht", modules=tuple(platform.shell.plugins.serving), languages=("de", "en"), country="DE",
        tone="informal", theme="markant", colour="#0b4f8a",
    )  # fmt: skip


@pytest.fixture
def console(platform: Platform) -> Callable[..., Browser]:
    """A browser at the console: `console("sales")`, or `console()` with nobody signed in."""

    def sign_in(role: str | None = None) -> Browser:
        browser = Browser(platform, platform.shell.config.console_host)
        if role:
            number, token = next(_numbers), new_token()
            email = f"mara-{number}@quartier.example"
            operator = Operator(id=new_id(), email=email, email_key=email, name="Mara Lindt", role=role)
            operator.password_hash = password_hash()
            until = datetime.now(UTC) + timedelta(hours=1)
            with Session(platform.shell.platform) as db:
                db.add(operator)
                db.flush()
                db.add(OperatorSession(account_id=operator.id, token_hash=hash_token(token), expires_at=until))
                db.commit()
            browser.cookie(CONSOLE_COOKIE, token)
        return browser

    return sign_in
