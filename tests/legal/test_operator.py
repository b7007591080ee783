"""What the law asks of who runs the installation."""

from __future__ import annotations

from collections.abc import Callable

from quartier.app import Platform
from quartier.legal.operator import notices
from quartier.testing import Browser


def test_the_console_has_an_imprint_of_its_own_where_somebody_has_written_one(
    platform: Platform, console: Callable[..., Browser]
) -> None:
    folder, browser = platform.shell.config.legal_folder, console()
    assert (notices(folder), browser.get("/imprint").status_code) == ((), 404)
    folder.mkdir(parents=True)
    for name in ("imprint.en.md", "imprint.de.md", "terms.de.md"):
        (folder / name).write_text(f"Quartier AG, {name}", encoding="utf-8")
    try:
        assert [path for path, _title in notices(folder)] == ["/imprint"]
        pages = [browser.get("/imprint", headers={"Accept-Language": one}).text for one in ("de", "fr")]
        assert ["imprint.de.md" in pages[0], '<div class="prose" lang="en">' in pages[1]] == [True, True]
        assert browser.get("/privacy").status_code == 404
    finally:
        for path in folder.iterdir():
            path.unlink()
        folder.rmdir()
