"""What a language's spelling asks for and nobody should have to type: it is put in when the catalogues load."""

from __future__ import annotations

import re
from typing import Final

NARROW, WIDE = "\u202f", "\u00a0"  # spaces at which no line breaks
BEFORE: Final = re.compile(r" (?=[;!?]|%%)")
BESIDE: Final = re.compile(r" (?=[:»](?:\s|$))|(?<=«) ")


def swiss(german: str) -> str:
    """As written in Switzerland, where ß is not used and «these» are the quotation marks."""
    return german.replace("ß", "ss").replace("ẞ", "SS").replace("„", "«").replace("“", "»")


def german(text: str) -> str:
    """As written everywhere else: „these“ are the quotation marks, whichever the translator typed."""
    return text.replace("«", "„").replace("»", "“")


def french(text: str) -> str:
    """With the spaces that hold a sign to its word: a question mark never begins a line."""
    return BESIDE.sub(WIDE, BEFORE.sub(NARROW, text))
