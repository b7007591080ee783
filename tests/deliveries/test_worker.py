"""A worker that is killed in the middle of a mailing: nobody is left out, and nobody who was told is told again."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from quartier.app import Platform
from quartier.deliveries.digests import COLLECT, turns
from quartier.deliveries.digests import KIND as DIGEST
from quartier.deliveries.models import MailSettings
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver_many
from quartier.jobs.queue import defer_for
from quartier.jobs.stalled import sweep
from quartier.jobs.worker import queue_app, serve
from quartier.testing import SomeCompany
from tests.deliveries.desk import deliveries, news, runner_with, states, write
from tests.deliveries.test_digests import age, collect
from tests.mail.server import MailHost, mail_host

WORKER = [sys.executable, "-c", "from quartier.entry import main; main()", "worker", "--threads", "1"]
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


def test_a_worker_is_killed_in_the_middle_of_the_summaries(brunnenhof: SomeCompany) -> None:
    """The first two hundred readers have theirs; the others get one each from the next worker, with all that waited."""
    platform, readers = brunnenhof.platform, [f"s{number:03}@example.ch" for number in range(210)]
    brunnenhof.plant(MailSettings(paces={"core.news": "daily"}))
    for house in ("1", "2"):
        write(brunnenhof, *readers, event=f"house:{house}")
    age(brunnenhof, 1)
    today, _monday = turns(datetime.now(UTC), ZoneInfo("Europe/Zurich"))
    with platform.shell.platform.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs WHERE status = 'todo'"))
        defer_for(Session(connection), brunnenhof.id, COLLECT)
    with mail_host() as host, brunnenhof.db() as holding, listening(platform) as jobs:
        deliver_many(holding, DIGEST, [Reader(readers[205])], lambda _one: news(), event=f"mail.digest:{today.date()}")
        with worker(platform, host) as doomed:  # the second portion waits for what we hold
            for _job in jobs.notifies(timeout=60):
                if any(one.kind == "mail.digest" for one in deliveries(brunnenhof)):
                    break
            doomed.kill()
            doomed.wait(30)
    with platform.shell.platform.begin() as connection:
        connection.execute(text("SELECT id FROM mail_delivery FOR UPDATE"))  # until the dead one's lock is gone
    found = Counter(one.kind for one in deliveries(brunnenhof))
    assert found == {"core.news": 420, "mail.digest": 200}
    for _worker in range(2):
        collect(brunnenhof)
    written = [one for one in deliveries(brunnenhof) if one.kind == "mail.digest"]
    assert sorted(one.address for one in written) == readers
    assert {len(one.letter["sections"][0]["items"]) for one in written if one.letter} == {2}
    assert {one.state for one in deliveries(brunnenhof) if one.kind == "core.news"} == {"summed_up"}


@contextmanager
def listening(platform: Platform) -> Iterator[psycopg.Connection[Any]]:
    """Hears when a job is put into the queue, as workers do."""
    url = str(platform.shell.config.database_platform_url).replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("LISTEN procrastinate_any_queue_v1")
        yield connection
