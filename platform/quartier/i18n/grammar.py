"""Names that somebody chose stand in a sentence as they are: nothing before or behind them depends on how they sound.

A company calls its FAQ “Gut zu wissen” or “Le panneau”, and itself “Immo Léman”. After “im” or “du” the one is wrong,
after “de” the other. So such a name stands in quotes, in apposition, after a colon or as the subject.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from .voice import Language

NAMES: Final = frozenset(
    "name names company app module modules product system who person asset sender author customer".split()
)
"""Placeholders for names: of a company, its system, micro-apps and things, and of people."""

_QUOTE: Final = r"[„“«»\"\u201a\u2039\u203a]?\s*"
_NAME: Final = rf"%\((?:{'|'.join(sorted(NAMES))})\)s"
_ARTICLES: Final[Mapping[Language, str]] = {
    "de": r"\b(?:im|ins|am|ans|zum|zur|vom|beim|d(?:er|ie|as|en|em|es)|"
    r"(?:(?:k?ein|ihr|mein|dein|sein|unser)(?:e[mnrs]?)?|(?:dies|jed|welch|neu|alt)e[mnrs]?))\s+" + _QUOTE,
    "fr": r"(?:\b(?:du|des|aux?|les?|la|une?|votre|vos|notre|nos|leurs?|ce|cet|cette|ces|[mts](?:on|a|es))\s+"
    rf"{_QUOTE}|\b(?:de|que|jusque|lorsque|puisque)\s+|\b(?:[cdjlmnst]|qu)['’]\s*{_QUOTE})",
}
_BENT: Final = {
    language: re.compile(rf"(?:{before}){_NAME}|{_NAME}(?=[\w-])", re.IGNORECASE)
    for language, before in _ARTICLES.items()
}


def bends(language: Language, form: str) -> str | None:
    """The words in which a sentence inflects a name, such as “du %(module)s”; None if it does not."""
    found = _BENT[language].search(form) if language in _BENT else None
    return found[0] if found else None
