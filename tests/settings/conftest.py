"""A platform of its own with modules from outside, so that these tests do not depend on which ones are built in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from quartier.app import Platform, create_app
from quartier.config import Config
from quartier.db import engines
from quartier.plugin.manager import discover
from quartier.testing import SomeCompany
from tests.journeys.site import held_port, serving

MANIFEST = """
from quartier.sdk import Manifest
manifest = Manifest(
    slug="{slug}", icon="{icon}", category="{category}", scoped={scoped}, position={position}, depends_on={needs!r},
    name={name!r}, short_name={short!r},
    description={{"de": "Hilfe zu {slug}.", "en": "Help on {slug}.", "fr": "Aide pour {slug}."}},
)
"""
PLUGIN = """
from quartier.api.blueprint import ApiBlueprint
from quartier.sdk import SIGNED_IN, Entry, Hit, Pages, hookimpl

begun = []
pages = Pages(
    "{slug}", __name__, area="app", module="{slug}", entries=(Entry("/{slug}/", module="{slug}", needs=SIGNED_IN),)
)
api = ApiBlueprint("{slug}", __name__, module="{slug}")


@pages.page("/", needs=SIGNED_IN)
def start(visit):
    return "the pages of {slug}"


@api.operation("GET", "/things", needs="public")
def things(visit):
    return {{"things": "{slug}"}}


@hookimpl
def register_pages():
    return [pages]


@hookimpl
def register_api():
    return [api]


@hookimpl
def search(visit, query):
    return [Hit("Found in {slug}", "/{slug}/")]


@hookimpl
def module_switched_on(db, actor):
    begun.append((db.company_id, actor))
"""
POST, WALL, CLUB = "lettersbox", "wallboard", "clubroom"
FACTS = {
    POST: {
        "icon": "mail", "category": "service", "scoped": False, "position": 10, "needs": (),
        "name": {"de": "Briefkasten", "en": "Letter box", "fr": "Boîte aux lettres"},
        "short": {"de": "Briefe", "en": "Letters", "fr": "Lettres"},
    },
    WALL: {
        "icon": "board", "category": "community", "scoped": True, "position": 20, "needs": (),
        "name": {"de": "Anschlag", "en": "Wall board", "fr": "Affichage"},
        "short": {"de": "Anschlag", "en": "Wall", "fr": "Panneau"},
    },
    CLUB: {
        "icon": "party", "category": "odd", "scoped": False, "position": 30, "needs": (WALL,),
        "name": {"de": "Klub", "en": "Club", "fr": "Club"},
        "short": {"de": "Klub", "en": "Club", "fr": "Club"},
    },
}  # fmt: skip


def write_modules(folder: Path) -> list[EntryPoint]:
    """The modules on disk, as a distribution from outside would bring them."""
    found = []
    for slug, facts in FACTS.items():
        package = folder / f"outside_{slug}"
        package.mkdir()
        (package / "__init__.py").write_text("")
        (package / "manifest.py").write_text(MANIFEST.format(slug=slug, **facts))
        (package / "plugin.py").write_text(PLUGIN.format(slug=slug))
        found.append(EntryPoint(slug, f"{package.name}.plugin", "quartier.plugins"))
    return found


@pytest.fixture(scope="package")
def platform(
    test_config: Config, test_urls: engines.Urls, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """The whole platform with these modules, on the test database, and on a port for browsers."""
    folder = tmp_path_factory.mktemp("modules")
    sys.path.insert(0, str(folder))
    addresses = [
        url.render_as_string(hide_password=False) for url in (test_urls.admin, test_urls.app, test_urls.platform)
    ]
    config = replace(
        test_config, database_url=addresses[0], database_app_url=addresses[1], database_platform_url=addresses[2]
    )
    with held_port() as port:
        config = replace(config, port=port.getsockname()[1])
        platform = create_app(config, plugins=discover(write_modules(folder)))
        with serving(platform, port):
            yield platform
        platform.close()
    sys.path.remove(str(folder))


@pytest.fixture
def company(make_company: Callable[..., SomeCompany]) -> SomeCompany:
    """A company that has bought two of the modules and uses them."""
    return make_company("Brunnenhof", modules=(POST, WALL))
