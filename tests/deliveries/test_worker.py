"""A worker that is killed in the middle of a mailing: nobody is left out, and nobody who was told is told again."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from quartier.app import Platform
from quartier.jobs.stalled import sweep
from quartier.jobs.worker import queue_app, serve
from quartier.testing import SomeCompany
from tests.deliveries.desk import runner_with, states, write
from tests.mail.server import MailHost, mail_host

WORKER = [sys.executable, "-c", "from quartier.cli import main; main()", "worker", "--threads", "1"]
PEOPLE = [f"p{number}@example.ch" for number in range(30)]


@contextmanager
def worker(platform: Platform, host: MailHost) -> Iterator[subprocess.Popen[str]]:
    config = platform.shell.config
    environment = os.environ | {
        "DATABASE_URL": str(config.database_url),
        "DATABASE_APP_URL": str(config.database_app_url),
        "DATABASE_PLATFORM_URL": str(config.database_platform_url),
        "QUARTIER_VAR": str(config.var),
        "PYTHONPATH": os.pathsep.join(sys.path),
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(host.port),
        "SMTP_SECURITY": "none",
    }
    with subprocess.Popen(WORKER, env=environment, stderr=subprocess.DEVNULL, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


async def go_on(platform: Platform, host: MailHost) -> None:
    """What the next worker does: bring back the dead one's job, and do it."""
    runner = runner_with(platform, host)
    app = queue_app(runner, make_url(str(platform.shell.config.database_platform_url)), clock=False)
    async with app.open_async():
        await sweep(app.job_manager, runner)
    await serve(app, asyncio.Event(), threads=2, wait=False)


@pytest.mark.parametrize(("before_the_answer", "copies"), [(True, 1), (False, 2)])
def test_a_worker_is_killed_in_the_middle_of_a_mailing(
    brunnenhof: SomeCompany, before_the_answer: bool, copies: int
) -> None:
    """Before the server has said yes nothing is sent twice. Between its yes and our note of it, one mail is.

    It has the same Message-ID both times, by which mail programs know it for the same.
    """
    platform, seen = brunnenhof.platform, []
    with platform.shell.platform.begin() as connection:  # what other tests left is not for this server
        connection.execute(text("DELETE FROM procrastinate_jobs WHERE status = 'todo'"))
    with mail_host() as host, worker(platform, host) as doomed:

        def kill(address: str) -> None:
            seen.extend({address} & set(PEOPLE))
            if len(seen) == 12:
                doomed.kill()
                doomed.wait(30)
                if before_the_answer:
                    raise TimeoutError  # it never was taken

        host.on_data = kill
        write(brunnenhof, *PEOPLE)
        doomed.wait(60)
        with platform.shell.platform.begin() as connection:
            connection.execute(text("SELECT id FROM mail_delivery FOR UPDATE"))  # until the dead one's lock is gone
            connection.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"))
        asyncio.run(go_on(platform, host))
    taken = [one for one in host.taken if one.recipients[0] in PEOPLE]  # and not what the platform tells its operators
    numbers = Counter(one.number for one in taken)
    assert {one.recipients[0] for one in taken} == set(PEOPLE)
    assert sorted(numbers.values())[-2:] == [1, copies]
    assert len(numbers) == len(PEOPLE)
    assert set(states(brunnenhof).values()) == {"sent"}
