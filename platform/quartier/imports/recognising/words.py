"""Words made comparable: case, accents, umlauts and punctuation do not tell apart what a person means."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from quartier.imports.reading.tables import Cell

SHARP: Final = str.maketrans({"ß": "ss", "œ": "oe", "æ": "ae", "ø": "o", "²": "2", "³": "3", "№": "no", "°": "o"})
NOT_A_WORD: Final = re.compile(r"[^a-z0-9]+")
HUMP: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """`"Straße / Nr."` → `"strasse nr"`, `"startDate"` → `"start date"`. Umlauts lose their dots."""
    text = HUMP.sub(" ", text).lower().translate(SHARP)
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return NOT_A_WORD.sub(" ", plain).strip()


def spelled_out(text: str) -> str:
    """The same with umlauts as two letters, as some systems write them: `"fläche"` → `"flaeche"`."""
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("Ä", "Ae"), ("Ö", "Oe"), ("Ü", "Ue")):
        text = text.replace(umlaut, letters)
    return folded(text)


def text_of(cell: Cell) -> str:
    """A cell as text: spaces tidied, a number without the tail that spreadsheets give it."""
    if isinstance(cell, str):
        return " ".join(cell.split())
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)
