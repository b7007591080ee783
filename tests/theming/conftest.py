"""The themes of the product, and a page to see what a browser makes of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from quartier.config import shipped
from quartier.theming.themes import Theme, load_themes


@pytest.fixture(scope="session")
def themes() -> dict[str, Theme]:
    return load_themes(shipped("themes"))


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(color_scheme="light", offline=True)
    yield context.new_page()
    context.close()
