"""A company in a test, and the people that the test is about."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from uuid import UUID
from weakref import WeakSet

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from quartier.accounts.models import Account, AccountSession, Agent, AgentGrant, ApiToken
from quartier.accounts.passwords import hash_password
from quartier.accounts.visitors import COOKIE, hash_token, new_token, viewer_of
from quartier.app import Platform
from quartier.contracts.models import Contract, ContractLine, ModuleScope, ModuleSwitch
from quartier.db.base import new_id
from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.i18n.voice import Voice
from quartier.people.models import Occupant, Person
from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession
from quartier.testing.browser import Browser
from quartier.testing.work import work_off
from quartier.viewer import Viewer
from quartier.web.visit import Visit

PASSWORD = "correct horse battery"
LONG_AGO = date(2020, 1, 1)

numbers = itertools.count(1)
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
            for _kind, alike in itertools.groupby(rows, type):
                for row in alike:
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
                sell(db, self.id, (module,))
                known = db.scalars(select(ModuleSwitch).filter_by(company_id=self.id, module=module)).one()
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
        person = named(name, email=email, language=language)
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
        body, rows = self._account(name, language=language, person=person)
        place = Unit(id=new_id(), building_id=building_id or self.building_id, name=f"Unit {next(numbers)}", kind=unit)
        occupancy = Occupancy(id=new_id(), unit_id=place.id, kind=kind, starts=starts, ends=ends)
        self.plant(*rows, place, occupancy, Occupant(occupancy_id=occupancy.id, person_id=body.person_id))
        return body

    def agent(self, name: str = "Nadja Frei", *permissions: str, language: str | None = None) -> SomeBody:
        """A member of the team with these permissions for the whole company."""
        body, rows = self._account(name, language=language)
        agent = Agent(id=new_id(), person_id=body.person_id)
        self.plant(*rows, agent, *([given(agent.id, permissions)] if permissions else []))
        return body

    def account(self, name: str, *, language: str | None = None) -> SomeBody:
        """Somebody with an account, who neither lives nor works here."""
        body, rows = self._account(name, language=language)
        self.plant(*rows)
        return body

    def house(self, name: str = "Seestrasse") -> tuple[UUID, UUID]:
        """One more property with one building; their ids."""
        home, building = property_with_building(self.id, name)
        self.plant(home, building)
        return home.id, building.id

    def token(self, *scopes: str, expires: timedelta = timedelta(days=1), by: SomeBody | None = None) -> str:
        """An API token with these scopes; `by` is who has issued it, where that matters."""
        secret = f"qrt_{new_token()}"
        row = ApiToken(name="test", token_hash=hash_token(secret), scopes=list(scopes), created_by="test")
        row.expires_at = datetime.now(UTC) + expires
        row.agent_id = by.agent_id if by else None
        self.plant(row)
        return secret

    def work(self) -> None:
        """Let a real worker do every job that is due, of any company, and return when there is none left."""
        work_off(self.platform)

    def visitor(self) -> Browser:
        """A browser with nobody signed in."""
        return Browser(self.platform, self.host)

    def _account(self, name: str, *, language: str | None, person: Person | None = None) -> tuple[SomeBody, list[Any]]:
        """The body, and what is to be planted for it: everything in one transaction takes half of the time."""
        number = next(numbers)
        email = f"{name.split(maxsplit=1)[0].lower()}-{number}@{self.slug}.example"
        rows: list[Any] = [] if person else [named(name, email=email, language=language)]
        known = person or rows[0]
        account = Account(id=new_id(), person_id=known.id, email=email, email_key=email, password_hash=password_hash())
        return SomeBody(self, known.id, account.id, email, name), [*rows, account]


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
        """More rights: `property_id=`, `building_id=` or `unit_id=` says where, `starts=` and `ends=` when. Given twice
        they are there once."""
        with suppress(IntegrityError):
            self.company.plant(given(self.agent_id, permissions, **where))
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


def password_hash() -> str:
    """The hash of PASSWORD, made once: argon2 is slow on purpose."""
    if not _password_hash:
        _password_hash.append(hash_password(PASSWORD))
    return _password_hash[0]


def named(name: str, *, email: str | None = None, language: str | None = None) -> Person:
    """A person who is called so; of one word it is the family name."""
    given_name, _space, family = name.partition(" ")
    return Person(
        id=new_id(), given_name=given_name, family_name=family or given_name, email=email, language=language
    )  # fmt: skip


def given(agent_id: UUID, permissions: Iterable[str], **where: Any) -> AgentGrant:
    """A right, given by a colleague."""
    return AgentGrant(agent_id=agent_id, permissions=list(permissions), given_by="Regula Steiner", **where)


def sell(db: Session, company_id: UUID, modules: Iterable[str]) -> None:
    """One contract with these modules, all of them switched on everywhere."""
    contract = Contract(
        company_id=company_id, id=new_id(), number=f"T-{next(numbers)}", timezone="Europe/Zurich", starts=LONG_AGO
    )  # fmt: skip
    db.add(contract)
    db.flush()
    each = [{"company_id": company_id, "module": module} for module in modules]
    db.execute(insert(ContractLine), [{**one, "contract_id": contract.id, "starts": LONG_AGO} for one in each])
    db.execute(insert(ModuleSwitch), [{**one, "is_on": True, "everywhere": True} for one in each])


def property_with_building(company_id: UUID, name: str) -> tuple[Property, Building]:
    """A small estate."""
    home = Property(company_id=company_id, id=new_id(), name=name, timezone="Europe/Zurich")
    building = Building(
        company_id=company_id, id=new_id(), property_id=home.id, name=name, street=name, house_number="14",
        postal_code="8057", city="Zürich", country="CH",
    )  # fmt: skip
    return home, building
