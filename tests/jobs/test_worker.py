"""The worker as a process: it hears of work, finishes what it has begun, and may die."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from quartier.app import Platform, house_of
from quartier.jobs.definition import Job, Work
from quartier.jobs.queue import defer
from quartier.jobs.registry import Registry
from quartier.jobs.runner import Runner
from quartier.jobs.stalled import sweep
from quartier.jobs.worker import queue_app
from quartier.people.models import Person
from quartier.testing import SomeCompany, work_off

LOCK = 4711
PATIENT = [sys.executable, str(Path(__file__).with_name("patient_worker.py"))]
QUARTIER = [sys.executable, "-c", "from quartier.entry import main; main()", "worker", "--threads", "1"]


def environment(platform: Platform) -> dict[str, str]:
    config = platform.shell.config
    return os.environ | {
        "DATABASE_URL": str(config.database_url),
        "DATABASE_APP_URL": str(config.database_app_url),
        "DATABASE_PLATFORM_URL": str(config.database_platform_url),
        "QUARTIER_VAR": str(config.var),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }


@contextmanager
def process(platform: Platform, command: list[str]) -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen(
        command, env=environment(platform), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with started:
        try:
            yield started
        finally:
            if started.poll() is None:
                started.kill()


def read_until(stream: Any, word: str) -> str:
    """Lines up to the one with the word; the end of the stream is a failure."""
    lines = []
    for line in stream:
        lines.append(line)
        if word in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


@pytest.fixture
def held(platform: Platform) -> Iterator[Any]:
    """The lock that keeps the job going, and the connection to let it go with."""
    with platform.shell.platform.connect() as connection:
        connection.execute(text(f"SELECT pg_advisory_lock({LOCK})"))
        yield connection
        connection.execute(text("SELECT pg_advisory_unlock_all()"))
        connection.commit()


def queue(company: SomeCompany) -> None:
    db = company.db()
    defer(db, "test.wait")
    db.commit()
    db.close()


def people(company: SomeCompany) -> list[str]:
    db = company.db()
    found = [row.family_name for row in db.rows("SELECT family_name FROM person")]
    db.close()
    return found


def status(company: SomeCompany) -> list[Any]:
    query = text("SELECT status::text, attempts FROM procrastinate_jobs WHERE args ->> 'company' = :company")
    with company.platform.shell.platform.connect() as connection:
        return [tuple(row) for row in connection.execute(query, {"company": str(company.id)})]


def test_the_command_works_until_it_is_told_to_stop(platform: Platform) -> None:
    with process(platform, QUARTIER) as worker:
        read_until(worker.stderr, "worker_started")
        worker.send_signal(signal.SIGTERM)
        assert worker.stderr is not None
        rest = worker.stderr.read()
        assert (worker.wait(30), "worker_stopped" in rest, "Traceback" in rest) == (0, True, False)


def test_a_worker_that_is_told_to_stop_finishes_its_job(brunnenhof: SomeCompany, held: Any) -> None:
    with process(brunnenhof.platform, PATIENT) as worker:
        read_until(worker.stderr, "worker_started")
        queue(brunnenhof)  # it waits for a word from the database, and gets it
        read_until(worker.stdout, "begun")
        worker.send_signal(signal.SIGTERM)
        held.execute(text("SELECT pg_advisory_unlock_all()"))
        assert worker.wait(30) == 0
    assert (people(brunnenhof), status(brunnenhof)) == (["Geduld"], [])


@pytest.mark.parametrize("when_stalled", ["retry", "fail"])
def test_the_job_of_a_killed_worker_is_found(brunnenhof: SomeCompany, held: Any, when_stalled: Any) -> None:
    platform = brunnenhof.platform

    def regret(work: Work) -> None:
        work.db.add(Person(family_name="Bedauern"))

    job = Job("test.wait", lambda work: work.db.add(Person(family_name="Nachgeholt")), when_stalled=when_stalled,
              gave_up=regret)  # fmt: skip
    queue(brunnenhof)
    with process(platform, PATIENT) as worker:
        read_until(worker.stdout, "begun")
        worker.kill()
        worker.wait(30)
    assert (people(brunnenhof), status(brunnenhof)) == ([], [("doing", 0)])
    with platform.shell.platform.begin() as connection:
        connection.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"))
    for _twice in range(2):  # a job is brought back once
        asyncio.run(sweep_with(platform, job))
    work_off(platform, job)
    assert people(brunnenhof) == (["Nachgeholt"] if when_stalled == "retry" else ["Bedauern"])
    assert status(brunnenhof) == ([] if when_stalled == "retry" else [("failed", 1)])


async def sweep_with(platform: Platform, job: Job) -> None:
    known = Registry()
    known.add(job)
    runner = Runner(house_of(platform.shell), known)
    app = queue_app(runner, make_url(str(platform.shell.config.database_platform_url)), clock=False)
    async with app.open_async():
        await sweep(app.job_manager, runner)
