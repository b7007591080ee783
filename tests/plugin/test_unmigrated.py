"""A plugin whose tables are not where its code expects them does not serve, and everything else does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from quartier.app import Platform, create_app
from quartier.plugin.manager import discover
from quartier.testing import Browser, SomeCompany
from tests.plugin.conftest import WritePlugin

PAGES = """
from quartier.sdk import PUBLIC, Pages, hookimpl
app = Pages("late", __name__, area="app", module="late")

@app.page("/", needs=PUBLIC)
def index(visit):
    return "here"

@hookimpl
def register_pages():
    return [app]
"""
MIGRATION = """
revision, down_revision, branch_labels, depends_on = "late_0001", None, None, None

def upgrade():
    raise RuntimeError("never")
"""


@pytest.fixture
def with_late_plugin(platform: Platform, write_plugin: WritePlugin) -> Platform:
    point = write_plugin("late", PAGES)
    module = discover([point]).installed["late"]
    (module.folder / "migrations").mkdir()
    (module.folder / "migrations" / "late_0001_first.py").write_text(MIGRATION)
    for name in [name for name in sys.modules if name.startswith("outside_late")]:
        del sys.modules[name]
    return create_app(replace(platform.shell.config), plugins=discover([point]))


def test_its_pages_are_404_and_the_portal_is_well(
    with_late_plugin: Platform, make_company: Callable[..., SomeCompany]
) -> None:
    company = make_company("Seefeld")
    company.switch("late")
    browser = Browser(with_late_plugin, company.host)
    statuses = {path: browser.get(path).status_code for path in ("/late/", "/sign-in")}
    problems = [(problem.plugin, problem.reason) for problem in with_late_plugin.shell.plugins.problems]
    with_late_plugin.close()
    assert statuses == {"/late/": 404, "/sign-in": 200}
    assert problems == [("late", "its migrations are not applied; run `quartier migrate`")]
