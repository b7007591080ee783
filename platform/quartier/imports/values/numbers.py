"""Numbers in German, Swiss, French and English notation."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal

Mark = Literal[",", "."]
"""The decimal mark of a column: 1.234 is a thousand with a comma as mark, and little more than one with a point."""

GROUPS: Final = str.maketrans("", "", "'’\u02bc` \u00a0\u202f\u2009_")
UNIT: Final = re.compile(r"(?i)\s*(m2|m²|qm|sqm|m\^2|zimmer|zi\.?|rooms?|pi[eè]ces?|p\.?|pces?|chf|eur|€|fr\.?|%)\s*$")
FRACTIONS: Final = {"½": ".5", "¼": ".25", "¾": ".75", " 1/2": ".5", " 1/4": ".25", " 3/4": ".75"}
PLAIN: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?$")
ENGLISH_GROUPS: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?$")
GERMAN_GROUPS: Final = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?$")


def parse_number(value: Any, mark: Mark = ".", *, digits: int = 2, below: float = 10**7) -> Decimal:
    """A number with so many digits after the mark, or ValueError, for negative ones and for those too large as well."""
    found = Decimal(repr(value)) if isinstance(value, float | int) else _read(str(value), mark)
    if not found.is_finite() or found < 0 or found >= below:
        raise ValueError(value)
    return round(found, digits)


def mark_of(cells: Iterable[Any]) -> Mark:
    """The decimal mark that a column uses; a comma only where there is proof."""
    comma = point = 0
    for cell in cells:
        if isinstance(cell, str):
            text = _bare(cell)
            comma += bool(re.search(r",\d{1,2}$|,\d{4,}$", text)) or bool(re.search(r"\.\d{3},", text))
            point += bool(re.search(r"\.\d{1,2}$|\.\d{4,}$", text)) or bool(re.search(r",\d{3}\.", text))
    return "," if comma > point else "."


def _read(text: str, mark: Mark) -> Decimal:
    bare = _bare(text)
    if "," in bare and "." in bare:
        german = bare.rindex(",") > bare.rindex(".")
        pattern = GERMAN_GROUPS if german else ENGLISH_GROUPS
        if not pattern.match(bare):
            raise ValueError(text)
        bare = bare.replace(".", "").replace(",", ".") if german else bare.replace(",", "")
    elif "," in bare:
        thousands = mark == "." and ENGLISH_GROUPS.match(bare)
        bare = bare.replace(",", "" if thousands else ".")
    elif mark == "," and GERMAN_GROUPS.match(bare):
        bare = bare.replace(".", "")
    if not PLAIN.match(bare):
        raise ValueError(text)
    try:
        return Decimal(bare)
    except InvalidOperation as error:  # more digits than a number has
        raise ValueError(text) from error


def _bare(text: str) -> str:
    text = UNIT.sub("", text.strip())
    for sign, decimal in FRACTIONS.items():
        if text.endswith(sign):
            text = (text.removesuffix(sign) or "0") + decimal
    return text.translate(GROUPS)
