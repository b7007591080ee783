"""Words for kinds, roles and languages, in three languages."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from quartier.imports.recognising.words import folded, spelled_out

LONG_ENOUGH: Final = 4  # letters: "3 zi wohnung links" holds "wohnung", but not every "pp" is a parking space


@cache
def vocabulary(noun: str) -> dict[str, str]:
    """Comparable word → value of the database; `noun` is unit, occupancy, role or language."""
    words = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))[noun]
    found: dict[str, str] = {}
    for value, names in words.items():
        for name in (value, *names):
            found.setdefault(folded(name), value)
            found.setdefault(spelled_out(name), value)
    return found


@lru_cache(maxsize=10_000)
def parse_kind(noun: str, text: str) -> str:
    """The value for a word, or ValueError."""
    words, known = folded(text), vocabulary(noun)
    if words in known:
        return known[words]
    if (spelled := spelled_out(text)) in known:
        return known[spelled]
    inside = [name for name in known if len(name) >= LONG_ENOUGH and name in words]
    if not inside:
        raise ValueError(text)
    return known[max(inside, key=lambda name: (words.endswith(name), len(name)))]


def is_kind(noun: str, text: str) -> bool:
    """Whether a word is understood."""
    try:
        parse_kind(noun, text)
    except ValueError:
        return False
    return True


def parse_language(text: str) -> str:
    """`de`, `en` or `fr` from a word, a code or a locale such as `de_CH`."""
    word = folded(text)
    known = vocabulary("language")
    value = known.get(word) or known.get(word.split(" ")[0] if word else "")
    if value is None:
        raise ValueError(text)
    return value
