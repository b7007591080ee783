"""What happens in the middle: a line that breaks, two who import at once, a worker that is killed."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url

from quartier import chores
from quartier.accounts.permissions import ESTATE_IMPORT
from quartier.app import Platform, house_of
from quartier.erp.models import ErpBatch
from quartier.erp.policies import WRITE
from quartier.estate.models import Unit
from quartier.files.models import StoredFile
from quartier.files.storage import FolderStorage
from quartier.imports import services
from quartier.imports.models import ImportRun
from quartier.imports.planning import Plan
from quartier.imports.records import Home
from quartier.jobs.registry import registry
from quartier.jobs.runner import Runner
from quartier.jobs.stalled import sweep
from quartier.jobs.worker import queue_app
from quartier.testing import Browser, SomeCompany, work_off

HOME, TODAY = Home("CH", "Europe/Zurich", b"key"), date(2026, 11, 22)
HEAD = "Liegenschaft;Strasse;Hausnr.;PLZ;Ort;Wohnung;Mieter;Mietbeginn\n"
ROLL = HEAD + "".join(f"Lindenhof;Seestrasse;{n};8002;Zürich;1. OG;Keller, Verena {n};01.04.2020\n" for n in range(9))
LONGEST = 60  # seconds that anything here may take


def environment(platform: Platform) -> dict[str, str]:
    config = platform.shell.config
    return os.environ | {
        "DATABASE_URL": str(config.database_url),
        "DATABASE_APP_URL": str(config.database_app_url),
        "DATABASE_PLATFORM_URL": str(config.database_platform_url),
        "QUARTIER_VAR": str(config.var),
        "QUARTIER_WORKERS": "1",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }


@contextmanager
def process(platform: Platform, *command: str) -> Iterator[subprocess.Popen[str]]:
    """`quartier …` as a process of its own, in a session of its own: granian has children."""
    quartier = [sys.executable, "-c", "from quartier.entry import main; main()", *command]
    started = subprocess.Popen(
        quartier, env=environment(platform), stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    with started:
        try:
            yield started
        finally:
            if started.poll() is None:
                started.terminate()


def until(query: str, platform: Platform, **values: Any) -> None:
    """Ask the database until it says yes."""
    late = time.monotonic() + LONGEST
    while time.monotonic() < late:
        with platform.shell.platform.connect() as connection:
            if connection.execute(text(query), values).scalar():
                return
    raise AssertionError(query)


REFUSED = {b"", b"400", b"422"}  # who has hung up reads no answer, so it does not matter which


# ---- the line breaks at nine tenths ---------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def port(platform: Platform) -> Iterator[int]:
    """A real server: what a broken line looks like is the server's to say."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = int(probe.getsockname()[1])
    with process(platform, "web", "--port", str(number)):
        late = time.monotonic() + LONGEST
        while time.monotonic() < late:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", number)) == 0:
                    break
        yield number


def send(port: int, host: str, path: str, body: bytes, headers: dict[str, str], *, upto: int) -> bytes:
    """A POST of which only `upto` bytes of the body are sent before the line breaks; the answer, if there is one."""
    lines = [f"POST {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", port), timeout=LONGEST) as line:
        line.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body[:upto])
        if upto < len(body):
            line.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := line.recv(1 << 16):
            answer += piece
    return answer


def kept(company: SomeCompany) -> tuple[int, int, int]:
    """(imports, stored files, batches) of a company."""
    db = company.db()
    found = tuple(
        db.scalar(select(func.count()).select_from(model)) or 0 for model in (ImportRun, StoredFile, ErpBatch)
    )
    db.close()
    return found  # type: ignore[return-value]


