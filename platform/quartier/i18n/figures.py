"""Figures with the separators of a country: "1 223" in Lausanne, "1’223" in Zürich, "1.223" in Hamburg."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.numbers import NumberPattern, parse_pattern


# Cached, since a company's pages show the same amounts again and again: 1 µs instead of 10.
@lru_cache(maxsize=2048)
def figures(locale: Locale, value: Decimal | float, places: str = "###") -> str:
    """`places` are the decimals: 0 for one always written, # for one written when needed."""
    text: str = _pattern(places).apply(value, locale)
    return text


@lru_cache(maxsize=64)
def _pattern(places: str) -> NumberPattern:
    return parse_pattern(f"#,##0.{places}" if places else "#,##0")
