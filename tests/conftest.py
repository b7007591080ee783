"""One Chromium for each test process: Playwright allows no second one beside it, and starting one is the slow part."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

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
def chromium() -> Iterator[Browser]:
    """Debian's Chromium with a profile of its own; tests that need it are left out where there is none."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield browser
        browser.close()
