"""Jobs: queued with the change they follow from, done by a real worker, for one company each."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session

from quartier.app import Platform, house_of
from quartier.db.base import new_id
from quartier.i18n.texts import gettext
from quartier.jobs.definition import Job, Later, Work
from quartier.jobs.queue import defer, defer_for
from quartier.jobs.registry import Registry
from quartier.jobs.runner import Runner
from quartier.jobs.worker import LONGEST_PAUSE, pause_after, queue_app, serve
from quartier.people.models import Person
from quartier.testing import SomeCompany, work_off

NOW = "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE args ->> 'company' = :company"
MINE = (
    "SELECT task_name, status::text, attempts, scheduled_at FROM procrastinate_jobs WHERE args ->> 'company' = :company"
)


class Diary:
    """What a job has noted: for which company, in which words, at which attempt."""

    def __init__(self, *failures: Exception) -> None:
        self.pages: list[Any] = []
        self._failures = list(failures)

    def __call__(self, work: Work, **arguments: Any) -> None:
        self.pages.append((work.company.slug, work.attempt, arguments))
        work.db.add(Person(family_name=f"Besuch {work.attempt}"))
        work.db.flush()
        if self._failures:
            raise self._failures.pop(0)


@pytest.fixture(autouse=True)
def quiet(platform: Platform) -> None:
    """What other tests have left in the queue would be done here."""
    with platform.shell.platform.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_jobs"))


def queue(company: SomeCompany, job: str, /, **arguments: Any) -> bool:
    db = company.db()
    queued = defer(db, job, **arguments)
    db.commit()
    db.close()
    return queued


def waiting(company: SomeCompany) -> list[Any]:
    with company.platform.shell.platform.connect() as connection:
        return [tuple(row) for row in connection.execute(text(MINE), {"company": str(company.id)})]


def make_due(company: SomeCompany) -> None:
    with company.platform.shell.platform.begin() as connection:
        connection.execute(text(NOW), {"company": str(company.id)})


def people(company: SomeCompany) -> list[str]:
    db = company.db()
    found = [row.family_name for row in db.rows("SELECT family_name FROM person ORDER BY id")]
    db.close()
    return found


def test_a_job_is_done_once_for_its_company(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    diary = Diary()
    queue(brunnenhof, "test.note", article="7")
    work_off(brunnenhof.platform, Job("test.note", diary))
    work_off(brunnenhof.platform, Job("test.note", diary))
    assert diary.pages == [(brunnenhof.slug, 1, {"article": "7"})]
    assert (people(brunnenhof), people(nordlicht), waiting(brunnenhof)) == (["Besuch 1"], [], [])


def test_a_job_belongs_to_the_transaction_of_its_change(brunnenhof: SomeCompany) -> None:
    db = brunnenhof.db()
    defer(db, "test.note")
    db.rollback()
    defer(db, "test.note")
    db.close()  # a request that was refused commits nothing, and its job is no read that could be committed
    assert waiting(brunnenhof) == []


def test_a_session_that_goes_on_after_its_first_commit_queues_as_well(brunnenhof: SomeCompany) -> None:
    db = brunnenhof.db()
    db.add(Person(family_name="Besuch"))
    db.commit()
    defer(db, "test.note")
    db.commit()
    db.close()
    assert [row[0] for row in waiting(brunnenhof)] == ["test.note"]


def test_the_portal_can_neither_see_the_queue_nor_write_for_another_company(
    brunnenhof: SomeCompany, nordlicht: SomeCompany
) -> None:
    for statement in (
        "SELECT * FROM procrastinate_jobs",
        "SELECT procrastinate_defer_jobs_v1('{}'), count(*) FROM procrastinate_events",
        "SELECT procrastinate_cancel_job_v1(1, true, true)",
    ):
        db = brunnenhof.db()
        with pytest.raises(InsufficientPrivilege):
            db.rows(statement)
        db.close()
    queue(brunnenhof, "test.note", company=str(nordlicht.id))
    diary = Diary()
    work_off(brunnenhof.platform, Job("test.note", diary))
    assert diary.pages == [(brunnenhof.slug, 1, {"company": str(nordlicht.id)})]


def test_nothing_is_queued_without_a_company(platform: Platform) -> None:
    with platform.shell.engine.connect() as connection, pytest.raises(ProgrammingError, match="no company is bound"):
        connection.execute(text("CALL queue_job('test.note', '{}', NULL, NULL, NULL, 0, NULL)"))


def test_the_console_queues_for_the_company_it_names(brunnenhof: SomeCompany) -> None:
    with Session(brunnenhof.platform.shell.platform) as db:
        assert defer_for(db, brunnenhof.id, "test.note", article="7")
        db.commit()
    assert [row[0] for row in waiting(brunnenhof)] == ["test.note"]


def test_a_failed_job_leaves_nothing_and_comes_again_later(brunnenhof: SomeCompany) -> None:
    diary = Diary(ConnectionError("no answer"))
    queue(brunnenhof, "test.call")
    work_off(brunnenhof.platform, Job("test.call", diary))
    ((name, status, attempts, due),) = waiting(brunnenhof)
    assert (name, status, attempts, people(brunnenhof)) == ("test.call", "todo", 1, [])
    assert timedelta(seconds=5) < due - datetime.now(UTC) < timedelta(seconds=15)
    make_due(brunnenhof)
    work_off(brunnenhof.platform, Job("test.call", diary))
    assert (people(brunnenhof), waiting(brunnenhof)) == (["Besuch 2"], [])


def test_pauses_grow_up_to_an_hour() -> None:
    pauses = [pause_after(attempt).total_seconds() for attempt in range(1, 40)]
    assert [round(pause / 3**n / 10) for n, pause in enumerate(pauses[:4])] == [1, 1, 1, 1]
    assert max(pauses) <= 1.1 * LONGEST_PAUSE
    assert min(pauses[8:]) >= 0.9 * LONGEST_PAUSE


def test_a_job_that_fails_for_good_is_told_so_and_kept_for_the_console(brunnenhof: SomeCompany) -> None:
    def regret(work: Work, **arguments: Any) -> None:
        work.db.row(
            "INSERT INTO person (id, family_name) VALUES (%s, %s) RETURNING id",
            (new_id(), f"Bedauern {arguments['article']}"),
        )

    job = Job("test.call", Diary(ValueError("1"), ValueError("2")), attempts=2, gave_up=regret)
    queue(brunnenhof, "test.call", article="7")
    for _attempt in range(2):
        make_due(brunnenhof)
        work_off(brunnenhof.platform, job)
    assert people(brunnenhof) == ["Bedauern 7"]
    assert [row[:3] for row in waiting(brunnenhof)] == [("test.call", "failed", 2)]


def test_a_job_may_ask_for_later_and_keeps_what_it_has_done(brunnenhof: SomeCompany) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    queue(brunnenhof, "test.call", article="7", alone="line")
    work_off(brunnenhof.platform, Job("test.call", Diary(Later(tomorrow))))
    assert people(brunnenhof) == ["Besuch 1"]
    assert waiting(brunnenhof) == [("test.call", "todo", 0, tomorrow)]


def busy_at_eight(work: Work, article: str) -> None:
    if article == "8":
        raise ValueError("busy")


# Words arrive in the order in which they were sent: whoever has heard this one, has heard all before it.
LAST = """NOTIFY procrastinate_any_queue_v1, '{"job_id": 0}'"""


def test_workers_hear_of_the_end_of_a_job_that_others_wait_for(brunnenhof: SomeCompany) -> None:
    """Or the next in line would wait until somebody looks round."""
    address, told = str(brunnenhof.platform.shell.config.database_url).replace("+psycopg", "", 1), list[int]()
    with psycopg.connect(address, autocommit=True) as listener:
        listener.add_notify_handler(lambda notice: told.append(json.loads(notice.payload)["job_id"]))
        listener.execute("LISTEN procrastinate_any_queue_v1")
        for article, alone in (("7", "line"), ("8", "line"), ("9", None)):
            queue(brunnenhof, "test.call", article=article, alone=alone)
        listener.execute(LAST)
        first, second, free, _last = told
        told.clear()
        work_off(brunnenhof.platform, Job("test.call", busy_at_eight, attempts=2))
        listener.execute(LAST)
    assert sorted(told) == [0, first, second], "also where a job fails and comes again"
    assert free > second


def test_one_waits_where_one_is_enough(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    answers = [queue(company, "test.note", once="all") for company in (brunnenhof, brunnenhof, nordlicht)]
    assert (answers, len(waiting(brunnenhof)), len(waiting(nordlicht))) == ([True, False, True], 1, 1)


def test_a_job_speaks_the_companys_language(make_company: Callable[..., SomeCompany]) -> None:
    lac, heard = make_company("Lac", languages=("fr",)), []
    queue(lac, "test.speak")
    work_off(lac.platform, Job("test.speak", lambda work: heard.append((work.voice.language, gettext("Save")))))
    assert heard == [("fr", "Enregistrer")]


@pytest.fixture
def faq_job() -> tuple[Job, Diary]:
    diary = Diary()
    return Job("faq.note", diary), diary


def run_of_module(company: SomeCompany, job: Job) -> None:
    """As `work_off`, with the job registered by the module."""
    shell, known = company.platform.shell, Registry()
    known.add(job, module="faq")
    url = make_url(str(shell.config.database_platform_url))
    app = queue_app(Runner(house_of(shell), known), url, clock=False)
    asyncio.run(serve(app, asyncio.Event(), threads=1, wait=False))


def test_a_module_that_is_off_does_nothing(make_company: Callable[..., SomeCompany], faq_job: Any) -> None:
    job, diary = faq_job
    company = make_company("Ohne")
    queue(company, "faq.note")
    run_of_module(company, job)
    assert (diary.pages, waiting(company)) == ([], [])


def test_a_job_may_wait_for_its_module(make_company: Callable[..., SomeCompany]) -> None:
    company, diary = make_company("Ohne"), Diary()
    job = Job("faq.note", diary, when_off="wait")
    queue(company, "faq.note")
    run_of_module(company, job)
    assert (diary.pages, [row[:2] for row in waiting(company)]) == ([], [("faq.note", "todo")])
    company.switch("faq")
    make_due(company)
    run_of_module(company, job)
    assert (len(diary.pages), waiting(company)) == (1, [])


def test_a_suspended_company_is_waited_for(brunnenhof: SomeCompany) -> None:
    shell, diary = brunnenhof.platform.shell, Diary()
    queue(brunnenhof, "test.note")
    for status in ("suspended", "active"):
        with shell.platform.begin() as connection:
            change = text("UPDATE company SET status = :status WHERE id = :id")
            connection.execute(change, {"status": status, "id": brunnenhof.id})
        shell.snapshots.forget(brunnenhof.id)
        make_due(brunnenhof)
        work_off(brunnenhof.platform, Job("test.note", diary))
        assert len(diary.pages) == (status == "active")


def test_a_job_of_a_company_that_is_gone_is_dropped(brunnenhof: SomeCompany) -> None:
    queue(brunnenhof, "test.note")
    with brunnenhof.platform.shell.platform.begin() as connection:
        connection.execute(text("DELETE FROM company WHERE id = :id"), {"id": brunnenhof.id})
    brunnenhof.platform.shell.snapshots.forget(brunnenhof.id)
    diary = Diary()
    work_off(brunnenhof.platform, Job("test.note", diary))
    assert (diary.pages, waiting(brunnenhof)) == ([], [])


def test_names_of_jobs_are_the_modules_own() -> None:
    known = Registry()
    known.add(Job("faq.note", Diary()), module="faq")
    with pytest.raises(ValueError, match="there is a job"):
        known.add(Job("faq.note", Diary()), module="faq")
    with pytest.raises(ValueError, match="begins with its module"):
        known.add(Job("accounts.sweep", Diary()), module="faq")


def test_the_tables_are_those_of_the_library_that_runs(platform: Platform) -> None:
    """A newer library may need newer tables: then core gets a migration that applies its files, and this its number."""
    with platform.shell.platform.connect() as connection:
        noted = connection.scalar(text("SELECT obj_description('procrastinate_jobs'::regclass)"))
    assert noted == f"procrastinate {version('procrastinate')}"
