"""Measure the budgets and print them: `make bench`."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from quartier.accounts.operators import COOKIE as CONSOLE_COOKIE
from quartier.app import create_app
from quartier.testing import Browser, Statements
from tests.bench.board import board
from tests.bench.bookings import bookings
from tests.bench.client import Target, latency, p50, status_and_body, throughput
from tests.bench.contracts import contracts
from tests.bench.demos import demos
from tests.bench.important import important
from tests.bench.imports import imports
from tests.bench.inviting import inviting
from tests.bench.world import World, await_port, driver_url, free_port, serving

REQUESTS, SECONDS, ROUNDS = 300, 1.0, 9
MANY = 5000


def main() -> None:
    """All of it, or with the name of a part that takes longer (`board`, `contracts`, `imports` …) only that."""
    world = World.make()
    alone = {
        "board": board,
        "bookings": bookings,
        "contracts": contracts,
        "demos": demos,
        "imports": imports,
        "important": important,
        "inviting": inviting,
    }
    if part := alone.get(" ".join(sys.argv[1:])):
        report([lambda: part(world)])
        return
    ids = {number: world.company(f"firma-{number}", articles=number) for number in (1, 10, 100, 60)}
    report(
        [
            lambda: statements(world, ids),
            lambda: page(world, ids[60]),
            lambda: creation(world),
            lambda: toggling(world, ids[60]),
            lambda: many_companies(world, ids[60]),
            lambda: starting(world),
            lambda: board(world),
            lambda: bookings(world),
            lambda: inviting(world),
            lambda: important(world),
            lambda: contracts(world),
            lambda: demos(world),
            lambda: imports(world),
        ]
    )


def report(parts: Iterable[Callable[[], dict[str, str]]]) -> None:
    """Measure one part after the other, print each figure as it comes, and keep all of them."""
    figures: dict[str, str] = {}
    for part in parts:
        found = part()
        figures |= found
        print("\n".join(f"{name:<72} {value}" for name, value in found.items()), flush=True)
    Path("var/bench.json").write_text(json.dumps(figures, indent=2), encoding="utf-8")


def faq_page(world: World, port: int, company: object, slug: str, cookie: str | None = None) -> Target:
    return Target(port, f"{slug}.localhost", "/faq/", cookie or world.session(company))  # type: ignore[arg-type]


def statements(world: World, ids: dict[int, object]) -> dict[str, str]:
    """SQL statements of the signed-in list, those of the bound company included."""
    platform = create_app(world.config)
    counted = {}
    for number in (1, 10, 100):
        browser = Browser(platform, f"firma-{number}.localhost")
        name, _equals, token = world.session(ids[number]).partition("=")  # type: ignore[arg-type]
        browser.cookie(name, token)
        browser.get("/faq/")
        with Statements() as seen:
            assert browser.get("/faq/").status_code == 200
        counted[number] = seen.count
    platform.close()
    return {"FAQ list: SQL statements with 1 / 10 / 100 articles (budget 3)": " / ".join(map(str, counted.values()))}


def page(world: World, company: object) -> dict[str, str]:
    """Our page against bare Flask, interleaved, under the same server."""
    bare_environ = {
        **world.environ,
        "BARE_DATABASE": re.sub(r"\+psycopg", "", str(world.config.database_url)),
        "BARE_COMPANY": str(company),
    }
    with (
        serving("quartier.app:create_app", world.environ, factory=True) as (port, _pid),
        serving("tests.bench.bare:app", bare_environ) as (bare_port, _bare_pid),
    ):
        ours = faq_page(world, port, company, "firma-60")
        bare = Target(bare_port, "127.0.0.1", "/faq/")
        body, plain = status_and_body(ours), status_and_body(bare)
        assert (body[0], plain[0]) == (200, 200)
        assert body[1].count(b"Artikel Nummer") >= 60
        assert plain[1].count(b"Artikel Nummer") == 60
        for target in (ours, bare):
            latency(target, 100)
        times = [(p50(latency(ours, REQUESTS)), p50(latency(bare, REQUESTS))) for _round in range(ROUNDS)]
        rates = [(throughput(ours, SECONDS), throughput(bare, SECONDS)) for _round in range(ROUNDS)]
    mine, theirs = (statistics.median(values) for values in zip(*times, strict=True))
    rate, bare_rate = (statistics.median(values) for values in zip(*rates, strict=True))
    share = statistics.median(one / other for one, other in rates)  # of neighbours: the machine changes its pace
    return {
        "FAQ list of 60, signed in: p50 at one client (budget 2 ms)": f"{mine:.2f} ms (bare Flask {theirs:.2f} ms)",
        "FAQ list of 60: requests per second, one process": f"{rate:.0f} (bare Flask {bare_rate:.0f})",
        "FAQ list of 60: share of bare Flask + psycopg (budget 60 %)": f"{share:.0%}",
        "FAQ list of 60: size of the page": f"{len(body[1]) / 1024:.1f} kB",
    }


def creation(world: World) -> dict[str, str]:
    """From the console's form to the first page of the new portal."""
    with serving("quartier.app:create_app", world.environ, workers=2, factory=True) as (port, _pid):
        status_and_body(Target(port, "firma-60.localhost", "/sign-in"))
        form = {
            "name": "Neue Verwaltung AG", "slug": "neue-verwaltung", "country": "CH", "timezone": "Europe/Zurich",
            "languages": "de", "default_language": "de", "tone": "formal", "app_name": "Neue", "theme": "klar",
            "colour": "#8c2f39",
        }  # fmt: skip
        headers = {
            "Host": "console.localhost",
            "Cookie": f"{CONSOLE_COOKIE}={world.operator()}",
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        began = time.perf_counter()
        console = HTTPConnection("127.0.0.1", port)
        console.request("POST", "/companies/new", urlencode(form), headers)
        answer = console.getresponse()
        assert answer.status == 303, (answer.status, answer.read()[-2000:])
        while status_and_body(Target(port, "neue-verwaltung.localhost", "/sign-in"))[0] != 200:
            assert time.perf_counter() - began < 10, "the new company does not answer"
        return {
            "Company created in the console → its portal answers (budget 1 s)": f"{time.perf_counter() - began:.2f} s"
        }


def toggling(world: World, company: object) -> dict[str, str]:
    """From the commit of a switch to the last process and the API that notices."""
    with serving("quartier.app:create_app", world.environ, workers=2, factory=True) as (port, _pid):
        page = faq_page(world, port, company, "firma-60")
        api = Target(port, "firma-60.localhost", "/api/v1/faq/articles", token=world.api_token(company))  # type: ignore[arg-type]
        seconds = []
        for on in (False, True, False, True):
            wanted = 200 if on else 404
            world.switch(company, on=on)  # type: ignore[arg-type]
            seconds.append(max(until_all(page, wanted), until_all(api, wanted)))
    return {"Module switched → effective in two processes and the API (budget 1 s)": f"{max(seconds):.3f} s"}


def until_all(target: Target, wanted: int, in_a_row: int = 20) -> float:
    """Seconds until so many fresh connections in a row, over all processes, get the wanted status."""
    began = last_wrong = time.perf_counter()
    right = 0
    while right < in_a_row:
        status, _body = status_and_body(target)
        right = right + 1 if status == wanted else 0
        if status != wanted:
            last_wrong = time.perf_counter()
        assert time.perf_counter() - began < 30, f"{target.path} never answered {wanted}"
    return last_wrong - began


def many_companies(world: World, company: object) -> dict[str, str]:
    """The same page with 5,000 companies more, in turns, and the memory of a process that served all of them."""
    cookie, crowded = world.session(company), world.copied("bench_many")  # type: ignore[arg-type]
    populate(crowded)
    with (
        serving("quartier.app:create_app", world.environ, factory=True) as (quiet_port, _pid),
        serving("quartier.app:create_app", crowded.environ, factory=True) as (port, pid),
    ):
        for number in range(MANY):
            assert status_and_body(Target(port, f"viele-{number}.localhost", "/sign-in"))[0] == 200
        few, many = (faq_page(world, at, company, "firma-60", cookie) for at in (quiet_port, port))
        for target in (few, many):
            latency(target, 100)
        times = [(p50(latency(few, REQUESTS)), p50(latency(many, REQUESTS))) for _round in range(2 * ROUNDS)]
        memory = max(resident(child) for child in (pid, *children(pid)))
    more = statistics.median(crowd / quick for quick, crowd in times) - 1  # of neighbours: the machine changes its pace
    return {
        "FAQ list: p50 with 5,000 companies against a handful (budget +10 %)": f"{more:+.0%}",
        "Memory of a process that served 5,000 companies (budget 200 MB)": f"{memory:.0f} MB",
    }


def populate(world: World) -> None:
    """Companies by plain SQL: what is measured is living with them, not making them."""
    with psycopg.connect(driver_url(world.config.database_url)) as connection:
        connection.execute(
            "INSERT INTO company (id, slug, name, country, timezone, languages) SELECT gen_random_uuid(), "
            "'viele-' || n, 'Viele ' || n, 'CH', 'Europe/Zurich', '{de,en,fr}' FROM generate_series(0, %s) n",
            (MANY - 1,),
        )
        connection.execute(
            "INSERT INTO domain (host, company_id) SELECT slug, id FROM company WHERE slug LIKE 'viele-%'"
        )
        connection.execute(
            "INSERT INTO brand_version (company_id, id, number, app_name, theme, colour) "
            "SELECT id, gen_random_uuid(), 1, "
            "jsonb_build_object('de', slug), 'klar', '#' || substr(md5(slug), 1, 6) FROM company "
            "WHERE slug LIKE 'viele-%'"
        )
    world.analyse()


def resident(pid: int) -> float:
    """Megabytes of a process."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


def starting(world: World) -> dict[str, str]:
    """`quartier up` on data that exists already."""
    port, environ = free_port(), {**world.environ}
    for name in ("DATABASE_URL", "DATABASE_APP_URL", "DATABASE_PLATFORM_URL"):
        del environ[name]
    environ |= {"QUARTIER_PORT": str(port), "QUARTIER_VAR": str(Path("var/bench-up").resolve())}
    seconds = []
    for _round in range(2):  # the first makes the data, the second is the one that counts
        began = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-c", "from quartier.entry import main; main()", "up"], env=environ)
        await_port(port, 60)
        status_and_body(Target(port, "console.localhost", "/sign-in"))
        seconds.append(time.perf_counter() - began)
        process.terminate()
        process.wait(20)
    return {"`quartier up` on existing data → first answer (budget 5 s)": f"{seconds[-1]:.1f} s"}


if __name__ == "__main__":
    main()
