"""One job, done: the company bound, the gates asked, the voice found, and all of it committed or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from structlog.contextvars import bound_contextvars

from quartier.i18n import texts
from quartier.i18n.voice import Voice
from quartier.jobs.definition import House, Job, Later, Work
from quartier.jobs.queue import begin, defer
from quartier.jobs.registry import Registry
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot

log = structlog.get_logger(__name__)

PAUSE = timedelta(minutes=30)
"""How long a job waits before it asks again whether its module, or its company, is back."""

Arguments = Mapping[str, Any]


class Runner:
    """Does jobs for one process. Threads share it; each run has a session of its own."""

    def __init__(self, house: House, known: Registry) -> None:
        self.house, self.known = house, known

    def __call__(self, job: Job, company_id: UUID, arguments: Arguments, attempt: int) -> None:
        """Do a job, or decide that it is not to be done now. Raises what the job raised, when it may be tried again."""
        company = self.house.snapshots(company_id)
        if company is None:
            log.info("job_dropped", job=job.name, company=str(company_id), why="no such company")
            return
        with self._working(job, company, attempt) as work:
            if (why := self._shut(job, company)) is None:
                self._do(job, work, arguments)
            elif job.when_off == "drop" and company.status != "suspended":
                log.info("job_dropped", why=why)
            else:
                self._again(job, work, arguments, Later(PAUSE).at)

    def give_up(self, job: Job, company_id: UUID, arguments: Arguments, attempt: int) -> None:
        """Tell a job that it will not be tried again; a failure of that is logged and ends here."""
        company = self.house.snapshots(company_id)
        if company is None:
            return
        with self._working(job, company, attempt) as work:
            self._tell(job, work, arguments)

    def _shut(self, job: Job, company: Snapshot) -> str | None:
        module = self.known.modules.get(job.name)
        if company.status == "suspended":
            return "the company is suspended"
        if module is not None and company.only_reads(module):
            return "the module can only be read"
        return None if module is None or company.has(module) else "the module is off"

    def _do(self, job: Job, work: Work, arguments: Arguments) -> None:
        begin(work.db)
        try:
            job.run(work, **arguments)
            work.db.commit()
        except Later as later:
            self._again(job, work, arguments, later.at)
        except Exception:
            work.db.rollback()
            log.exception("job_failed")
            if work.attempt >= job.attempts:
                self._tell(job, work, arguments)
            raise

    def _again(self, job: Job, work: Work, arguments: Arguments, at: datetime) -> None:
        """A new job in the place of this one, in the same transaction as what this one has done."""
        defer(work.db, job.name, at=at, **arguments)
        work.db.commit()

    def _tell(self, job: Job, work: Work, arguments: Arguments) -> None:
        log.error("job_given_up")
        if job.gave_up is None:
            return
        begin(work.db)
        try:
            job.gave_up(work, **arguments)
            work.db.commit()
        except Exception:
            log.exception("job_gave_up_failed")
            work.db.rollback()

    @contextmanager
    def _working(self, job: Job, company: Snapshot, attempt: int) -> Iterator[Work]:
        db = CompanySession(self.house.engine, company.id)
        voice = Voice(company.default_language, company.tone, company.country)  # type: ignore[arg-type]
        texts.bind(voice)
        try:
            with bound_contextvars(job=job.name, company=company.slug, attempt=attempt):
                yield Work(company, db, voice, self.house, attempt)
        finally:
            db.close()
            texts.bind(Voice("en"))  # threads are reused: nothing speaks for a company after its job
