"""The imprint and the privacy notice of who runs the installation, for the console: files beside the installation.

What is a company's own stands in its portal. `imprint.de.md`, `privacy.fr.md` and so on lie in `QUARTIER_LEGAL`, else
in `var/legal`; a document without any file has no link. They are looked for when a process starts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from werkzeug.exceptions import NotFound

from quartier.i18n.localized import LocalizedText
from quartier.i18n.voice import LANGUAGES
from quartier.legal.kinds import IMPRINT, PRIVACY, TITLES
from quartier.legal.showing import shown
from quartier.web.gate import PUBLIC
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

OF_THE_OPERATOR: Final = (IMPRINT, PRIVACY)
console = Pages("operator_notices", __name__, area="console")


def notices(folder: Path) -> tuple[tuple[str, LocalizedText], ...]:
    """Address and title of each document that there is."""
    return tuple((f"/{key}", TITLES[key]) for key in OF_THE_OPERATOR if _text(folder, key))


@console.page("/imprint", needs=PUBLIC)
def imprint(visit: ConsoleVisit) -> str:
    """Who runs the installation."""
    return _page(visit, IMPRINT)


@console.page("/privacy", needs=PUBLIC)
def privacy(visit: ConsoleVisit) -> str:
    """What happens to the data of who works at the console."""
    return _page(visit, PRIVACY)


def _page(visit: ConsoleVisit, key: str) -> str:
    words = _text(shell().config.legal_folder, key)
    if not words:
        raise NotFound
    text, title = words.pick(visit.voice.language, ("en",)), TITLES[key].pick(visit.voice.language, ("en",))
    return render("legal/operator.html", text=text, title=title, shown=shown)


def _text(folder: Path, key: str) -> LocalizedText:
    files: dict[str, Path] = {one: folder / f"{key}.{one}.md" for one in sorted(LANGUAGES)}
    return LocalizedText({one: path.read_text(encoding="utf-8") for one, path in files.items() if path.is_file()})
