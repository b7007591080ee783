"""The product's own words, for tests that need no database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from quartier.i18n import install, load_catalogues

TRANSLATIONS = Path(__file__).parents[2] / "translations"


@pytest.fixture
def words() -> Iterator[None]:
    """All of the core's words, and those from before afterwards."""
    before = install(load_catalogues(sorted(path for path in TRANSLATIONS.iterdir() if path.is_dir())))
    yield
    install(before)
