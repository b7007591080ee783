"""An estate of 100,000 units from files, rows by the thousand through the API, and the lists of all that."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from math import fsum
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from uuid import UUID

import orjson
import psycopg

from quartier.db.base import new_id
from quartier.files.storage import storage
from quartier.imports import services
from quartier.tenancy.session import CompanySession
from tests.bench.client import Target, latency, p50
from tests.bench.estate import write_estate
from tests.bench.lists import lists
from tests.bench.world import World, driver_url, serving

UNITS, BATCH, BATCHES = 100_000, 5_000, 6
TABLES = ("property", "building", "unit", "person", "occupancy", "occupant")
SLUG = "gross"
WORKER = ["nice", sys.executable, "-c", "from quartier.entry import main; main()", "worker"]


def imports(world: World) -> dict[str, str]:
    """Dry run and application by a worker while somebody reads pages, then the same rows by a bare COPY."""
    company = world.company(SLUG, articles=60)
    cookie, token = world.session(company), world.api_token(company)
    with serving("quartier.app:create_app", world.environ, factory=True) as (port, _pid), worker(world) as pid:
        page = Target(port, f"{SLUG}.localhost", "/faq/", cookie)
        latency(page, 20)
        import_id = upload(world, company)
        checked = step(world, company, import_id, services.CHECK)
        with watching(page) as seen:
            applied = step(world, company, import_id, services.APPLY)
        memory = peak(pid)
        rate = upserts(port, token)
    world.analyse()
    pages = lists(world, SLUG, world.session(company, agent=True))
    indexed, plain, rows = copies(world, company)
    quiet = f"{rows:,} rows".replace(",", " ")
    return {
        "Import of 100,000 units: dry run (budget 30 s)": f"{checked:.1f} s",
        "Import of 100,000 units: apply (budget 60 s)": f"{applied:.1f} s",
        f"Bare COPY of the same {quiet} into the same tables": f"{indexed:.1f} s (without any key: {plain:.1f} s)",
        "Import: share of the speed of that COPY (budget 33 %)": f"{indexed / applied:.0%}",
        "Import: memory of the worker at most (budget 300 MB)": f"{memory:.0f} MB",
        "Import: a page meanwhile, p50 / worst": f"{p50(seen):.1f} / {max(seen):.0f} ms ({len(seen)} requests)",
        "API: upserts per second in batches of 5,000 (budget 2,000)": f"{rate:,.0f}".replace(",", " "),
        **pages,
    }


@contextmanager
def worker(world: World) -> Iterator[int]:
    """`quartier worker` as `quartier up` starts it; yields its process id."""
    process = subprocess.Popen(WORKER, env=world.environ, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(40)


def upload(world: World, company: UUID) -> UUID:
    """The files, as the page takes them in."""
    db = CompanySession(world.app, company)
    with TemporaryDirectory() as name:
        write_estate(Path(name), UNITS)
        files = [(path.name, path.read_bytes()) for path in sorted(Path(name).iterdir())]
        found = services.begin(db, storage(world.config), files, by="bench")
    db.commit()
    db.close()
    return found.id


def step(world: World, company: UUID, import_id: UUID, job: str) -> float:
    """Seconds from the click to the result."""
    db = CompanySession(world.app, company)
    began = time.perf_counter()
    found = services.one_import(db, import_id, lock=True)
    assert found is not None
    services.ask_for(db, found, job)
    db.commit()
    while (status := db.row("SELECT status, error FROM import_run WHERE id = %s", (import_id,))).status.endswith("ing"):
        db.commit()
        time.sleep(0.05)
    took = time.perf_counter() - began
    assert status.error is None, status
    db.close()
    return took


@contextmanager
def watching(page: Target) -> Iterator[list[float]]:
    """Ask for a page twenty times a second; yields the milliseconds that it took."""
    times: list[float] = []
    done = Event()

    def watch() -> None:
        while not done.wait(0.05):
            times.extend(latency(page, 1))

    thread = Thread(target=watch)
    thread.start()
    try:
        yield times
    finally:
        done.set()
        thread.join()


def peak(pid: int) -> float:
    """Megabytes that a process had at most."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def upserts(port: int, token: str) -> float:
    """Rows per second, from the first batch on its way to the answer that the last one is done."""
    bodies = [b"\n".join(_row(number) for number in range(n * BATCH, (n + 1) * BATCH)) for n in range(BATCHES)]
    server = HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Host": f"{SLUG}.localhost", "Authorization": f"Bearer {token}"}
    began = time.perf_counter()
    for body in bodies:
        sent = {**headers, "Content-Type": "application/x-ndjson", "Idempotency-Key": str(new_id())}
        server.request("POST", "/api/v1/erp/units", body, sent)
        answer = server.getresponse()
        job = orjson.loads(answer.read())
        assert answer.status == 202, (answer.status, job)
    while job["status"] in {"waiting", "running"}:
        time.sleep(0.1)
        server.request("GET", f"/api/v1/erp/jobs/{job['id']}", headers=headers)
        job = orjson.loads(server.getresponse().read())
    assert job["status"] == "done", job
    return BATCH * BATCHES / (time.perf_counter() - began)


def _row(number: int) -> bytes:
    return orjson.dumps({"external_id": f"U{number}", "name": f"Wohnung {number}", "area_m2": 20 + number % 100})


def copies(world: World, company: UUID) -> tuple[float, float, int]:
    """Seconds for COPY into the estate's own tables (keys, checks and search, no history), into bare ones; rows."""
    address = driver_url(world.config.database_url)
    other, into, bare, count = world.company(f"{SLUG}-zwei", articles=1), list[float](), list[float](), 0
    with psycopg.connect(address) as connection:
        for table in TABLES:
            columns, rows = _rows(connection, table, company, other)
            count += rows.count(b"\n")
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER note_insert")
            into.append(_copy(connection, f"{table} ({columns})", rows))
            connection.execute(f"CREATE TEMPORARY TABLE bare AS SELECT {columns} FROM {table} WHERE false")
            bare.append(_copy(connection, "bare", rows))
            connection.execute("DROP TABLE bare")
        connection.rollback()
    return fsum(into), fsum(bare), count


def _rows(connection: psycopg.Connection, table: str, company: UUID, other: UUID) -> tuple[str, bytes]:
    """The columns that an import writes, and its rows as COPY wants them, for another company."""
    query = (
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND attgenerated = '' AND attname <> 'company_id' ORDER BY attnum"
    )
    names = ", ".join(row[0] for row in connection.execute(query, (table,)))
    source = f"SELECT '{other}'::uuid, {names} FROM {table} WHERE company_id = '{company}' ORDER BY id"
    with connection.cursor() as cursor, cursor.copy(f"COPY ({source}) TO STDOUT") as copy:
        return f"company_id, {names}", b"".join(bytes(piece) for piece in copy)


def _copy(connection: psycopg.Connection, into: str, rows: bytes) -> float:
    began = time.perf_counter()
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        copy.write(rows)
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return time.perf_counter() - began
