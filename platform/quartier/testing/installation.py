"""The whole product on the database of this process, and companies to try it with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator, OperatorSession
from quartier.accounts.operators import COOKIE as CONSOLE_COOKIE
from quartier.accounts.passwords import hashing_with
from quartier.accounts.visitors import hash_token, new_token
from quartier.app import Platform, create_app
from quartier.companies.services import NewCompany, create_company
from quartier.config import Config
from quartier.db import engines
from quartier.db.base import new_id
from quartier.i18n import texts
from quartier.i18n.localized import LocalizedText
from quartier.testing.browser import Browser
from quartier.testing.people import SomeCompany, numbers, password_hash, property_with_building, sell
from quartier.testing.work import leave_no_work


@pytest.fixture(scope="session")
def test_config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """An installation for tests: the shared test server, files in a folder that pytest throws away."""
    return Config(var=tmp_path_factory.mktemp("var"), durable=False)


@pytest.fixture(scope="session")
def platform(test_config: Config, test_urls: engines.Urls) -> Iterator[Platform]:
    """The whole platform on the test database, listening for changes as in production."""
    addresses = [
        url.render_as_string(hide_password=False) for url in (test_urls.admin, test_urls.app, test_urls.platform)
    ]
    config = replace(
        test_config, database_url=addresses[0], database_app_url=addresses[1], database_platform_url=addresses[2]
    )
    platform = create_app(config)
    with hashing_with(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)):
        yield platform
    platform.close()


@pytest.fixture
def make_company(platform: Platform) -> Iterator[Callable[..., SomeCompany]]:
    """Make a company: `make_company("Brunnenhof", modules=("faq",), languages=("de", "en", "fr"))`."""
    texts.install(platform.words)  # another platform, of other modules, may have spoken in this process before
    companies: list[SomeCompany] = []

    def make(name: str = "Brunnenhof", *, modules: tuple[str, ...] = (), **facts: Any) -> SomeCompany:
        slug = f"{name.lower().replace(' ', '-')}-{next(numbers)}"
        languages = facts.pop("languages", ("de", "en", "fr"))
        new = NewCompany(
            slug=slug,
            name=f"{name} AG",
            country=facts.pop("country", "CH"),
            timezone="Europe/Zurich",
            languages=languages,
            app_name=LocalizedText(dict.fromkeys(languages, name)),
            colour=facts.pop("colour", "#1f5c4a"),
            **facts,
        )
        with Session(platform.shell.platform, expire_on_commit=False) as db:
            company = create_company(db, new, actor="test")
            home, building = property_with_building(company.id, "Brunnenhofstrasse")
            db.add(home)
            db.flush()
            db.add(building)
            if modules:
                sell(db, company.id, modules)
            db.commit()
        made = SomeCompany(platform, company.id, slug, languages, home.id, building.id)
        companies.append(made)
        platform.shell.hosts.forget()
        return made

    yield make
    for company in companies:
        company.close()
    if companies:
        leave_no_work(platform, [company.id for company in companies])


@pytest.fixture
def brunnenhof(make_company: Callable[..., SomeCompany], platform: Platform) -> SomeCompany:
    """A company with every installed module."""
    return make_company("Brunnenhof", modules=tuple(platform.shell.plugins.serving))


@pytest.fixture
def nordlicht(make_company: Callable[..., SomeCompany], platform: Platform) -> SomeCompany:
    """Another company with every installed module, and none of the first one's business."""
    return make_company(
        "Nordlicht", modules=tuple(platform.shell.plugins.serving), languages=("de", "en"), country="DE",
        tone="informal", theme="markant", colour="#0b4f8a",
    )  # fmt: skip


@pytest.fixture
def console(platform: Platform) -> Callable[..., Browser]:
    """A browser at the console: `console("sales")`, or `console()` with nobody signed in."""

    def sign_in(role: str | None = None) -> Browser:
        browser = Browser(platform, platform.shell.config.console_host)
        if role:
            number, token = next(numbers), new_token()
            email = f"mara-{number}@quartier.example"
            operator = Operator(id=new_id(), email=email, email_key=email, name="Mara Lindt", role=role)
            operator.password_hash = password_hash()
            until = datetime.now(UTC) + timedelta(hours=1)
            with Session(platform.shell.platform) as db:
                db.add(operator)
                db.flush()
                db.add(OperatorSession(account_id=operator.id, token_hash=hash_token(token), expires_at=until))
                db.commit()
            browser.cookie(CONSOLE_COOKIE, token)
        return browser

    return sign_in
