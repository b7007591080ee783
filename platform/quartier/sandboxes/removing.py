"""A sandbox goes, with everything that it has: rows, files, jobs. A real company cannot go this way.

The database takes all rows of a company along with it. What lies elsewhere is dropped by hand: bytes, once the rows are
certainly gone, and what waits in the queue of jobs, which knows companies only by name.
"""

from __future__ import annotations

from uuid import UUID

import structlog
from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from quartier.files.models import StoredFile
from quartier.files.storage import Storage, StorageDown
from quartier.sandboxes.models import Sandbox
from quartier.tenancy.models import Company

log = structlog.get_logger(__name__)

JOBS = text("DELETE FROM procrastinate_jobs WHERE args ->> 'company' = :company AND status <> 'doing'")


class NoSandbox(LookupError):
    """There is no sandbox: never was, is gone, or is a real company by now or soon."""


def remove(db: Session, storage: Storage, company_id: UUID) -> str:
    """Remove a sandbox, and commit; its name. Raises NoSandbox.

    The row is locked first: while it becomes a real company it cannot go, and once it is one it is not found.
    """
    found = select(Company).join(Sandbox, Sandbox.company_id == Company.id).where(Company.id == company_id)
    company = db.scalars(
        found.where(Company.demo_ends.is_not(None), Sandbox.becomes_at.is_(None)).with_for_update()
    ).first()
    if company is None:
        raise NoSandbox
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
