"""Who is spoken to, and how: the voice of a page, a mail or a letter, and the choice of its language."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError

from .countries import COUNTRIES, SWISS, numbers_of

Language = Literal["de", "en", "fr"]
Tone = Literal["formal", "informal"]

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
"""Codes of the languages that the product speaks."""
TONES: Final[tuple[Tone, ...]] = get_args(Tone)
OWN_NAMES: Final[Mapping[Language, str]] = MappingProxyType({"de": "Deutsch", "en": "English", "fr": "Français"})
"""Each language under its own name, for the language menu: a reader who is lost finds it in no other."""

_LONGEST_HEADER: Final = 1000
_RANGE = re.compile(r"([A-Za-z]{1,8}|\*)(?:[-_][A-Za-z0-9_-]*)?\s*(?:;\s*[qQ]\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?")


@lru_cache(maxsize=256)
def _locale(language: Language, region: str | None) -> Locale:
    """Babel's locale, without the region where Babel knows no such pair (French read in Hamburg is plain French).

    English is always en-GB: our readers of English live in Europe and expect "24 November 2026" and a 24-hour clock,
    and en-CH or en-DE would mix English words with the neighbours' numbers.
    """
    if language == "en":
        return Locale("en", "GB")
    try:
        return Locale(language, region)
    except UnknownLocaleError:
        return Locale(language)


@dataclass(frozen=True, slots=True)
class Voice:
    """Language, tone (Sie or du, vous or tu) and region (ISO 3166 letters of the company's country, or None).

    `formats` is the country whose dates and numbers somebody has chosen to read, `zone` where their clock is; None is
    as the company has it. Holds its Babel locales, because parsing one costs more than formatting a date with it:
    `locale` for words, `numbers` for figures.
    """

    language: Language
    tone: Tone = "formal"
    region: str | None = None
    formats: str | None = None
    zone: ZoneInfo | None = None
    locale: Locale = field(init=False, repr=False, compare=False)
    numbers: Locale = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise ValueError(f"unknown language {self.language!r}; known: {', '.join(LANGUAGES)}")
        if self.tone not in TONES:
            raise ValueError(f"unknown tone {self.tone!r}; known: {', '.join(TONES)}")
        if self.region is not None and not re.fullmatch("[A-Z]{2}", self.region):
            raise ValueError(f"a region is two capital letters such as CH, not {self.region!r}")
        if self.formats is not None and self.formats not in COUNTRIES:
            raise ValueError(f"unknown formats {self.formats!r}; known: {', '.join(COUNTRIES)}")
        object.__setattr__(self, "locale", _locale(self.language, self.region))
        figures = numbers_of(self.language, self.formats) if self.formats else self.locale
        object.__setattr__(self, "numbers", figures)

    @property
    def tag(self) -> str:
        """For `lang=` and `Content-Language`, such as "de-CH" (BCP 47)."""
        return str(self.locale).replace("_", "-")

    @property
    def writes_ss(self) -> bool:
        """Whether German is written without ß here."""
        return self.language == "de" and self.region in SWISS


@lru_cache(maxsize=512)
def _wishes(header: str) -> tuple[str, ...]:
    """Primary languages of an Accept-Language header, or of a plain code, best first (RFC 9110 §12.5.4).

    Ranges with q=0 or nonsense are left out, and so is `*`: who takes anything gets the next candidate, in the end
    the company's own language. Of an over-long header only the beginning counts.
    """
    found: dict[str, float] = {}
    for part in header[:_LONGEST_HEADER].split(","):
        match = _RANGE.fullmatch(part.strip())
        if match and match[1] != "*":
            language = match[1].lower()
            found[language] = max(found.get(language, 0.0), float(match[2] or 1))
    return tuple(language for language, q in sorted(found.items(), key=lambda item: -item[1]) if q > 0)


def choose_language(offered: Sequence[str], *candidates: str | None) -> str:
    """The first offered language that a candidate asks for, else the first one offered.

    Pass the candidates by rank: explicit choice, profile, the browser's Accept-Language, company default. Each may be
    None, a code ("fr", "de-AT") or a whole Accept-Language header; regions do not matter, so de-AT finds "de".
    Raises ValueError when nothing is offered.
    """
    if not offered:
        raise ValueError("a company offers at least one language")
    for candidate in candidates:
        for wish in _wishes(candidate or ""):
            if wish in offered:
                return wish
    return offered[0]


@lru_cache(maxsize=1024)
def own_habits(formats: str | None, timezone: str | None) -> tuple[str | None, ZoneInfo | None]:
    """What somebody chose once, as a voice takes it: what is not offered or known here any more counts for nothing."""
    return formats if formats in COUNTRIES else None, _zone(timezone) if timezone else None


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return None
