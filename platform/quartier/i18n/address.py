"""Whether a text addresses its reader formally: what a du or tu company must not show."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from .voice import Language

_FORMAL: Final[Mapping[Language, re.Pattern[str]]] = MappingProxyType(
    {
        "de": re.compile(r"\b(?:Sie|Ihnen|Ihr(?:e[mnrs]?)?)\b"),
        "fr": re.compile(r"(?<!\brendez-)\b(?:vous|votre|vos|vôtres?|[^\W\d_]{2,}ez)\b", re.IGNORECASE),
    }
)
_NOT_ADDRESS: Final = frozenset({"assez", "chez", "nez", "rez", "rendez"})


def formal_word(language: Language, text: str) -> str | None:
    """The first word that says Sie or vous, or None.

    French verbs in -ez count, since "Choisissez une langue" is as formal as "votre langue". German capitals are taken
    at their word: a sentence that begins with "Sie" for "they" needs the comment `tone: neutral`.
    """
    pattern = _FORMAL.get(language)
    words = (match[0] for match in pattern.finditer(text)) if pattern else ()
    return next((word for word in words if word.lower() not in _NOT_ADDRESS), None)


def is_neutral(comments: Iterable[str]) -> bool:
    """Whether a translator or programmer has written `tone: neutral` above the text."""
    return any(comment.strip().lower().startswith("tone: neutral") for comment in comments)
