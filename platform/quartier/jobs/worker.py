"""The process that does jobs. The queue is procrastinate's; docs/decisions/0006-jobs.md says why and how."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import uniform
from typing import Any
from uuid import UUID

import procrastinate
import structlog
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job as QueuedJob
from procrastinate.worker import Worker
from psycopg_pool import PoolTimeout
from sqlalchemy import select
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session

from quartier.jobs.definition import Chore, Job
from quartier.jobs.queue import defer_for
from quartier.jobs.runner import Runner
from quartier.jobs.stalled import sweep
from quartier.tenancy.models import Company

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 10.0, 3600.0  # seconds; each pause is three times the one before
RECONNECT = 1.0
KEPT = 30 * 24  # hours that a failed job can be looked at, and tried again, in the console
TICK = "quartier.every"


def pause_after(attempt: int) -> timedelta:
    """How long to wait after the attempt, which counts from 1; a little by chance, so that not all come at once."""
    return timedelta(seconds=min(FIRST_PAUSE * 3 ** min(attempt - 1, 10), LONGEST_PAUSE) * uniform(0.9, 1.1))  # noqa: S311 - no secret


class Patience(procrastinate.BaseRetryStrategy):
    """Tries a job as often as the job says."""

    def __init__(self, attempts: int) -> None:
        self._attempts = attempts

    def get_retry_decision(self, *, exception: BaseException, job: QueuedJob) -> procrastinate.RetryDecision | None:
        """`job.attempts` are those before this one."""
        if job.attempts + 1 >= self._attempts or not isinstance(exception, Exception):
            return None
        return procrastinate.RetryDecision(retry_at=datetime.now(UTC) + pause_after(job.attempts + 1))


def queue_app(runner: Runner, url: URL, *, clock: bool = True) -> procrastinate.App:
    """The queue with all jobs that are known. `clock=False` leaves out what is due by time."""
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4))
    for job in runner.known.jobs.values():
        app.task(name=job.name, pass_context=True, retry=Patience(job.attempts))(_doing(runner, job))
    chores = {chore: app.task(name=chore.name)(_keeping(runner, chore)) for chore in runner.known.chores}
    if clock:
        for chore, task in chores.items():
            app.periodic(cron=chore.every)(task)
        _wind_up(app, runner)
    return app


async def serve(app: procrastinate.App, told: asyncio.Event, *, threads: int, wait: bool = True) -> None:
    """Work until told to stop, then finish what has begun; with `wait=False`, until nothing is due."""
    async with app.open_async():
        worker = Worker(
            app,
            concurrency=threads,
            wait=wait,
            delete_jobs="successful",
            install_signal_handlers=False,
            listen_notify=wait,
        )
        working, ending = asyncio.create_task(_run(worker)), asyncio.create_task(told.wait())
        await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        worker.stop()  # type: ignore[no-untyped-call]
        await working


async def _run(worker: Worker) -> None:
    await worker.run()  # type: ignore[no-untyped-call]


def run(make: Callable[[], procrastinate.App], *, threads: int) -> None:
    """Serve until SIGTERM or SIGINT. A database that went away is waited for, not died of."""
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # what becomes of a job is ours to tell
    asyncio.run(_until_told(make, threads))


async def _until_told(make: Callable[[], procrastinate.App], threads: int) -> None:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    log.info("worker_started", threads=threads)
    while not told.is_set():
        try:
            await serve(make(), told, threads=threads)
        except (ConnectorException, PoolTimeout) as error:
            log.warning("worker_lost_its_database", error=str(error))
        if not told.is_set():
            await asyncio.sleep(RECONNECT)
    log.info("worker_stopped")


def _doing(runner: Runner, job: Job) -> Callable[..., None]:
    def do(context: procrastinate.JobContext, *, company: str, arguments: dict[str, Any]) -> None:
        runner(job, UUID(company), arguments, context.job.attempts + 1)

    return do


def _wind_up(app: procrastinate.App, runner: Runner) -> None:
    """Register what is due by time. The database lets one worker queue each; all of them may try."""
    for job in runner.known.jobs.values():
        if job.every is not None:
            app.periodic(cron=job.every)(app.task(name=f"{TICK}:{job.name}")(_every(runner, job)))
    app.periodic(cron="* * * * *")(app.task(name="quartier.stalled")(_sweeping(app, runner)))
    app.periodic(cron="41 3 * * *")(app.task(name="quartier.purge")(_purging(app)))


def _keeping(runner: Runner, chore: Chore) -> Callable[..., None]:
    def keep(timestamp: int) -> None:
        with Session(runner.house.platform) as db:
            chore.run(runner.house, db)
            db.commit()
        log.info("chore_done", chore=chore.name, due=timestamp)

    return keep


def _every(runner: Runner, job: Job) -> Callable[..., None]:
    def queue(timestamp: int) -> None:
        """For each company; whether its module is on is asked when the job is done."""
        with Session(runner.house.platform) as db:
            for company_id in db.scalars(select(Company.id).where(Company.status == "active")).all():
                defer_for(db, company_id, job.name, once="every")
            db.commit()
        log.info("jobs_due", job=job.name, due=timestamp)

    return queue


def _sweeping(app: procrastinate.App, runner: Runner) -> Callable[..., Any]:
    async def sweep_stalled(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are told their time
        await sweep(app.job_manager, runner)

    return sweep_stalled


def _purging(app: procrastinate.App) -> Callable[..., Any]:
    async def purge(timestamp: int) -> None:  # noqa: ARG001 - as above
        await app.job_manager.delete_old_jobs(KEPT, include_failed=True, include_cancelled=True, include_aborted=True)

    return purge
