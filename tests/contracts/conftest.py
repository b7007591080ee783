"""A platform with modules of the tests' own, so that contracts are tested whatever is built in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from quartier.app import Platform, create_app
from quartier.config import Config
from quartier.db import engines
from quartier.plugin.manager import GROUP, Plugins, discover

MANIFEST = """
from quartier.sdk import Manifest, Permission

manifest = Manifest(
    slug={slug!r}, name=dict(de={name!r} + " (de)", en={name!r}, fr={name!r} + " (fr)"),
    short_name=dict(de="x", en="x", fr="x"), description=dict(de="x", en="x", fr="x"), icon="pin",
    permissions=(Permission({slug!r} + ".edit", dict(de="x", en="x", fr="x")),),
    depends_on={needs!r}, scoped={scoped!r},
)
"""
HOOKS = """
from quartier.sdk import hookimpl

begun = []


@hookimpl
def module_switched_on(db, actor):
    begun.append((db.company_id, actor))
    if {raises!r}:
        raise RuntimeError("no room on the wall")
"""


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Plugins:
    """Ballroom; letters, which need the ballroom; a billboard for single properties; a piano that fails to start."""
    folder = tmp_path_factory.mktemp("modules")
    found = [
        outside_module(folder, "ballroom", "Ballroom"),
        outside_module(folder, "letters", "Serial letters", needs=("ballroom",)),
        outside_module(folder, "billboard", "Billboard", scoped=True),
        outside_module(folder, "piano", "Piano", raises=True),
    ]
    sys.path.insert(0, str(folder))
    return discover(found)


def outside_module(
    folder: Path, slug: str, name: str, *, needs: tuple[str, ...] = (), scoped: bool = False, raises: bool = False
) -> EntryPoint:
    """Write a small plugin and say where it is."""
    package = folder / f"sold_{slug}"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "manifest.py").write_text(MANIFEST.format(slug=slug, name=name, needs=needs, scoped=scoped))
    (package / "plugin.py").write_text(HOOKS.format(raises=raises))
    return EntryPoint(slug, f"sold_{slug}.plugin", GROUP)


@pytest.fixture(scope="session")
def platform(test_config: Config, test_urls: engines.Urls, modules: Plugins) -> Iterator[Platform]:
    """The platform on the test database, with these modules."""
    addresses = [
        url.render_as_string(hide_password=False) for url in (test_urls.admin, test_urls.app, test_urls.platform)
    ]
    config = replace(
        test_config, database_url=addresses[0], database_app_url=addresses[1], database_platform_url=addresses[2]
    )
    platform = create_app(config, plugins=modules)
    yield platform
    platform.close()
