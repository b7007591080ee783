"""The queue at the console: who works, what failed, and what support can do about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from quartier.jobs.definition import Job, Work
from quartier.jobs.queue import defer
from quartier.testing import Browser, SomeCompany, work_off


@pytest.fixture
def ida(console: Callable[..., Browser]) -> Browser:
    return console("support")


def fail(work: Work, **_arguments: Any) -> None:
    raise ValueError("no such thing")


def failed_job(company: SomeCompany) -> int:
    """A job that was given up; its number."""
    db = company.db()
    defer(db, "test.import", import_id="01a2")
    db.commit()
    db.close()
    work_off(company.platform, Job("test.import", fail, attempts=1))
    with company.platform.shell.platform.connect() as connection:
        mine = text("SELECT max(id) FROM procrastinate_jobs WHERE status = 'failed'")
        return int(connection.scalar(mine))


def test_failed_jobs_stand_with_their_company(brunnenhof: SomeCompany, ida: Browser) -> None:
    number = failed_job(brunnenhof)
    page = ida.get("/jobs").text
    assert ["test.import" in page, "import_id: 01a2" in page, f"/companies/{brunnenhof.id}" in page] == [True] * 3
    assert f"/jobs/{number}/again" in page


def test_support_tries_again_or_forgets(brunnenhof: SomeCompany, ida: Browser) -> None:
    number = failed_job(brunnenhof)
    assert ida.post(f"/jobs/{number}/again").status_code == 303
    assert ida.post(f"/jobs/{number}/again").status_code == 404  # it waits now
    done: list[str] = []
    work_off(brunnenhof.platform, Job("test.import", lambda _work, import_id: done.append(import_id)))
    assert done == ["01a2"]
    other = failed_job(brunnenhof)
    assert [ida.post(f"/jobs/{other}/drop").status_code for _twice in range(2)] == [303, 404]


def test_a_platform_without_a_worker_says_so(brunnenhof: SomeCompany, ida: Browser) -> None:
    with brunnenhof.platform.shell.platform.begin() as connection:
        connection.execute(text("DELETE FROM procrastinate_workers"))
    assert "No worker is running" in ida.get("/jobs").text
    with brunnenhof.platform.shell.platform.begin() as connection:
        connection.execute(text("INSERT INTO procrastinate_workers DEFAULT VALUES"))
    assert "No worker is running" not in ida.get("/jobs").text


def test_sales_have_no_business_with_jobs(console: Callable[..., Browser]) -> None:
    assert console("sales").get("/jobs").status_code == 403
