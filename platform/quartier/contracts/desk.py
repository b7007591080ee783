"""What stands above every page about one company in the console: who it is, and how large."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound

from quartier.i18n.formats import zone_of_reader
from quartier.tenancy.hosts import full_host
from quartier.tenancy.models import Company, Domain
from quartier.web.shell import Shell

SIZES = """
    SELECT (SELECT count(*) FROM property WHERE company_id = :company) AS properties,
           coalesce((SELECT units FROM prospect WHERE company_id = :company),
                    (SELECT count(*) FROM unit WHERE company_id = :company)) AS units,
           (SELECT icon_id FROM brand_version WHERE company_id = :company AND property_id IS NULL
               AND withdrawn_at IS NULL AND published_at <= now()
             ORDER BY published_at DESC, number DESC LIMIT 1) AS icon
"""


@dataclass(frozen=True)
class Desk:
    """One company as the console's pages see it. `host` is complete, `portal` an address to click.

    Of a prospect, `units` is what they say they have, and `host` is where their portal will be.
    """

    company: Company
    host: str
    portal: str
    properties: int
    units: int
    icon: UUID | None

    @property
    def zone(self) -> ZoneInfo:
        """In which moments are shown: the operator's, or where the company's days begin."""
        return zone_of_reader(ZoneInfo(self.company.timezone))

    @property
    def url(self) -> str:
        """Its overview in the console."""
        return f"/companies/{self.company.id}"


def desk_of(db: Session, shell: Shell, company_id: UUID, *, or_prospect: bool = False) -> Desk:
    """The company's desk. Raises NotFound when there is no such company, and for a prospect that was not asked for."""
    company = db.get(Company, company_id)
    if company is None or (company.status == "prospect" and not or_prospect):
        raise NotFound
    host = host_of(db, shell, company)
    sizes = db.execute(text(SIZES), {"company": company_id}).one()
    return Desk(company, host, shell.url_of(host), sizes.properties, sizes.units, sizes.icon)


def host_of(db: Session, shell: Shell, company: Company) -> str:
    """Where the company's portal is, or will be."""
    label = db.scalar(select(Domain.host).filter_by(company_id=company.id, kind="primary")) or company.slug
    return full_host(label, shell.config.platform_domain)
