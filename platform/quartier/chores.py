"""The core's own jobs and housekeeping, in one list; the plugins' are registered by their hook."""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from quartier.accounts import jobs as accounts_jobs
from quartier.contracts import jobs as contracts_jobs
from quartier.erp import jobs as erp_jobs
from quartier.files.services import sweep as sweep_files
from quartier.imports import jobs as imports_jobs
from quartier.jobs.definition import Chore, House, Job
from quartier.webhooks import jobs as webhooks_jobs

log = structlog.get_logger(__name__)


def _abandoned_files(house: House, db: Session) -> None:
    log.info("files_swept", dropped=sweep_files(db, house.storage))


JOBS: list[Job] = [*erp_jobs.JOBS, *imports_jobs.JOBS, *webhooks_jobs.JOBS]
CHORES = [
    *accounts_jobs.CHORES,
    *contracts_jobs.CHORES,
    *webhooks_jobs.CHORES,
    Chore("files.sweep", _abandoned_files, every="23 2 * * *"),
]
