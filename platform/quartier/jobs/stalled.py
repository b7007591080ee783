"""Jobs whose worker died under them: nothing in the queue brings them back by itself, so this does, every minute."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog
from procrastinate.jobs import Job as QueuedJob
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from quartier.jobs.runner import Runner

log = structlog.get_logger(__name__)

SILENCE = 30
"""Seconds without a sign after which a worker is taken for dead; it gives one every ten."""


async def sweep(manager: JobManager, runner: Runner) -> None:
    """Queue again what may be done again, and give up what may not, or what has killed too many workers."""
    for stalled in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE):
        job = runner.known.jobs.get(stalled.task_name)
        again = job is None or (job.when_stalled == "retry" and stalled.attempts + 1 < job.attempts)
        log.warning("job_stalled", job=stalled.task_name, queued=stalled.id, again=again)
        if again:
            await manager.retry_job(stalled, retry_at=datetime.now(UTC))
        else:
            await manager.finish_job(stalled, Status.FAILED, delete_job=False)
            await asyncio.to_thread(_give_up, runner, stalled)


def _give_up(runner: Runner, stalled: QueuedJob) -> None:
    arguments: dict[str, Any] = stalled.task_kwargs
    job = runner.known.jobs[stalled.task_name]
    runner.give_up(job, UUID(arguments["company"]), arguments["arguments"], stalled.attempts + 1)
