"""Pages with much behind them: how long each takes, what of it is Python, and how often it asks the database."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator

from quartier.app import create_app
from quartier.testing import Browser, Statements
from tests.bench.client import Target, latency, p50, status_and_body
from tests.bench.world import World, driver_url, serving

REQUESTS, ROUNDS = 60, 5
Asked = tuple[str, str, str]
"""What the page is called, its path, and the reader's cookie."""


def pages(
    world: World, slug: str, what: str, asked: Iterable[Asked], *, change: Callable[[], object] | None = None
) -> dict[str, str]:
    """Page → median of whole pages with one reader, and what they are made of; and that of bare Flask's page.

    With `change`, which changes something in the company, also how long a page takes that was not kept.
    """
    figures = {}
    bare_environ = world.environ | {"BARE_DATABASE": driver_url(world.config.database_url)}
    bare_environ["BARE_COMPANY"] = str(world.id_of(slug))
    with (
        serving("quartier.app:create_app", world.environ, factory=True) as (port, _pid),
        serving("tests.bench.bare:app", bare_environ) as (bare_port, _bare_pid),
    ):
        bare = Target(bare_port, "127.0.0.1", "/faq/")
        latency(bare, 10)
        for name, path, cookie in asked:
            target = Target(port, f"{slug}.localhost", path, cookie)
            status, body = status_and_body(target)
            assert status == 200, (path, status)
            latency(target, 10)
            times, plain = latency(target, REQUESTS), latency(bare, REQUESTS)
            spent, share = p50(times), min(times) / min(plain)  # quickest by quickest: the machine changes its pace
            statements, own = inside(world, slug, path, cookie)
            words = (
                f"{spent:.1f} ms, of which {own:.1f} ms in Python; {statements} statements; {len(body) / 1024:.0f} kB; "
                f"{share:.1f} times bare Flask's page"
            )
            if change is not None:
                words += f"; {p50([*_each(target, change)]):.1f} ms after a change"
            figures[f"{what}: {name} (p50)"] = words
    return figures


def _each(target: Target, change: Callable[[], object]) -> Iterator[float]:
    for _request in range(REQUESTS):
        change()
        yield from latency(target, 1)


def inside(world: World, slug: str, path: str, cookie: str) -> tuple[int, float]:
    """What one request sends to the database, and how long this process works on it (milliseconds)."""
    platform = create_app(world.config)
    browser = Browser(platform, f"{slug}.localhost")
    name, _equals, token = cookie.partition("=")
    browser.cookie(name, token)
    browser.get(path)
    spent = []
    for _round in range(ROUNDS):
        began = time.process_time()
        for _request in range(10):
            browser.get(path)
        spent.append((time.process_time() - began) * 100)
    with Statements() as seen:  # last: until a process hears of changes it asks for the company each time
        browser.get(path)
    platform.close()
    return seen.count, min(spent)
