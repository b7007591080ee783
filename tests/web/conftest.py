"""The product's own words, for tests that need no database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from quartier.i18n import install, load_catalogues, texts
from quartier.i18n.voice import Voice

TRANSLATIONS = Path(__file__).parents[2] / "translations"


@pytest.fixture
def words() -> Iterator[None]:
    """All of the core's words, and those from before afterwards."""
    before = install(load_catalogues(sorted(path for path in TRANSLATIONS.iterdir() if path.is_dir())))
    yield
    install(before)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """English, whatever language the request before this test spoke: a thread keeps the voice of its last one."""
    with texts.using(Voice("en")):
        yield
