"""Setting a notice for the stairwell: one sheet to read in passing, or more where the text is long; nothing is cut."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from quartier.letters.blocks import blocks_of
from quartier.letters.press import FONTS, KINDS, Paper, draw, size

TEMPLATE: Final = Path(__file__).parent / "notice.typ"
TEXT_SIZES: Final = ((350, 22.0), (700, 19.0), (1_200, 16.0), (2_200, 13.5))
"""The size (points) of texts up to so many characters: short ones are read from the stairs."""
SMALLEST: Final = 11.5
LONGEST_WORD: Final = 26
"""A title with a longer one may break words."""


@dataclass(frozen=True)
class Sheet:
    """A notice in one language: finished sentences. `html` is a text of `render_markdown`, `facts` are names and values
    below the title, `url` is what the QR code opens, beside `invitation` and the `typed_at` of who has no camera;
    `pages` says which sheet of how many it is, with {page} and {pages}, and `remark` stands small at the end.
    `pictures` (WebP, PNG or JPEG, and what is to be seen) stand below the text where it leaves room.
    """

    language: str
    title: str
    date: str
    html: str
    facts: Sequence[tuple[str, str]]
    url: str
    invitation: str
    typed_at: str
    pages: str
    remark: str = ""
    pictures: Sequence[tuple[bytes, str]] = ()


def pressed(paper: Paper, sheets: Sequence[Sheet], *, title: str) -> bytes:
    """The sheets as one PDF on A4, each begun on a page of its own."""
    import typst  # thirty megabytes that only who prints needs

    with TemporaryDirectory(prefix="notice-") as folder:
        home = Path(folder)
        facts: dict[str, Any] = {"name": paper.name, "foot": paper.foot, "colour": paper.colour, "title": title}
        facts["logo"] = _kept(paper, home)
        for at, sheet in enumerate(sheets):
            draw(sheet.url, home / f"{at}.png")
        told = {"paper": facts, "sheets": [_set(sheet, at, home) for at, sheet in enumerate(sheets)]}
        (home / "notice.json").write_text(json.dumps(told))
        (home / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        made: bytes = typst.compile(str(home / TEMPLATE.name), root=folder, font_paths=[str(FONTS)], format="pdf")
    return made


def _kept(paper: Paper, home: Path) -> str | None:
    if paper.logo is None or paper.logo[1] not in KINDS:
        return None
    name = f"logo.{KINDS[paper.logo[1]]}"
    (home / name).write_bytes(paper.logo[0])
    return name


def _pictures(sheet: Sheet, at: int, home: Path) -> list[tuple[str, str]]:
    """Names of the files that the press reads; it tells by their beginning what they are."""
    found = []
    for place, (body, alt) in enumerate(sheet.pictures):
        name = f"{at}-{place}.{_ending(body)}"
        (home / name).write_bytes(body)
        found.append((name, alt))
    return found


def _ending(body: bytes) -> str:
    return "png" if body.startswith(b"\x89PNG") else "jpg" if body.startswith(b"\xff\xd8") else "webp"


def _set(sheet: Sheet, at: int, home: Path) -> dict[str, Any]:
    wide = next((points for most, points in TEXT_SIZES if len(sheet.html) <= most), SMALLEST)
    return {
        "language": sheet.language, "title": sheet.title, "date": sheet.date, "blocks": blocks_of(sheet.html),
        "facts": list(sheet.facts), "qr": f"{at}.png", "invitation": sheet.invitation, "typed_at": sheet.typed_at,
        "pages": sheet.pages, "remark": sheet.remark, "pictures": _pictures(sheet, at, home), "text": wide,
        "breaks": max(map(len, sheet.title.split()), default=0) > LONGEST_WORD,
        "heading": size([sheet.title], (170, 34), (34, 30, 26, 22, 18)),
    }  # fmt: skip
