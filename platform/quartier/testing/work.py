"""Jobs in tests are done by a real worker, when the test asks for it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.engine import make_url

from quartier import chores
from quartier.app import Platform, house_of
from quartier.jobs.definition import Job
from quartier.jobs.registry import registry
from quartier.jobs.runner import Runner
from quartier.jobs.worker import queue_app, serve

DUE = text("SELECT id FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()")


def work_off(platform: Platform, *more: Job) -> None:
    """Let a real worker do every job that is due; `more` are jobs that no plugin brings.

    A worker that is not to wait goes when it finds nothing to do, though what another thread still does may put more
    into the queue. So another one looks, until there is nothing, or only what nobody may begin.
    """
    shell = platform.shell
    known = registry(shell.plugins, [*chores.JOBS, *more], chores.CHORES)
    url = make_url(str(shell.config.database_platform_url))
    left, before = _due(platform), None
    while left != before:
        app = queue_app(Runner(house_of(shell), known), url, clock=False)
        asyncio.run(serve(app, asyncio.Event(), threads=2, wait=False))
        left, before = _due(platform), left


def _due(platform: Platform) -> set[int]:
    with platform.shell.platform.begin() as connection:
        return set(connection.scalars(DUE))


def leave_no_work(platform: Platform, company_ids: Iterable[UUID]) -> None:
    """Take the companies of a test out of service: the next worker would do their jobs before those it is asked for.

    Their rows stay, for deleting them takes a hundred times as long.
    """
    with platform.shell.platform.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))
        ended = {"ids": list(company_ids)}
        connection.execute(text("UPDATE company SET status = 'suspended' WHERE id = ANY(:ids)"), ended)
