"""Keys for finding and for sorting, made in Python, so that they do not depend on how the database was built."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_FRACTIONS: Final = str.maketrans({"½": ".5", "¼": ".25", "¾": ".75"})
_DIGITS = re.compile(r"\d+")
_DROPPED: Final = frozenset({"Mn", "Me", "Cf"})  # accents, enclosing marks, soft hyphens and other invisible signs
_LONGEST_NUMBER: Final = 12
_COMMON: Final = 0x2000  # Latin, Greek, Cyrillic and their neighbours


class _Letters(dict[int, str | None]):
    """What becomes of each character, for `str.translate`: found out once, and kept for those of our languages."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        kept = None if unicodedata.category(character) in _DROPPED else character if character.isalnum() else " "
        if code < _COMMON:
            self[code] = kept
        return kept


_LIGATURES: Final = {"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
_LETTERS: Final = _Letters({ord(sign): letters for sign, letters in _LIGATURES.items()})


def fold(text: str) -> str:
    """Words in small letters without accents and punctuation, with single blanks: "L’Œuvre" → "l oeuvre".

    Query and document go through the same function. Umlauts lose their dots (ä → a), as French accents do, and
    "3½ Zimmer" is found as "3.5 Zimmer". Folding twice changes nothing.
    """
    spelt = unicodedata.normalize("NFKD", text.translate(_FRACTIONS)).casefold()
    return " ".join(unicodedata.normalize("NFKD", spelt).translate(_LETTERS).split())


def sort_key(text: str) -> str:
    """Orders names as a German or French reader expects (accents count only between equals) under any collation by
    code point; numbers count as numbers, so that "Haus 2" stands before "Haus 10"."""
    by_number = _DIGITS.sub(lambda digits: digits[0].zfill(_LONGEST_NUMBER), fold(text))
    return f"{by_number}\x1f{unicodedata.normalize('NFC', text).casefold()}"
