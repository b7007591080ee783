"""The demo's people: who can sign in, and who is invited. Their password is in the open, so they exist nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator
from quartier.accounts.passwords import hash_password
from quartier.app import create_workshop
from quartier.companies.facts import CompanyFacts, read_facts, rows_of
from quartier.companies.services import company_by_slug
from quartier.config import Config
from quartier.db import engines
from quartier.db.base import new_id
from quartier.invitations import acts
from quartier.invitations.models import Invitation
from quartier.invitations.queries import written_code
from quartier.invitations.reaching import reach
from quartier.jobs.definition import House
from quartier.people.stages import ResidentFilters, residents
from quartier.tenancy.session import CompanySession

DEMO_PASSWORD = "quartier-demo"  # noqa: S105 - meant to be read
INVITED = 40
OPERATORS = (("mara.lindt@quartier.example", "Mara Lindt", "sales"), ("ivo.baum@quartier.example", "Ivo Baum", "admin"))


def plant_operators(urls: engines.Urls) -> None:
    """Sales and an administrator for the console."""
    engine = engines.engine(urls.platform, size=1)
    with Session(engine) as db:
        known = set(db.scalars(select(Operator.email_key)))
        for email, name, role in OPERATORS:
            if email not in known:
                hashed = hash_password(DEMO_PASSWORD)
                db.add(Operator(email=email, email_key=email, name=name, role=role, password_hash=hashed))
        db.commit()
    engine.dispose()


def invite_some(config: Config, folders: Iterable[Path]) -> dict[str, str]:
    """Invite the first of each company's people, by mail and by letter, unless somebody has been; by slug a code of
    theirs that nobody has used yet."""
    workshop = create_workshop(config)
    try:
        facts = [read_facts(folder) for folder in folders]
        return {one.slug: code for one in facts if (code := _invited(workshop.house, one))}
    finally:
        workshop.close()


def _invited(house: House, facts: CompanyFacts) -> str | None:
    with Session(house.platform) as platform:
        found = company_by_slug(platform, facts.slug)
    company = house.snapshots(found.id) if found else None
    if company is None:
        return None
    inviter = acts.inviter_of(house.config, company, facts.team[0]["given_name"] + " " + facts.team[0]["family_name"])
    open_ones = select(Invitation).filter_by(accepted_at=None, withdrawn_at=None).order_by(Invitation.id)
    with CompanySession(house.engine, company.id) as db:
        if db.scalars(select(Invitation.id)).first() is None:
            today = datetime.now(company.zone).date()
            rows = residents(db, ResidentFilters(stage="addressable"), within=(), today=today, limit=INVITED)
            some = reach(rows, kind="invitation", way="auto")
            acts.do(db, some, kind="invitation", actor=inviter, event=new_id())
            db.commit()
        first = db.scalars(open_ones).first()
        return written_code(inviter.key, first) if first else None


def sign_ins(config: Config, folders: Iterable[Path], codes: Mapping[str, str]) -> str:
    """Addresses, people and codes to register with, as printed by `make demo`."""
    lines = ["", f"Password of everybody: {DEMO_PASSWORD}", ""]
    lines.append(f"Console       {config.origin(config.console_host)}")
    lines += [*(f"  {role:<10}  {email}" for email, _name, role in OPERATORS), ""]
    for folder in folders:
        facts = read_facts(folder)
        lines.append(f"{facts.name}   {config.origin(f'{facts.slug}.{config.platform_domain}')}")
        lines += [f"  {role:<10}  {email}" for role, email in _people(facts)]
        lines += [f"  {'new at':<10}  /join with the code {codes[facts.slug]}"] if facts.slug in codes else []
        lines.append("")
    return "\n".join(lines)


def _people(facts: CompanyFacts) -> list[tuple[str, str]]:
    leads = [
        member
        for member in facts.team
        if any("estate.import" in one["permissions"] for one in member.get("grants", ()))
    ]
    staff = [("Cockpit", email) for email in dict.fromkeys(member["email"] for member in (*leads[:1], *facts.team[:1]))]
    residents = [row["email"] for row in rows_of(facts.folder, "people") if row["account"] == "yes" and row["email"]]
    return staff + [("resident", email) for email in residents[:2]]
