"""Setting a quote: what is offered, on the platform's own paper, as the document that is accepted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from quartier.letters.press import FONTS

TEMPLATE: Final = Path(__file__).parent / "quote.typ"
LOGO: Final = Path(__file__).parents[1] / "web" / "static" / "quartier" / "logo.svg"


@dataclass(frozen=True)
class Row:
    """One product: what it is called and does, how many, how the price comes about, and the price."""

    name: str
    summary: str
    quantity: str
    how: str
    price: str


@dataclass(frozen=True)
class Group:
    """All that is charged in one rhythm, with its sums: a word and an amount each, the last one in bold."""

    title: str
    rows: Sequence[Row]
    sums: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class QuotePaper:
    """Finished words. `heads` are the three of a table; `facts` are names and values below the title; `pages` says
    which page of how many it is, with {page} and {pages}. `terms` stand below `conditions`, each with what it is about;
    `acceptance` stands in a frame: a heading, and how to say yes."""

    language: str
    title: str
    subject: str
    sender: Sequence[str]
    addressee: Sequence[str]
    date: str
    intro: Sequence[str]
    facts: Sequence[tuple[str, str]]
    heads: Sequence[str]
    groups: Sequence[Group]
    conditions: str
    terms: Sequence[tuple[str, str]]
    acceptance: tuple[str, str]
    closing: Sequence[str]
    foot: str
    pages: str
    colour: str = "#1E2530"
    watermark: str = ""
    author: str = field(default="Quartier")


def pressed_quote(paper: QuotePaper) -> bytes:
    """The quote as a PDF on A4, as many pages as it takes."""
    import typst  # thirty megabytes that only who prints needs

    with TemporaryDirectory(prefix="quote-") as folder:
        home = Path(folder)
        (home / "quote.json").write_text(json.dumps(asdict(paper)))
        (home / "logo.svg").write_bytes(LOGO.read_bytes())
        (home / TEMPLATE.name).write_bytes(TEMPLATE.read_bytes())
        made: bytes = typst.compile(str(home / TEMPLATE.name), root=folder, font_paths=[str(FONTS)], format="pdf")
    return made
