"""One Playwright for each test process, for it allows no second one beside it, and browsers that start when needed."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


# What is imported and collected stays until the end: the collector of garbage need not look at it again and again.
gc.disable()


def pytest_collection_finish() -> None:
    """All tests are known. What they make is looked through seldom: a company is a few hundred objects, not a leak."""
    gc.freeze()
    gc.set_threshold(200_000)
    gc.enable()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers. There can be one in a process."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Debian's Chromium with a profile of its own; tests that need it are left out where there is none.

    The build without windows takes half of the work for the same pages.
    """
    yield from started(playwright, shutil.which("chromium-headless-shell") or shutil.which("chromium"))


@pytest.fixture(scope="session")
def whole_chromium(playwright: Playwright) -> Iterator[Browser]:
    """The Chromium that people have: it shows messages beside its pages, which the build without windows cannot."""
    yield from started(playwright, shutil.which("chromium"))


def started(playwright: Playwright, program: str | None) -> Iterator[Browser]:
    """A browser, until the tests are over."""
    if program is None:
        pytest.skip("there is no chromium on this machine")
    browser = playwright.chromium.launch(executable_path=program, args=QUIET)
    yield browser
    browser.close()
