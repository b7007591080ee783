"""Setting and printing letters: one run for all of them, over data and never over markup."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from itertools import groupby, islice
from math import ceil
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import segno

from quartier.letters.binding import bound

TEMPLATE: Final = Path(__file__).parent / "letter.typ"
FONTS: Final = Path(__file__).parents[1] / "web" / "static" / "vendor"
"""The press brings its own letters; signs such as emoji come from here."""
WINDOWS: Final = ("din", "left", "right")
"""Where envelopes have their window: DIN 5008 form B, or Switzerland's with the address on the left or the right."""
PLACES: Final = {"din": (80.0, 27.3), "left": (82.0, 32.0), "right": (78.0, 32.0)}  # millimetres, as in letter.typ
LETTER, LEADING, POINT = 0.5, 1.22, 0.3528  # an average letter's width, a line's height; millimetres
KINDS: Final = {"image/svg+xml": "svg", "image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}

SET: Final = 50
"""So many letters are set at once: the press keeps what it made of the last ten sets, which is most of its memory."""
DOTS: Final = 4  # pixels a side of one dark or light square


@dataclass(frozen=True)
class Paper:
    """On which company's paper. `logo` are bytes and their media type; `sender` stands small above the recipient."""

    name: str
    sender: str
    foot: str
    colour: str
    window: str
    logo: tuple[bytes, str] | None = None


@dataclass(frozen=True)
class Access:
    """What opens the portal: the steps, and in a box the code and where it is typed; the QR code opens the `url`."""

    steps: Sequence[str]
    code_label: str
    code: str
    address_label: str
    typed_at: str
    url: str


@dataclass(frozen=True)
class Page:
    """One letter in its reader's language: finished sentences. Only a letter that lets somebody in has an `access`.

    A letter that does not fit one page goes on, and its further pages say which they are.
    """

    language: str
    address: Sequence[str]
    date: str
    subject: str
    greeting: str
    paragraphs: Sequence[str]
    notes: Sequence[str]
    closing: str
    signature: str
    access: Access | None = None


def printed(paper: Paper, pages: Iterable[Page], *, title: str) -> bytes:
    """The letters as one PDF, in the order in which they come. Raises ValueError where there are none."""
    return printed_each(((paper, page) for page in pages), title=title)


def printed_each(sheets: Iterable[tuple[Paper, Page]], *, title: str) -> bytes:
    """The same for letters of which not all are on the same paper."""
    sets = (
        (paper, [page for _paper, page in some])
        for paper, alike in groupby(sheets, key=itemgetter(0))
        for some in iter(partial(_next, alike), [])
    )
    return bound(_pressed(paper, some, title) for paper, some in sets)


def _next(sheets: Iterator[tuple[Paper, Page]]) -> list[tuple[Paper, Page]]:
    return list(islice(sheets, SET))


def drawn(paper: Paper, page: Page, *, title: str) -> bytes:
    """The first sheet of one letter as a picture (PNG, 96 pixels an inch)."""
    import typst  # as below

    with TemporaryDirectory(prefix="letters-") as folder:
        home = Path(folder)
        _lay_out(home, paper, [page], title)
        made: bytes | list[bytes] = typst.compile(
            str(home / TEMPLATE.name), root=folder, font_paths=[str(FONTS)], format="png", ppi=96
        )
    return made if isinstance(made, bytes) else made[0]


def _pressed(paper: Paper, pages: Sequence[Page], title: str) -> bytes:
    import typst  # thirty megabytes that only who prints needs

    with TemporaryDirectory(prefix="letters-") as folder:
        home = Path(folder)
        _lay_out(home, paper, pages, title)
        made: bytes = typst.compile(
            str(home / TEMPLATE.name), root=folder, font_paths=[str(FONTS)], format="pdf", pdf_tags=False
        )
    return made


def _lay_out(home: Path, paper: Paper, pages: Iterable[Page], title: str) -> None:
    window = PLACES[paper.window]
    facts = asdict(paper) | {"title": title, "logo": None}
    facts["sizes"] = {"sender": size([paper.sender], (window[0], 4.2), (7, 6, 5, 4))}
    if paper.logo is not None and paper.logo[1] in KINDS:
        facts["logo"] = f"logo.{KINDS[paper.logo[1]]}"
        (home / facts["logo"]).write_bytes(paper.logo[0])
    letters = [asdict(page) | {"qr": f"{at}.png", "sizes": _sizes(page, window)} for at, page in enumerate(pages)]
    for letter in letters:
        if letter["access"] is not None:
            draw(letter["access"]["url"], home / letter["qr"])
    (home / "letters.json").write_text(json.dumps({"paper": facts, "letters": letters}))
    (home / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())


def size(lines: Sequence[str], place: tuple[float, float], sizes: Sequence[int]) -> int:
    """The largest of some sizes (points) at which lines fit a place (millimetres wide, high), or the smallest.

    By the width of a letter on average, with room to spare: names may have two hundred characters.
    """
    wide, high = place

    def fits(one: int) -> bool:
        rows = sum(ceil(len(line) * LETTER * one * POINT / (wide * 0.93)) for line in lines)
        return rows * one * POINT * LEADING <= high

    return next((one for one in sizes if fits(one)), sizes[-1])


def _sizes(page: Page, window: tuple[float, float]) -> dict[str, int]:
    text = (11, 10, 9, 8, 7)
    found = {
        "address": size(page.address, window, (*text, 6, 5)),
        "subject": size([page.subject], (150, 12), (13, 11, 9)),
        "greeting": size([page.greeting], (165, 10), text),
        "signature": size([page.signature], (155, 10), text),
    }
    if page.access is not None:
        found["code"] = size([page.access.code], (85, 9), (22, 20, 17, 14, 11))
        found["typed_at"] = size([page.access.typed_at], (105, 6), (13, 11, 9, 7))
    return found


def draw(url: str, file: Path) -> None:
    """A QR code as a small picture: as a drawing of paths, thousands of them would take a gigabyte to set.

    The mask is given: to weigh all eight takes six times as long, and any of them is read.
    """
    segno.make(url, error="m", micro=False, mask=3).save(str(file), scale=DOTS, border=2)
