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
from quartier.catalogue.queries import offers
from quartier.companies.facts import CompanyFacts, read_facts, rows_of
from quartier.companies.services import company_by_slug
from quartier.config import Config
from quartier.contracts.models import ContractLine, EntitlementOverride, ModuleTrial
from quartier.contracts.services import By, add_override, change_line
from quartier.contracts.trials import start_trial
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
from quartier.marketplace.models import ProductOrder
from quartier.people.models import Person
from quartier.people.stages import ResidentFilters, residents
from quartier.profile.models import Absence
from quartier.profile.queries import team
from quartier.profile.services import add_absence
from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot
from quartier.usage.services import count_days

DEMO_PASSWORD = "quartier-demo"  # noqa: S105 - meant to be read
SOLD_BY = By("Mara Lindt", "Demo")
ORDERED = "Zwei Schulungen für das neue Team an der Limmat."
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
    with Session(house.platform) as platform:
        _on_the_market(platform, company, today)
        platform.commit()
    with CompanySession(house.engine, company.id) as db:
        _away(db, facts.slug, today)
        code = _invited(db, _inviter(house, company, facts), today)
        count_days(db, house.plugins, company.modules, today=today, zone=company.zone)
        count_health(db, today=today)
        db.commit()
        return Doors(_residents(db, facts), code)


def _on_the_market(db: Session, company: Snapshot, today: date) -> None:
    """What a calendar has to say: something on trial, something in grace, something over, an order that waits."""
    if company.slug == "nordlicht":
        tried = db.scalars(select(ModuleTrial).filter_by(company_id=company.id, module="pinboard")).first()
        begun = tried.starts if tried else today - timedelta(days=8)
        _end_line(db, company, "pinboard", begun)
        if tried is None:
            start_trial(db, db.get_one(Company, company.id), module="pinboard", starts=begun, ends=None, by=SOLD_BY)
    elif company.slug == "regie-du-lac":
        _end_line(db, company, "pinboard", today - timedelta(days=12))
        over = select(EntitlementOverride).filter_by(company_id=company.id, module="kunden_plus")
        if db.scalars(over).first() is None:
            add_override(
                db, company.id, module="kunden_plus", effect="grant", starts=today - timedelta(days=400),
                ends=today - timedelta(days=200), by=SOLD_BY,
            )  # fmt: skip
    elif company.slug == "brunnenhof":
        db.get_one(Company, company.id).manager_id = db.scalar(select(Operator.id).filter_by(name=SOLD_BY.actor))
        _order(db, company, today + timedelta(days=14))


def _end_line(db: Session, company: Snapshot, module: str, ends: date) -> None:
    lines = select(ContractLine).filter_by(company_id=company.id, module=module, ends=None, stage="accepted")
    line = db.scalars(lines).first()
    if line is not None and line.starts < ends:
        change_line(db, line, starts=line.starts, ends=ends, by=SOLD_BY)


def _order(db: Session, company: Snapshot, starts: date) -> None:
    offer = offers(db, ["kunden_plus"]).get("kunden_plus")
    price = offer.version.terms.price("CHF", 1) if offer else None
    if offer is None or price is None or db.scalars(select(ProductOrder).filter_by(company_id=company.id)).first():
        return
    order = ProductOrder(
        company_id=company.id, id=new_id(), product="kunden_plus", version_id=offer.version.id, quantity=1, price=price,
        currency="CHF", period=offer.version.terms.period, starts=starts, asked_by="Nadja Frei", note=ORDERED,
    )  # fmt: skip
    db.add(order)


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
