"""Street and house number, postal code and place, country: apart, as the database keeps them."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from babel import Locale

NUMBER: Final = r"\d{1,5}(?:\s?[a-zA-Z])?(?:\s?(?:[-–/+]|bis|ter|quater)\s?(?:\d{0,5}\s?[a-zA-Z]?))*"
BEHIND: Final = re.compile(rf"(?P<street>.*?[^\d\s,].*?)[\s,]+(?:(?:Nr|No|N°)\.?\s*)?(?P<number>{NUMBER})$")
BEFORE: Final = re.compile(rf"(?P<number>{NUMBER})[\s,]+(?P<street>\D.*)$")
PLACE: Final = re.compile(r"(?:(?P<country>[A-Z]{1,3})[-–\s])?\s*(?P<code>\d{4,6})\s+(?P<city>\S.*)$")
LETTER_CODES: Final = {"D": "DE", "A": "AT", "CH": "CH", "F": "FR", "FL": "LI", "L": "LU", "I": "IT", "B": "BE"}
OTHER_NAMES: Final = {"schweiz": "CH", "suisse": "CH", "deutschland": "DE", "brd": "DE", "usa": "US", "uk": "GB"}


def split_street(text: str) -> tuple[str, str]:
    """`Seestrasse 14a` → street and number; `12 bis, rue de Lausanne` likewise. The number may be empty."""
    text = " ".join(text.split()).rstrip(",")
    if found := BEFORE.match(text):
        return found["street"].strip(" ,"), _tight(found["number"])
    if found := BEHIND.match(text):
        return found["street"].strip(" ,"), _tight(found["number"])
    return text, ""


def split_place(text: str) -> tuple[str, str]:
    """`CH-8057 Zürich` → postal code and place. The code may be empty."""
    found = PLACE.match(text.strip())
    return (found["code"], found["city"].strip()) if found else ("", text.strip())


def split_address(text: str) -> tuple[str, str, str, str] | None:
    """`Seestrasse 14, 8057 Zürich` → street, number, code, place; None where no place is in it."""
    street, comma, place = text.rpartition(",")
    found = PLACE.match(place.strip()) if comma else None
    return (*split_street(street), found["code"], found["city"].strip()) if found else None


def parse_country(text: str) -> str:
    """ISO 3166-1 with two letters, from a code or a name in three languages; ValueError for what is none."""
    word = text.strip()
    if word.upper() in LETTER_CODES:
        return LETTER_CODES[word.upper()]
    code = countries().get(word.lower())
    if code is None:
        raise ValueError(text)
    return code


@cache
def countries() -> dict[str, str]:
    """Name or code in lower case → code."""
    found = dict(OTHER_NAMES)
    for language in ("de", "en", "fr"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "UN", "EZ", "ZZ", "QO"}:
                found.setdefault(name.lower(), code)
                found.setdefault(code.lower(), code)
    return found


def _tight(number: str) -> str:
    """`14 a` and `14a` are one house; `12 bis` stays two words."""
    return re.sub(r"(?<=\d)\s+(?=[a-zA-Z]$)", "", number.strip())
