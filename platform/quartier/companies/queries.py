"""Reading companies for the console."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quartier.accounts.models import Account, Agent
from quartier.catalogue.models import Product
from quartier.estate.models import Building, Property, Unit
from quartier.i18n.texts import gettext as _
from quartier.people.models import Person
from quartier.plugin.manager import Plugins, Problem
from quartier.tenancy.models import Domain


def domains_of(db: Session, company_id: UUID) -> list[Domain]:
    """Where a company answers: its host of today first, then the earlier ones that lead there."""
    query = select(Domain).filter_by(company_id=company_id)
    return list(db.scalars(query.order_by(Domain.kind, Domain.created_at, Domain.host)))


@dataclass(frozen=True)
class Figures:
    """How large a company is."""

    properties: int
    buildings: int
    units: int
    people: int
    accounts: int
    agents: int


def figures(db: Session, company_id: UUID) -> Figures:
    """Counts for the overview, in one statement."""
    tables = (Property, Building, Unit, Person, Account, Agent)
    counts = [select(func.count()).where(table.company_id == company_id).scalar_subquery() for table in tables]
    return Figures(*db.execute(select(*counts)).one())


def problems(db: Session, plugins: Plugins, bought: set[str]) -> list[Problem]:
    """Why a module that this company bought or wants does not serve; one that is not installed included.

    Services and limits are bought as well, and there is nothing to install of them.
    """
    modules = bought - set(db.scalars(select(Product.key).where(Product.kind != "module", Product.key.in_(bought))))
    known = [problem for problem in plugins.problems if problem.plugin in modules]
    missing = sorted(modules - plugins.installed.keys() - {problem.plugin for problem in known})
    return known + [Problem(module, _("This module is not installed.")) for module in missing]
