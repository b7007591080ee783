"""The whole platform behind a real socket, the demo companies in it, and people at browsers."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator
from quartier.accounts.passwords import hashing_with
from quartier.app import Platform, create_app
from quartier.companies.commands import apply_folder
from quartier.companies.services import company_by_slug
from quartier.config import Config
from quartier.db import engines
from quartier.estate.models import Building
from quartier.i18n import texts
from quartier.testing import PASSWORD, SomeCompany, password_hash, property_with_building
from tests.journeys.guest import Guest
from tests.journeys.site import held_port, serving
from tools.estates.__main__ import write_small

KEPT = Path("var/journeys")  # what a failed story leaves behind: a trace for `playwright show-trace`, and a picture
PATIENCE = 15_000  # milliseconds that a condition may take on a machine that is busy with other things
DOMAIN = "quartier.localhost"  # below it companies are one site to a browser; below `localhost` each is its own
MARA = "mara.lindt@quartier.example"
SIZES = {"phone": (360, 740), "desk": (1280, 800)}

Opens = Callable[..., Guest]
Finds = Callable[[str], SomeCompany]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every story needs a browser. Two processes begin at the two ends, and each plants the companies it comes across:
    the first company's stories stand at one end and those of the others at the other, or both would plant all."""
    stories = {item for item in items if item.nodeid.startswith("tests/journeys/")}
    for item in stories:
        item.add_marker(pytest.mark.browser)
    of_others = {item for item in stories if "nordlicht" in item.name or "regie-du-lac" in item.name}
    items.sort(key=lambda item: 2 if item in of_others else 0 if item in stories else 1)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Let fixtures know whether the story failed."""
    report: Any = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


FAILED: pytest.StashKey[bool] = pytest.StashKey()


@pytest.fixture(scope="session")
def site_config(test_config: Config, test_urls: engines.Urls) -> Config:
    """The installation for tests, as one that knows its own addresses."""
    admin, app, platform = (
        url.render_as_string(hide_password=False) for url in (test_urls.admin, test_urls.app, test_urls.platform)
    )
    return replace(test_config, database_url=admin, database_app_url=app, database_platform_url=platform)


@pytest.fixture(scope="session")
def platform(site_config: Config) -> Iterator[Platform]:
    """The platform on a port of its own; all fixtures of `quartier.testing` use this one here."""
    with held_port() as port:
        platform = create_app(replace(site_config, platform_domain=DOMAIN, port=port.getsockname()[1]))
        with serving(platform, port), hashing_with(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)):
            yield platform
        platform.close()


@pytest.fixture(scope="session")
def demo(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Finds:
    """The demo companies, each planted from its files when a story asks for it: `demo("nordlicht")`.

    They have the houses that are written down by hand, as tables: thousands of flats more would tell no other story.
    """
    folders = tmp_path_factory.mktemp("tenants")

    @cache
    def planted(slug: str) -> SomeCompany:
        shutil.copytree(Path("tenants") / slug, folders / slug, ignore=shutil.ignore_patterns("import"))
        write_small(slug, folders / slug)
        apply_folder(platform.shell.config, folders / slug, password=PASSWORD)
        return known_company(platform, slug)

    return planted


@pytest.fixture
def finds(platform: Platform) -> Finds:
    """A company that somebody made in the story."""
    return lambda slug: known_company(platform, slug)


@pytest.fixture
def opens(chromium: Browser, platform: Platform, request: pytest.FixtureRequest) -> Iterator[Opens]:
    """Open a browser at a host: `opens(brunnenhof.host, size="phone", language="fr-CH")`. It must not complain.

    `at=` is another browser than the one that takes the least work.
    """
    expect.set_options(timeout=PATIENCE)
    texts.install(platform.words)  # another platform, of other modules, may have spoken in this process before
    guests: list[Guest] = []
    with ExitStack() as closing:

        def open_at(
            host: str, *, size: str = "desk", language: str = "de-CH", at: Browser = chromium, **options: Any
        ) -> Guest:
            width, height = SIZES[size]
            context = at.new_context(
                viewport={"width": width, "height": height}, locale=language, timezone_id="Europe/Zurich",
                **{"color_scheme": "light", "reduced_motion": "reduce", "service_workers": "block"} | options,
            )  # fmt: skip
            closing.callback(context.close)
            context.set_default_timeout(PATIENCE)
            context.tracing.start()  # what was done and answered; with snapshots of pages it took half as long again
            guests.append(Guest(context, platform.shell.config.origin(host)))
            return guests[-1]

        yield open_at
        failed = request.node.stash.get(FAILED, True) or any(guest.problems for guest in guests)
        for number, guest in enumerate(guests, start=1):
            leave(guest, KEPT / f"{named(request.node)}-{number}" if failed else None)
    assert [guest.problems for guest in guests if guest.problems] == []


@pytest.fixture
def mara(platform: Platform, opens: Opens) -> Guest:
    """Sales, signed in to the console; she reads English."""
    with Session(platform.shell.platform) as db:
        if db.scalars(select(Operator).filter_by(email_key=MARA)).first() is None:
            hashed = password_hash()
            db.add(Operator(email=MARA, email_key=MARA, name="Mara Lindt", role="sales", password_hash=hashed))
            db.commit()
    mara = opens(platform.shell.config.console_host, language="en-GB")
    mara.goes("/")
    mara.signs_in(MARA, PASSWORD)
    return mara


def leave(guest: Guest, kept: Path | None) -> None:
    """End a guest's trace, and keep what shows why a story failed."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        guest.page.screenshot(path=kept / "page.png", full_page=True)
        (kept / "page.html").write_text(guest.page.content(), encoding="utf-8")
        (kept / "problems.txt").write_text("\n".join([guest.page.url, *guest.problems]), encoding="utf-8")
    guest.context.tracing.stop(path=kept / "trace.zip" if kept else None)


def named(story: pytest.Item) -> str:
    """A folder's name for a story."""
    return re.sub(r"[^\w-]+", "-", story.name).strip("-")[:80]


def known_company(platform: Platform, slug: str) -> SomeCompany:
    """A company of the database, with what tests do with companies; a house is built where there is none."""
    with Session(platform.shell.platform, expire_on_commit=False) as db:
        company = company_by_slug(db, slug)
        assert company is not None, slug
        building = db.scalars(select(Building).filter_by(company_id=company.id).order_by(Building.id)).first()
        if building is None:
            home, building = property_with_building(company.id, "Uferweg")
            db.add(home)
            db.flush()
            db.add(building)
            db.commit()
        languages = tuple(company.languages)
        return SomeCompany(platform, company.id, slug, languages, building.property_id, building.id)
