"""Reading companies for the console."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, or_, select, text, tuple_
from sqlalchemy.orm import Session

from quartier.accounts.models import Account, Agent
from quartier.contracts.queries import needs_of, standings
from quartier.estate.models import Building, Property, Unit
from quartier.i18n.texts import gettext as _
from quartier.people.models import Person
from quartier.plugin.manager import Plugins, Problem
from quartier.tenancy.hosts import full_host
from quartier.tenancy.models import Company, Domain
from quartier.web.shell import Shell

PAGE = 50
PEOPLE = "SELECT company_id, count(*) AS people FROM person WHERE company_id = ANY(:companies) GROUP BY company_id"
ICONS = """
    SELECT DISTINCT ON (company_id) company_id, icon_id FROM brand_version
     WHERE company_id = ANY(:companies) AND withdrawn_at IS NULL AND published_at <= now()
     ORDER BY company_id, published_at DESC, number DESC
"""


@dataclass(frozen=True)
class Listed:
    """A line of the companies' list."""

    company: Company
    host: str
    portal: str
    icon: UUID | None
    modules: tuple[str, ...]
    people: int


@dataclass(frozen=True)
class CompanyList:
    """A page of the list; `more` is the last company shown when others follow it."""

    rows: list[Listed]
    total: int
    more: UUID | None


def companies(
    db: Session,
    shell: Shell,
    language: str,
    *,
    words: str = "",
    status: str = "",
    after: UUID | None = None,
    limit: int = PAGE,
) -> CompanyList:
    """Companies by name, a page at a time; `words` are looked for in names and hosts, earlier hosts included.

    Keyset pages, and people and modules only of the companies shown: the same work with three companies and 5,000.
    """
    place = (func.lower(Company.name), Company.id)
    query = select(Company)
    for word in words.split()[:5]:
        like = f"%{_literal(word)}%"
        hosts = select(Domain.company_id).where(Domain.host.ilike(like))
        query = query.where(or_(Company.name.ilike(like), Company.id.in_(hosts)))
    if status:
        query = query.where(Company.status == status)
    total = db.scalar(select(func.count()).select_from(query.subquery())) or 0
    if after is not None:
        last = select(*place).where(Company.id == after).scalar_subquery()
        query = query.where(tuple_(*place) > last)
    found = list(db.scalars(query.order_by(*place).limit(limit + 1)))
    shown = found[:limit]
    return CompanyList(_listed(db, shell, language, shown), total, shown[-1].id if len(found) > limit else None)


def domains_of(db: Session, company_id: UUID) -> list[Domain]:
    """Where a company answers: its host of today first, then the earlier ones that lead there."""
    query = select(Domain).filter_by(company_id=company_id)
    return list(db.scalars(query.order_by(Domain.kind, Domain.created_at, Domain.host)))


def _listed(db: Session, shell: Shell, language: str, found: list[Company]) -> list[Listed]:
    ids = [company.id for company in found]
    people = {row.company_id: row.people for row in db.execute(text(PEOPLE), {"companies": ids})}
    primary = select(Domain).where(Domain.company_id.in_(ids), Domain.kind == "primary")
    hosts = {domain.company_id: domain.host for domain in db.scalars(primary)}
    icons, modules = _icons(db, ids), _modules(db, shell.plugins, language, ids)
    return [
        Listed(
            company, host := full_host(hosts.get(company.id, company.slug), shell.config.platform_domain),
            shell.url_of(host), icons.get(company.id), modules[company.id], people.get(company.id, 0),
        )
        for company in found
    ]  # fmt: skip


def _icons(db: Session, ids: list[UUID]) -> dict[UUID, UUID | None]:
    return {row.company_id: row.icon_id for row in db.execute(text(ICONS), {"companies": ids})}


def _modules(db: Session, plugins: Plugins, language: str, ids: list[UUID]) -> dict[UUID, tuple[str, ...]]:
    """Names of the modules that work now, per company."""
    needs, now = needs_of(plugins), datetime.now(UTC)
    return {
        company_id: tuple(sorted(plugins.serving[slug].manifest.name[language] for slug in stands.modules(needs, now)))
        for company_id, stands in standings(db, ids).items()
    }


def _literal(word: str) -> str:
    """A word whose % and _ mean themselves."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


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


def problems(plugins: Plugins, modules: set[str]) -> list[Problem]:
    """Why a module that this company bought or wants does not serve; one that is not installed included."""
    known = [problem for problem in plugins.problems if problem.plugin in modules]
    missing = sorted(modules - plugins.installed.keys() - {problem.plugin for problem in known})
    return known + [Problem(module, _("This module is not installed.")) for module in missing]
