"""The queue of jobs as operators see it: who works, what waits, what failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, abort
from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.companies.outbox import PLATFORM
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.web.flash import back_to
from quartier.web.gate import SUPPORT
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.visit import ConsoleVisit

SHOWN = 100
COUNTS = """
    SELECT (SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '30 seconds') AS workers,
        count(*) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())) AS due,
        count(*) FILTER (WHERE status = 'todo' AND scheduled_at > now()) AS later,
        count(*) FILTER (WHERE status = 'doing') AS doing,
        count(*) FILTER (WHERE status = 'failed') AS failed
    FROM procrastinate_jobs
"""
FAILED = """
    SELECT j.id, j.task_name AS name, j.attempts, j.args -> 'arguments' AS arguments, c.id AS company_id,
        c.name AS company,
        (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'failed') AS failed_at
    FROM procrastinate_jobs j LEFT JOIN company c ON c.id = (j.args ->> 'company')::uuid
    WHERE j.status = 'failed' ORDER BY j.id DESC LIMIT :shown
"""
AGAIN = """
    SELECT procrastinate_retry_job_v2(id, now(), NULL, NULL, NULL)
    FROM (SELECT id FROM procrastinate_jobs WHERE id = :job AND status = 'failed' FOR UPDATE) failed
"""
DROP = "DELETE FROM procrastinate_jobs WHERE id = :job AND status = 'failed' RETURNING id"

console = Pages(
    "queue",
    __name__,
    area="console",
    entries=(Entry("/jobs", icon="clock", label=_l("Jobs"), needs=SUPPORT, group=PLATFORM, order=55),),
)


@dataclass(frozen=True)
class Failed:
    """A job that was given up. Its arguments are ids and plain values."""

    id: int
    name: str
    attempts: int
    arguments: dict[str, Any] | None
    company_id: Any
    company: str | None
    failed_at: datetime | None


@console.page("/jobs", needs=SUPPORT)
def jobs(visit: ConsoleVisit) -> str:
    """Failed jobs, the newest first, and how many of the others there are."""
    counts = visit.db.execute(text(COUNTS)).one()
    failed = [Failed(*row) for row in visit.db.execute(text(FAILED), {"shown": SHOWN})]
    return render("companies/jobs.html", counts=counts, failed=failed, zone=ZoneInfo("UTC"))


@console.action("/jobs/<int:job_id>/again", needs=SUPPORT)
def again(visit: ConsoleVisit, job_id: int) -> Response:
    """Put a failed job back, to be done now; it gets one attempt more."""
    _one(visit.db, AGAIN, job_id)
    return back_to("/jobs", _("The job is in the queue again."))


@console.action("/jobs/<int:job_id>/drop", needs=SUPPORT)
def drop(visit: ConsoleVisit, job_id: int) -> Response:
    """Forget a failed job."""
    _one(visit.db, DROP, job_id)
    return back_to("/jobs", _("The job is gone."))


def _one(db: Session, statement: str, job_id: int) -> None:
    if db.execute(text(statement), {"job": job_id}).first() is None:
        abort(404)
