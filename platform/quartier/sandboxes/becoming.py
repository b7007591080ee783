"""A demo becomes the real company: its samples go, what people entered stays, and every key to it is worth nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from sqlalchemy import Table, delete, func, select, update
from sqlalchemy.orm import Session

from quartier.accounts.models import Account, Agent
from quartier.companies.services import rename_company
from quartier.contracts import services as contracts
from quartier.contracts.entitlement import LINE, TRIAL
from quartier.contracts.events import record
from quartier.contracts.queries import standings
from quartier.estate.history import acting
from quartier.estate.models import Change
from quartier.jobs.definition import House
from quartier.mail.models import OutboxMail
from quartier.people.models import Person
from quartier.sandboxes import samples, services
from quartier.sandboxes.leaving import PEOPLE, Key, Leaving, labels, leaving, read_rows
from quartier.sandboxes.models import Sandbox, SandboxSample
from quartier.sandboxes.queries import Listed, sandbox_of
from quartier.tenancy.session import CompanySession

KEYS: Final = (
    "account_session", "account_passkey", "passkey_question", "password_reset", "address_change", "api_token",
    "webhook", "webhook_pending", "sign_in_failure", "account_origin", "mail_delivery", "mail_address",
)  # fmt: skip
"""What opens a door, or was written in the time of the demo; nothing of it outlives that."""
BECAME: Final = "sandbox.real"
LONGEST_LIST: Final = 60


class NotNow(LookupError):
    """There is no such demo, or something of it is still being planted."""


@dataclass(frozen=True)
class Choice:
    """What sales decides: changed samples that go as well, colleagues who may go on signing in, another subdomain."""

    unticked: frozenset[Key] = frozenset()
    colleagues: frozenset[UUID] = frozenset()
    slug: str = ""


@dataclass(frozen=True)
class Colleague:
    """Somebody whom the prospect has taken into the team."""

    id: UUID
    name: str
    address: str


@dataclass(frozen=True)
class Plan:
    """What would happen, to be read before it does. `names` are what things are called, by table and id."""

    leaving: Leaving
    names: Mapping[Key, str] = field(default_factory=dict)
    colleagues: tuple[Colleague, ...] = ()
    closing: tuple[str, ...] = ()

    def listed(self, which: str) -> list[Key]:
        """The things of one list (`own`, `changed` or `along`), in an order that stays the same."""
        found = [(table, one) for table, ids in getattr(self.leaving, which).items() for one in ids]
        return sorted(found, key=lambda key: (key[0], self.names.get(key, ""), key[1]))[:LONGEST_LIST]


def plan_of(db: Session, one: Listed, language: str) -> Plan:
    """What becoming real would do now."""
    gone = _leaving(db, one.sandbox, frozenset())
    asked = {
        (table, row) for part in (gone.own, gone.changed, gone.along) for table, ids in part.items() for row in ids
    }
    covered = standings(db, [one.company.id])[one.company.id]
    sold = {span.module for span in covered.spans if span.rank in {LINE, TRIAL}}
    given = {grant.module for grant in services.grants_of(db, one.company)}
    return Plan(
        gone, labels(db, one.company.id, asked, language), tuple(_colleagues(db, one.sandbox)),
        tuple(sorted(given - sold)),
    )  # fmt: skip


def become(house: House, company_id: UUID, choice: Choice, *, by: str) -> None:
    """Make it so, and commit. Raises NotNow, and CompanyError for a subdomain that cannot be had.

    People are taken leave of as the product always does it, module by module, in the company's own session; the rest is
    the platform's. The demo's row is locked through both: two who press the button at once do it once.
    """
    with Session(house.platform, expire_on_commit=False) as db:
        one = sandbox_of(db, company_id, lock=True)
        if one is None or not one.is_whole:
            raise NotNow
        if choice.slug:
            rename_company(db, one.company, choice.slug, actor=by, reason="Demo")
        _say_goodbye(db, house, one.sandbox)
        gone = _leaving(db, one.sandbox, choice.unticked)
        with acting(db, by, "system"):
            _remove(db, company_id, gone)
        _lock_up(db, company_id, choice)
        services.end_grants(db, one.company, on=contracts.local_today(one.company.timezone), by=by)
        db.execute(delete(SandboxSample).filter_by(company_id=company_id))
        db.execute(delete(Sandbox).filter_by(company_id=company_id))
        one.company.demo_ends = None
        one.company.version, one.company.changed_at = one.company.version + 1, func.now()
        counts = {table: len(ids) for table, ids in sorted(gone.gone.items())}
        record(db, company_id, kind=BECAME, subject=one.company.slug, actor=by, after={"removed": sum(counts.values())})
        db.commit()


def _leaving(db: Session, sandbox: Sandbox, unticked: Collection[Key]) -> Leaving:
    accounts = [one for one in (sandbox.resident_id, sandbox.manager_id) if one]
    doors = set(
        db.scalars(select(Account.person_id).where(Account.company_id == sandbox.company_id, Account.id.in_(accounts)))
    )
    marked = samples.marked(db, sandbox.company_id)
    return leaving(read_rows(db, sandbox.company_id), marked, doors, unticked)


def _say_goodbye(db: Session, house: House, sandbox: Sandbox) -> None:
    """What made-up people wrote to neighbours goes with them; what they wrote for the company stays, unsigned."""
    made_up = samples.marked(db, sandbox.company_id).get("account", {})
    asked = select(Account.person_id).where(Account.company_id == sandbox.company_id, Account.id.in_(made_up))
    people = list(db.scalars(asked.order_by(Account.id)))
    with closing(CompanySession(house.engine, sandbox.company_id)) as bound:
        for person_id in people:
            house.plugins.tell("erase_person", bound, person_id=person_id)
        bound.commit()


def _remove(db: Session, company_id: UUID, gone: Leaving) -> None:
    """Children first; what was said about them in the history goes with them."""
    for table in reversed(list(samples.company_tables().values())):
        if ids := gone.gone.get(table.name):
            db.execute(delete(table).where(table.c.company_id == company_id, table.c.id.in_(ids)))
    nouns = {one for ids in gone.gone.values() for one in ids}
    db.execute(delete(Change).where(Change.company_id == company_id, Change.noun_id.in_(nouns)))


def _lock_up(db: Session, company_id: UUID, choice: Choice) -> None:
    """Everybody signs in anew; colleagues whom nobody has ticked are there, and cannot."""
    for table in _tables(KEYS):
        db.execute(delete(table).where(table.c.company_id == company_id))
    db.execute(delete(OutboxMail).where(OutboxMail.company_id == company_id))
    others = update(Agent).where(Agent.company_id == company_id, Agent.deactivated_at.is_(None))
    shut = others.where(Agent.id.not_in(choice.colleagues)).values(deactivated_at=func.now(), deactivated_by="Demo")
    db.execute(shut.execution_options(synchronize_session=False))


def _tables(names: Collection[str]) -> Iterator[Table]:
    known = samples.company_tables()
    yield from (known[name] for name in reversed(list(known)) if name in names)


def _colleagues(db: Session, sandbox: Sandbox) -> Iterator[Colleague]:
    """Own members of the team: nobody of those who were planted."""
    made_up = samples.marked(db, sandbox.company_id).get(PEOPLE, {})
    here = (Person.company_id == Agent.company_id) & (Person.id == Agent.person_id)
    query = select(Agent.id, Person).join(Person, here).where(Agent.company_id == sandbox.company_id)
    for agent_id, person in db.execute(query.order_by(Person.family_name, Agent.id)):
        if person.id not in made_up:
            yield Colleague(agent_id, person.name, person.email or "")
