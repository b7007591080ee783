"""A sandbox goes, with everything that it has: rows, files, jobs. A real company cannot go this way.

The database takes all rows of a company along with it. What lies elsewhere is dropped by hand: bytes, once the rows are
certainly gone, and what waits in the queue of jobs, which knows companies only by name.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from quartier.files.models import StoredFile
from quartier.files.storage import Storage, StorageDown
from quartier.sandboxes.models import Sandbox
from quartier.sandboxes.queries import OpenQuote, open_quote
from quartier.tenancy.models import Company

log = structlog.get_logger(__name__)

JOBS = text("DELETE FROM procrastinate_jobs WHERE args ->> 'company' = :company AND status <> 'doing'")


class NoSandbox(LookupError):
    """There is no sandbox: never was, is gone, or is a real company by now or soon."""


class Offered(NoSandbox):
    """Its company can still say yes to a quote."""

    def __init__(self, quote: OpenQuote) -> None:
        super().__init__(quote.number)
        self.quote = quote


def remove(db: Session, storage: Storage, company_id: UUID, *, over: datetime | None = None) -> str:
    """Remove a sandbox, and commit; its name. Raises NoSandbox, also for one that is not `over` by then.

    The row is locked first: while it becomes a real company it cannot go, and once it is one it is not found.
    """
    found = select(Company).join(Sandbox, Sandbox.company_id == Company.id).where(Company.id == company_id)
    is_over = Company.demo_ends <= over if over is not None else Company.demo_ends.is_not(None)
    company = db.scalars(found.where(is_over, Sandbox.becomes_at.is_(None)).with_for_update()).first()
    if company is None:
        raise NoSandbox
    if quote := open_quote(db, company_id):
        raise Offered(quote)
    name, keys = company.name, [one.key for one in db.scalars(select(StoredFile).filter_by(company_id=company_id))]
    db.execute(JOBS, {"company": str(company_id)})
    db.execute(delete(Company).where(Company.id == company_id))
    db.commit()
    for key in keys:
        _drop(storage, key)
    log.info("sandbox_removed", company=str(company_id), files=len(keys))
    return name


def _drop(storage: Storage, key: str) -> None:
    """Bytes that cannot be reached now are swept in the night, for no row knows them any more."""
    try:
        storage.delete(key)
    except StorageDown as error:
        log.warning("sandbox_file_left", key=key, error=str(error))
