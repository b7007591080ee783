"""What a company does with its hosts, and what follows from what name servers say."""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from quartier.contracts.events import record
from quartier.db.turns import take_turn
from quartier.domains.lookup import Seen
from quartier.domains.models import OwnDomain
from quartier.jobs.queue import defer
from quartier.tenancy.models import Company, Domain
from quartier.tenancy.session import CompanySession

MOST: Final = 5
PATIENCE: Final = timedelta(hours=72)
"""So long a host serves without its records: name servers are moved, and people are ill."""
CHECK: Final = "domains.check"
SETTLE: Final = "domains.settle"

Change = Literal["serve", "withdraw", "warn"]


class TooMany(Exception):
    """The company has as many hosts as one can have."""


def domains_of(db: CompanySession) -> list[OwnDomain]:
    """The company's own hosts, the oldest first."""
    return list(db.scalars(select(OwnDomain).order_by(OwnDomain.created_at, OwnDomain.id)))


def main_host(db: CompanySession) -> str:
    """The host in links, as the table `domain` names it: a subdomain without the platform's domain."""
    return db.scalars(select(Domain.host).filter_by(company_id=db.company_id, kind="primary")).one()


def add(db: CompanySession, host: str, *, by: str) -> OwnDomain:
    """Say that a host is the company's own; the same one again is the same row. Raises TooMany."""
    known = domains_of(db)
    if (found := next((one for one in known if one.host == host), None)) is not None:
        return found
    if len(known) >= MOST:
        raise TooMany
    row = OwnDomain(host=host, token=token_urlsafe(18), created_by=by)
    db.add(row)
    db.flush()
    ask(db, row)
    return row


def ask(db: CompanySession, row: OwnDomain) -> None:
    """Have name servers asked now."""
    defer(db, CHECK, once=f"domain:{row.id}", urgent=True, domain=str(row.id))


def use_as_main(db: CompanySession, host: str | None, *, actor: str) -> None:
    """Have all links lead to this host from now on, or to the subdomain again."""
    defer(db, SETTLE, alone=f"domains:{db.company_id}", urgent=True, host=host or "", gone="", actor=actor)


def remove(db: CompanySession, row: OwnDomain, *, actor: str) -> None:
    """Forget a host. The portal does not answer there from the next moment on."""
    host = row.host
    db.delete(row)
    db.flush()
    defer(db, SETTLE, alone=f"domains:{db.company_id}", urgent=True, host="", gone=host, actor=actor)


def settle(row: OwnDomain, seen: Seen, now: datetime) -> Change | None:
    """Take over what name servers said, and say what has to follow. Who did not answer changes nothing."""
    row.proof, row.points, row.checked_at = seen.proof, seen.points, now
    if "late" in (seen.proof, seen.points):
        return None
    row.found, row.apex = list(seen.found), seen.apex
    if seen.proof == "there" and seen.points == "here":
        row.missing_since = None
        if row.serves:
            row.state = "serving"
            return None
        return "serve"
    if not row.serves:
        return None
    if row.missing_since is None:
        row.state, row.missing_since = "failing", now
        return "warn"
    if now - row.missing_since < PATIENCE:
        return None
    row.state = "lost"
    return "withdraw"


def serve(platform: Session, company_id: UUID, host: str) -> bool:
    """Answer on a host from now on, by leading to the main address; False when another company has it."""
    _one_after_the_other(platform)
    known = platform.get(Domain, host)
    if known is not None:
        return known.company_id == company_id
    platform.add(Domain(host=host, company_id=company_id, kind="redirect"))
    platform.flush()
    _tell(platform, company_id, "domain.serving", host, "")
    return True


def withdraw(platform: Session, company_id: UUID, host: str, *, actor: str = "") -> None:
    """Answer no more on a host. If it was the main address, the subdomain is that again."""
    _one_after_the_other(platform)
    known = platform.get(Domain, host)
    if known is None or known.company_id != company_id:
        return
    if known.kind == "primary":
        make_main(platform, company_id, None, actor=actor)
    platform.delete(known)
    platform.flush()
    _tell(platform, company_id, "domain.withdrawn", host, actor)


def make_main(platform: Session, company_id: UUID, host: str | None, *, actor: str) -> None:
    """Have one of the company's hosts be the one in links, and all others lead there. None is the subdomain."""
    _one_after_the_other(platform)
    company = platform.get_one(Company, company_id)
    wanted = platform.get(Domain, host or company.slug)
    if wanted is None or wanted.company_id != company_id or wanted.kind == "primary":
        return
    mine = update(Domain).where(Domain.company_id == company_id)
    platform.execute(mine.where(Domain.kind == "primary").values(kind="redirect"))
    platform.execute(mine.where(Domain.host == wanted.host).values(kind="primary"))
    company.version, company.changed_at = Company.version + 1, func.now()
    platform.flush()
    _tell(platform, company_id, "domain.main", wanted.host, actor)


def _one_after_the_other(platform: Session) -> None:
    """Names are given out one by one: two companies that prove a host at the same moment get one answer each."""
    take_turn(platform, "domains")


def _tell(platform: Session, company_id: UUID, kind: str, host: str, actor: str) -> None:
    record(platform, company_id, kind=kind, subject=host, actor=actor, after={"host": host})
