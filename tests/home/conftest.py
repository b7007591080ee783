"""A platform with two modules more, whatever else is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from quartier.app import Platform, create_app
from quartier.plugin.manager import Plugins
from quartier.testing import SomeCompany
from tests.home.laundry import plugin as laundry
from tests.home.leaky import plugin as leaky


@pytest.fixture(scope="session")
def platform(platform: Platform) -> Iterator[Platform]:
    """The same database, served with the laundry and a module that always fails."""
    plugins = Plugins()
    plugins.add(laundry)
    plugins.add(leaky)
    serving = create_app(platform.shell.config, plugins=plugins)
    yield serving
    serving.close()


@pytest.fixture
def brunnenhof(make_company: Callable[..., SomeCompany]) -> SomeCompany:
    """A company with the laundry."""
    return make_company("Brunnenhof", modules=("laundry",))
