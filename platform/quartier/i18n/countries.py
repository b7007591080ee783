"""How countries write days, hours, numbers and money in figures; words are the language's, wherever it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

from babel import Locale, UnknownLocaleError


@dataclass(frozen=True, slots=True)
class Country:
    """A day in figures, the locale whose separators these are, and where a currency's sign stands.

    `numbers` names only locales of the languages that the product speaks: each other one would keep a megabyte of
    words in every process, for a comma.
    """

    short: str
    numbers: str
    sign: Literal["before", "apart", "after"] = "after"
    twelve_hours: bool = False


COUNTRIES: Final[Mapping[str, Country]] = MappingProxyType({
    "CH": Country("dd.MM.y", "de_CH", "apart"),
    "LI": Country("dd.MM.y", "de_LI", "apart"),
    "DE": Country("dd.MM.y", "de"),
    "AT": Country("dd.MM.y", "de_AT", "apart"),
    "FR": Country("dd/MM/y", "fr"),
    "BE": Country("dd/MM/y", "fr_BE"),
    "LU": Country("dd.MM.y", "de_LU"),
    "IT": Country("dd/MM/y", "de"),
    "ES": Country("dd/MM/y", "de"),
    "NL": Country("dd-MM-y", "de", "apart"),
    "GB": Country("dd/MM/y", "en_GB", "before"),
    "US": Country("MM/dd/y", "en_US", "before", twelve_hours=True),
})  # fmt: skip
"""By ISO 3166 code, those that one may choose, the neighbours first."""
SWISS: Final = frozenset({"CH", "LI"})


@lru_cache(maxsize=64)
def numbers_of(language: str, country: str) -> Locale:
    """Babel's locale for numbers in this country, as readers of this language have it there where that differs."""
    try:
        return Locale(language, country)
    except UnknownLocaleError:
        return Locale.parse(COUNTRIES[country].numbers)
