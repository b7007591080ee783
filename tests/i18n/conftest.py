"""Small real catalogues on disk, and voices that are silent again after each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quartier.i18n import Catalogues, install, load_catalogues
from quartier.i18n.texts import current_voice
from tests.i18n.entries import WritePo

WORDS = Path(__file__).parents[2] / "translations" / "i18n"


@pytest.fixture
def po(tmp_path: Path) -> WritePo:
    """Writes `<folder>/<name>` with the entries and a header; returns the folder."""

    def write(folder: str, name: str, *entries: str, header: str = "") -> Path:
        place = tmp_path / folder
        place.mkdir(parents=True, exist_ok=True)
        start = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n' + header
        (place / name).write_text("\n\n".join([start, *entries]) + "\n", "utf-8")
        return place

    return write


@pytest.fixture
def speak() -> Iterator[Callable[[Catalogues], None]]:
    """Installs catalogues for one test."""
    before = install(Catalogues({}))

    def speak_with(catalogues: Catalogues) -> None:
        install(catalogues)

    yield speak_with
    install(before)


@pytest.fixture
def own_words(speak: Callable[[Catalogues], None]) -> None:
    """The words of the package itself, as they are shipped."""
    speak(load_catalogues([WORDS]))


@pytest.fixture(autouse=True)
def nothing_stays_bound() -> Iterator[None]:
    before = current_voice()
    yield
    assert current_voice() == before