def test_an_upload_whose_line_breaks_leaves_nothing(port: int, brunnenhof: SomeCompany) -> None:
    somebody = brunnenhof.agent("Nadja Frei", ESTATE_IMPORT)
    body = (
        b'--grenze\r\nContent-Disposition: form-data; name="files"; filename="Mieter.csv"\r\n'
        b"Content-Type: text/csv\r\n\r\n" + ROLL.encode() * 2000 + b"\r\n--grenze--\r\n"
    )
    cookies = "; ".join(f"{name}={value}" for name, value in somebody.browser.cookies().items())
    headers = {"Cookie": cookies, "Content-Type": "multipart/form-data; boundary=grenze"}
    headers["Sec-Fetch-Site"] = "same-origin"
    before = kept(brunnenhof)
    answer = send(port, brunnenhof.host, "/cockpit/imports", body, headers, upto=len(body) * 9 // 10)
    assert (answer[9:12] in REFUSED, kept(brunnenhof)) == (True, before)
    whole = send(port, brunnenhof.host, "/cockpit/imports", body, headers, upto=len(body))
    assert (whole[9:12], kept(brunnenhof)) == (b"303", (before[0] + 1, before[1] + 1, before[2]))


def test_a_batch_whose_line_breaks_leaves_nothing(port: int, brunnenhof: SomeCompany) -> None:
    row = b'{"external_id": "L1", "name": "Seefeld", "timezone": "Europe/Zurich"}\n'
    rows = b"".join(row.replace(b"L1", b"L%d" % number) for number in range(5000))
    headers = {"Authorization": f"Bearer {brunnenhof.token(WRITE)}", "Content-Type": "application/x-ndjson"}
    before = kept(brunnenhof)
    broken = len(rows) * 9 // 10
    answer = send(port, brunnenhof.host, "/api/v1/erp/properties", rows, headers, upto=broken)
    assert (answer[9:12] in REFUSED, kept(brunnenhof)) == (True, before)
    at_a_row = rows[:broken].rfind(b"\n") + 1  # what came is whole rows: still not what was announced
    answer = send(port, brunnenhof.host, "/api/v1/erp/properties", rows, headers, upto=at_a_row)
    assert (answer[9:12] in REFUSED, kept(brunnenhof)) == (True, before)
    whole = send(port, brunnenhof.host, "/api/v1/erp/properties", rows, headers, upto=len(rows))
    assert (whole[9:12], kept(brunnenhof)) == (b"202", (*before[:2], before[2] + 1))


# ---- two at once ----------------------------------------------------------------------------------------------------
def begun(company: SomeCompany, storage: FolderStorage) -> tuple[Any, ImportRun]:
    db = company.db()
    found = services.begin(db, storage, [("Mieter.csv", ROLL.encode())], by="Nadja Frei")
    db.commit()
    return db, found


def applied(db: Any, storage: FolderStorage, found: ImportRun) -> Plan:
    return services.apply(db, storage, found, HOME, on=TODAY, progress=lambda _rows: None)


def test_of_two_imports_of_one_company_the_second_waits(brunnenhof: SomeCompany, tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    (first, one), (second, other) = begun(brunnenhof, storage), begun(brunnenhof, storage)
    assert applied(first, storage, one).counts["unit"] == {"new": 9}
    with ThreadPoolExecutor(1) as elsewhere:
        waiting = elsewhere.submit(lambda: (applied(second, storage, other), second.commit())[0])
        until("SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)", brunnenhof.platform)
        assert not waiting.done()
        first.commit()
        assert waiting.result(LONGEST).counts["unit"] == {"unchanged": 9}
    assert names(brunnenhof) == ["1. OG"] * 9


def test_two_companies_import_side_by_side(brunnenhof: SomeCompany, nordlicht: SomeCompany, tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    (first, one), (second, other) = begun(brunnenhof, storage), begun(nordlicht, storage)
    assert applied(first, storage, one).counts["unit"] == {"new": 9}
    assert applied(second, storage, other).counts["unit"] == {"new": 9}  # while the first is not committed
    second.commit()
    assert (names(brunnenhof), names(nordlicht)) == ([], ["1. OG"] * 9)
    first.commit()
    assert names(brunnenhof) == ["1. OG"] * 9


def names(company: SomeCompany) -> list[str]:
    db = company.db()
    found = list(db.scalars(select(Unit.name)))
    db.close()
    return found


# ---- the worker is killed -------------------------------------------------------------------------------------------
def test_an_import_whose_worker_is_killed_rolls_back_and_says_so(brunnenhof: SomeCompany, platform: Platform) -> None:
    browser = brunnenhof.agent("Nadja Frei", ESTATE_IMPORT, language="en").browser
    page = checked(browser, platform)
    browser.post(f"{page}/apply")
    with platform.shell.platform.connect() as holding:
        holding.execute(text("LOCK TABLE person IN SHARE MODE"))  # houses and units are written, people cannot be
        with process(platform, "worker", "--threads", "1") as worker:
            until(f"SELECT EXISTS ({WAITING})", platform)
            assert "Is being applied" in browser.get(page).text
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait(LONGEST)
        holding.rollback()
    until(f"SELECT NOT EXISTS ({INSERTING})", platform)  # the server notices that nobody listens any more
    assert names(brunnenhof) == []
    notice(platform)
    said = browser.get(page).text
    assert "The work was interrupted. Everything was rolled back: the estate is as it was before." in said
    browser.post(f"{page}/check")
    work_off(platform)
    browser.post(f"{page}/apply")
    work_off(platform)
    assert ("The import is applied" in browser.get(page).text, names(brunnenhof)) == (True, ["1. OG"] * 9)


WAITING = "SELECT FROM pg_locks WHERE relation = 'person'::regclass AND NOT granted"
INSERTING = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'INSERT INTO person%'"


def checked(browser: Browser, platform: Platform) -> str:
    sent = {"files": [(io.BytesIO(ROLL.encode()), "Mieter.csv")]}
    page: str = browser.post("/cockpit/imports", sent, content_type="multipart/form-data").headers["Location"]
    page = page.removesuffix("/columns")
    browser.post(f"{page}/check")
    work_off(platform)
    return page


def notice(platform: Platform) -> None:
    """What every worker does each minute, half a minute after one has fallen silent."""
    with platform.shell.platform.begin() as connection:
        connection.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"))

    async def once() -> None:
        runner = Runner(house_of(platform.shell), registry(platform.shell.plugins, chores.JOBS, chores.CHORES))
        app = queue_app(runner, make_url(str(platform.shell.config.database_platform_url)), clock=False)
        async with app.open_async():
            await sweep(app.job_manager, runner)

    asyncio.run(once())
