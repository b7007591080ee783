"""The demo's people: who can sign in, who is invited, who is away.

Their password is in the open, so they exist nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.accounts.models import Agent, Operator
from quartier.accounts.passwords import hash_password
from quartier.app import create_workshop
from quartier.companies.facts import CompanyFacts, read_facts, rows_of
from quartier.companies.services import company_by_slug
from quartier.config import Config
from quartier.customers.services import count_health
from quartier.db import engines
from quartier.db.base import new_id
from quartier.i18n.localized import LocalizedText
from quartier.invitations import acts
from quartier.invitations.models import Invitation
from quartier.invitations.queries import written_code
from quartier.invitations.reaching import reach
from quartier.invitations.services import Inviter
from quartier.jobs.definition import House
from quartier.people.models import Person
from quartier.people.stages import ResidentFilters, residents
from quartier.profile.models import Absence
from quartier.profile.queries import team
from quartier.profile.services import add_absence
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot
from quartier.usage.services import count_days

DEMO_PASSWORD = "quartier-demo"  # noqa: S105 - meant to be read
INVITED = 40
AWAY = {
    "brunnenhof": ("chantal.rochat@brunnenhof.example", "nadja.frei@brunnenhof.example"),
    "nordlicht": ("mehmet.yildiz@nordlicht.example", "karsten.thode@elbe-hausmeister.example"),
    "regie-du-lac": ("valbona.krasniqi@regie-du-lac.example", "antonio.ferreira@regie-du-lac.example"),
}
"""Who is away these days, and who stands in."""
AWAY_NOTE = {
    "de": "Auch per E-Mail nicht erreichbar.",
    "en": "Not reading e-mail either.",
    "fr": "Injoignable, aussi par e-mail.",
}
AGENTS = select(Agent.id, Person.email).join(
    Person, (Person.company_id == Agent.company_id) & (Person.id == Agent.person_id)
)
OPERATORS = (
    ("mara.lindt@quartier.example", "Mara Lindt", "sales"),
    ("ida.sommer@quartier.example", "Ida Sommer", "support"),
    ("luc.favre@quartier.example", "Luc Favre", "finance"),
    ("ivo.baum@quartier.example", "Ivo Baum", "admin"),
)


def plant_operators(urls: engines.Urls) -> None:
    """Sales, support, finance and an administrator for the console."""
    engine = engines.engine(urls.platform, size=1)
    with Session(engine) as db:
        known = set(db.scalars(select(Operator.email_key)))
        for email, name, role in OPERATORS:
            if email not in known:
                hashed = hash_password(DEMO_PASSWORD)
                db.add(Operator(email=email, email_key=email, name=name, role=role, password_hash=hashed))
        db.commit()
    engine.dispose()


@dataclass(frozen=True)
class Doors:
    """Ways into one company: sign-ins of residents, and a code that nobody has used yet."""

    residents: tuple[str, ...] = ()
    code: str = ""


def bring_to_life(config: Config, folders: Iterable[Path]) -> dict[str, Doors]:
    """Let happen in each company what no file can say: somebody of its team is away, and some of its people are
    invited, by mail and by letter, unless it has been done before. By slug, how one gets in."""
    workshop = create_workshop(config)
    try:
        return {one.slug: _alive(workshop.house, one) for one in map(read_facts, folders)}
    finally:
        workshop.close()


def _alive(house: House, facts: CompanyFacts) -> Doors:
    with Session(house.platform) as platform:
        found = company_by_slug(platform, facts.slug)
    company = house.snapshots(found.id) if found else None
    if company is None:
        return Doors()
    today = datetime.now(company.zone).date()
    with CompanySession(house.engine, company.id) as db:
        _away(db, facts.slug, today)
        code = _invited(db, _inviter(house, company, facts), today)
        count_days(db, house.plugins, company.modules, today=today, zone=company.zone)
        count_health(db, today=today)
        db.commit()
        return Doors(_residents(db, facts), code)


def _away(db: CompanySession, slug: str, today: date) -> None:
    agents = {email: agent for agent, email in db.execute(AGENTS)}
    who, deputy = (agents.get(email) for email in AWAY.get(slug, ("", "")))
    if who and deputy and db.scalars(select(Absence.id)).first() is None:
        days = {"starts": today - timedelta(days=3), "ends": today + timedelta(days=12)}
        add_absence(db, who, **days, deputy_id=deputy, note=LocalizedText(AWAY_NOTE), team=team(db))


def _inviter(house: House, company: Snapshot, facts: CompanyFacts) -> Inviter:
    first = facts.team[0]
    return acts.inviter_of(house.config, company, f"{first['given_name']} {first['family_name']}")


def _invited(db: CompanySession, inviter: Inviter, today: date) -> str:
    """The code of somebody who has not used it, "" for none."""
    if db.scalars(select(Invitation.id)).first() is None:
        rows = residents(db, ResidentFilters(stage="addressable"), within=(), today=today, limit=INVITED)
        some = reach(rows, kind="invitation", way="auto")
        acts.do(db, some, kind="invitation", actor=inviter, event=new_id())
    first = db.scalars(
        select(Invitation).filter_by(accepted_at=None, withdrawn_at=None).order_by(Invitation.id)
    ).first()
    return (written_code(inviter.key, first) if first else None) or ""


def _residents(db: CompanySession, facts: CompanyFacts) -> tuple[str, ...]:
    """The first two of those whom the folder gives an account."""
    names = [row["person"] for row in rows_of(facts.folder, "accounts")][:2]
    emails = {
        person.external_id: person.email for person in db.scalars(select(Person).where(Person.external_id.in_(names)))
    }
    return tuple(email for name in names if (email := emails.get(name)))


def sign_ins(config: Config, folders: Iterable[Path], doors: Mapping[str, Doors]) -> str:
    """Addresses, people and codes to register with, as printed by `make demo`."""
    lines = ["", f"Password of everybody: {DEMO_PASSWORD}", ""]
    lines.append(f"Console       {config.origin(config.console_host)}")
    lines += [*(f"  {role:<10}  {email}" for email, _name, role in OPERATORS), ""]
    for folder in folders:
        facts, ways = read_facts(folder), doors.get(folder.name, Doors())
        lines.append(f"{facts.name}   {config.origin(f'{facts.slug}.{config.platform_domain}')}")
        lines += [
            f"  {role:<10}  {email}"
            for role, email in [*_staff(facts), *(("resident", email) for email in ways.residents)]
        ]
        lines += [f"  {'new at':<10}  /join with the code {ways.code}"] if ways.code else []
        lines.append("")
    return "\n".join(lines)


def _staff(facts: CompanyFacts) -> list[tuple[str, str]]:
    leads = [
        member
        for member in facts.team
        if any("estate.import" in one["permissions"] for one in member.get("grants", ()))
    ]
    return [("Cockpit", email) for email in dict.fromkeys(member["email"] for member in (*leads[:1], *facts.team[:1]))]
