"""What may be stored of what people type."""

from __future__ import annotations

import unicodedata

from marshmallow import ValidationError

from quartier.sdk import formats
from quartier.sdk import gettext as _

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})


def tidy(text: str) -> str:
    """The text as it is kept: one kind of line end, nothing that cannot be stored."""
    return text.replace("\r\n", "\n").replace("\0", "").strip()


def wrong_words(text: str, longest: int, empty: str) -> list[str]:
    """What is wrong with a tidy text, in sentences. A text of nothing but signs that nobody sees is empty."""
    if not any(unicodedata.category(sign) not in _UNSEEN and sign != "\n" for sign in text):
        return [empty]
    if len(text) > longest:
        numbers = {"most": formats.format_number(longest), "now": formats.format_number(len(text))}
        return [_("At most %(most)s characters; now there are %(now)s.", **numbers)]
    return []


def required(text: str, longest: int, empty: str, field: str = "body") -> str:
    """The tidy text. Raises ValidationError at the field."""
    text = tidy(text)
    if complaints := wrong_words(text, longest, empty):
        raise ValidationError({field: complaints})
    return text
