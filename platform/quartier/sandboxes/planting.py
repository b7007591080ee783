"""Making a sandbox: the company at once, then part after part until the form's time is up; a worker does the rest."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.accounts.models import Account
from quartier.companies.ascode.description import TEAM
from quartier.companies.ascode.planting import plant, rest
from quartier.companies.branding import current_brand
from quartier.companies.facts import CompanyFacts
from quartier.contracts.beginnings import begin_modules
from quartier.contracts.events import record
from quartier.db.base import new_id
from quartier.jobs.definition import House, Job, Work
from quartier.jobs.queue import defer_for
from quartier.people.models import Person
from quartier.sandboxes import samples
from quartier.sandboxes.making import Look, Wish, compose, parts, places
from quartier.sandboxes.models import Sandbox
from quartier.sandboxes.people import SIGN_IN
from quartier.sandboxes.segments import place_for, segments
from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession

log = structlog.get_logger(__name__)

LASTS: Final = timedelta(days=30)
PATIENCE: Final = 5.0
"""Seconds in which the form plants what it can; what is not begun by then waits for a worker, and is seen to come."""
PLANT: Final = "sandboxes.plant"


@dataclass(frozen=True)
class Sales:
    """Who made a sandbox, and who looks after it."""

    name: str
    owner_id: UUID


def make(db: Session, house: House, wish: Wish, by: Sales, *, patience: float = PATIENCE) -> Company:
    """A portal that can be shown. Commits on the way, for modules plant in sessions of their own.

    Raises CompanyError for a subdomain that is taken, and FactsError for a logo that cannot be used: nothing is there
    then. A module that fails is tried again by the worker.
    """
    until = monotonic() + patience
    with TemporaryDirectory() as name:
        facts = compose(wish, house.plugins, Path(name))
        planting = plant(db, house.storage, facts)
        rest(planting)
        company = planting.company
        company.manager_id = by.owner_id
        company.demo_ends = datetime.combine(wish.ends, time(), ZoneInfo(facts.timezone))
        sandbox = Sandbox(
            company_id=company.id, id=new_id(), segment=wish.segment.slug, made_by=by.name,
            steps=parts(wish.segment, house.plugins), planted=[],
        )  # fmt: skip
        db.add(sandbox)
        _open_doors(db, sandbox, facts)
        what = {"segment": wish.segment.slug, "ends": wish.ends.isoformat()}
        record(db, company.id, kind="sandbox.made", subject=company.slug, actor=by.name, after=what)
        db.commit()
        begin_modules(house.engine, house.plugins, company.id, actor=by.name, but=sandbox.steps)
        for step in sandbox.steps:
            if monotonic() > until or not plant_part(house, company.id, step, Path(name)):
                break
            sandbox.planted = [*sandbox.planted, step]
    samples.mark(db, company.id, samples.rows_of(db, company.id))
    if sandbox.planted != sandbox.steps:
        defer_for(db, company.id, PLANT)
    db.commit()
    return company


def plant_part(house: House, company_id: UUID, module: str, folder: Path) -> bool:
    """Let one module read its folder; False when it could not, which is logged and counted."""
    before = house.plugins.failures[module, "plant_files"]
    with closing(CompanySession(house.engine, company_id)) as db:
        asked = {"db": db, "folder": folder / module, "actor": "Quartier", "storage": house.storage}
        for _answer in house.plugins.call("plant_files", on=[module], **asked):
            pass  # planting is all there is to it
        if house.plugins.failures[module, "plant_files"] > before:
            return False
        db.commit()
    return True


def plant_rest(work: Work) -> None:
    """What the form had no time for. A part that is there already is not planted twice."""
    house = work.house
    with Session(house.platform, expire_on_commit=False) as db:
        sandbox = db.scalars(select(Sandbox).filter_by(company_id=work.company.id).with_for_update()).first()
        if sandbox is None:
            return
        with TemporaryDirectory() as name:
            compose(_again(db, sandbox), house.plugins, Path(name))
            for step in [one for one in sandbox.steps if one not in sandbox.planted]:
                _plant_and_mark(db, house, sandbox, step, Path(name))


def _plant_and_mark(db: Session, house: House, sandbox: Sandbox, step: str, folder: Path) -> None:
    """What appears in the module's tables meanwhile is taken for a sample: nobody writes where nothing is yet."""
    own = {name for name in samples.company_tables() if name.startswith(f"{step}_")} | {"attachment", "stored_file"}
    before = samples.rows_of(db, sandbox.company_id, own)
    if not plant_part(house, sandbox.company_id, step, folder):
        raise RuntimeError(f"the module {step} could not be planted; the log says why")
    samples.mark(db, sandbox.company_id, samples.new_since(before, samples.rows_of(db, sandbox.company_id, own)))
    sandbox.planted = [*sandbox.planted, step]
    db.commit()


def _again(db: Session, sandbox: Sandbox) -> Wish:
    """The wish once more, as far as contents need it: the look is there already."""
    company = db.get_one(Company, sandbox.company_id)
    brand: Any = current_brand(db, company.id)
    look = Look(brand.colour, brand.second, brand.theme)
    made = sandbox.created_at.astimezone(ZoneInfo(company.timezone)).date()
    return Wish(
        company.slug, company.name, "", segments()[sandbox.segment], company.country, tuple(company.languages), look,
        made, made + LASTS,
    )  # fmt: skip


def _open_doors(db: Session, sandbox: Sandbox, facts: CompanyFacts) -> None:
    """Whom the link opens: the first resident who has an account and lives in a home, and the first of the team."""
    query = select(Account.id, Person.external_id, Person.company_name).join(
        Person, (Person.company_id == Account.company_id) & (Person.id == Account.person_id)
    )
    found = {row.external_id: row for row in db.execute(query.where(Account.company_id == sandbox.company_id))}
    homes = [row.id for number in range(1, 2 * SIGN_IN) if (row := found.get(f"R{number}")) and not row.company_name]
    firms = [row.id for number in range(1, 2 * SIGN_IN) if (row := found.get(f"R{number}"))]
    sandbox.resident_id = next(iter(homes or firms), None)
    team = f"{TEAM}{facts.team[0]['email']}"
    sandbox.manager_id = found[team].id


def today_in(country: str, language: str) -> datetime:
    """The moment on the clock of a place, before there is a company."""
    return datetime.now(UTC).astimezone(ZoneInfo(place_for(places().values(), country, language).words["timezone"]))


JOBS = [Job(PLANT, plant_rest)]
