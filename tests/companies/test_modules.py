"""The page of plugins: what is installed, what is wrong with it."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from quartier.app import Platform
from quartier.plugin.manager import Problem
from quartier.testing import Browser, SomeCompany


def row(browser: Browser, slug: str) -> str:
    page = browser.get("/plugins").text
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    [found] = [one for one in rows if f'<span class="sub">{slug}' in one]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", " ", found)))


def test_a_plugin_that_could_not_be_loaded_says_why(platform: Platform, console: Callable[..., Browser]) -> None:
    platform.shell.plugins.problems.append(Problem("teleporter", "No module named 'teleporter'"))
    try:
        words = row(console("support"), "teleporter")
    finally:
        platform.shell.plugins.problems.pop()
    assert "not serving No module named 'teleporter'" in words


def test_failures_of_hooks_are_counted_beside_the_plugin(platform: Platform, console: Callable[..., Browser]) -> None:
    platform.shell.plugins.problems.append(Problem("teleporter", "is slow"))
    platform.shell.plugins.failures["teleporter", "search"] += 3
    try:
        words = row(console("sales"), "teleporter")
    finally:
        platform.shell.plugins.problems.pop()
        del platform.shell.plugins.failures["teleporter", "search"]
    assert "3 failures search" in words


def test_what_works_says_so_and_who_uses_it(brunnenhof: SomeCompany, console: Callable[..., Browser]) -> None:
    for slug in brunnenhof.platform.shell.plugins.serving:
        words = row(console("admin"), slug)
        assert "serving" in words
        assert "not serving" not in words
