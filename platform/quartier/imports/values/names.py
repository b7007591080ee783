"""Names taken apart: `Keller, Verena`, `Frau Dr. Verena Keller`, `Verena & Urs Keller`, `Keller Immobilien AG`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

SALUTATIONS: Final = {
    "frau": "ms", "fr": "ms", "herr": "mr", "herrn": "mr", "hr": "mr", "ms": "ms", "mrs": "ms", "miss": "ms",
    "mr": "mr", "madame": "ms", "mme": "ms", "mademoiselle": "ms", "mlle": "ms", "monsieur": "mr", "m": "mr",
    "weiblich": "ms", "männlich": "mr", "female": "ms", "male": "mr", "w": "ms", "f": "ms", "féminin": "ms",
    "masculin": "mr", "femme": "ms", "homme": "mr",
}  # fmt: skip
NO_SALUTATION: Final = frozenset({
    "", "none", "keine", "divers", "neutral", "firma", "company", "entreprise", "familie", "famille", "family", "d",
    "x",
    "herr und frau", "frau und herr", "eheleute", "herr/frau", "frau/herr", "mr & mrs", "madame, monsieur",
    "monsieur et madame", "autre", "other",
})  # fmt: skip
TITLES: Final = frozenset("dr prof med dipl ing lic iur mag ir phil me".split())
PARTICLES: Final = frozenset(
    "von van der den de del della di da du des le la zu zum zur vom ten ter el al bin dos".split()
)
BUSINESS: Final = re.compile(
    r"(?i)(\b(ag|gmbh|kg|ohg|gbr|ug|se|eg|sa|sàrl|sarl|s\.a\.|s\.à r\.l\.|sas|sci|snc|ltd|inc|llc|plc|e\.v\.|ev|e\.k\.|"
    r"co|"
    r"verein|stiftung|genossenschaft|fondation|association|praxis|cabinet|kanzlei|stadt|gemeinde|commune|"
    r"erbengemeinschaft|hoirie)(?=\W|$)|&\s*(co|söhne|sohn|fils|cie)\b)"
)
TWO: Final = re.compile(r"\s*(?:&|\+|/|;|\bund\b|\bet\b|\band\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name, or that of a business, which has neither a given nor a family name."""

    given: str
    family: str
    salutation: str | None = None
    company: str = ""


def parse_salutation(text: str) -> str:
    """`ms`, `mr` or `none`, or ValueError."""
    word = text.strip().rstrip(".").lower()
    if word in SALUTATIONS:
        return SALUTATIONS[word]
    if word in NO_SALUTATION:
        return "none"
    raise ValueError(text)


def split_names(text: str, *, family_first: bool = False) -> list[Name]:
    """The persons of one cell. `family_first`: where there is no comma, the family name stands first."""
    text = " ".join(text.split())
    if BUSINESS.search(text):
        return [Name("", "", company=text)]
    parts = [part for part in TWO.split(text) if part]
    if len(parts) < 2:
        return [_one(text, family_first=family_first)]
    found = [_one(part, family_first=family_first) for part in parts]
    return _shared_family(found)


def _shared_family(names: list[Name]) -> list[Name]:
    """`Keller, Verena & Urs` and `Verena & Urs Keller` name the family once."""
    lone = [one for one in names if not one.given]
    named = next((one for one in names if one.given), None)
    if named is None or not lone:
        return names
    return [one if one.given else replace(one, given=one.family, family=named.family) for one in names]


def _one(text: str, *, family_first: bool) -> Name:
    family, comma, given = text.partition(",")
    if comma:
        salutation, words = _without_salutation(family.split())
        more, rest = _without_salutation(given.split())
        return Name(" ".join(rest), " ".join(words), salutation or more)
    salutation, words = _without_salutation(text.split())
    if len(words) < 2:
        return Name("", " ".join(words), salutation)
    cut = _end_of_family(words) if family_first else _start_of_family(words)
    first, last = " ".join(words[:cut]), " ".join(words[cut:])
    return Name(last, first, salutation) if family_first else Name(first, last, salutation)


def _start_of_family(words: list[str]) -> int:
    """Particles belong to the family: `Anna von der Mühll`; the given name keeps at least one word."""
    place = len(words) - 1
    while place > 1 and words[place - 1].lower() in PARTICLES:
        place -= 1
    return place


def _end_of_family(words: list[str]) -> int:
    place = 1
    while place < len(words) - 1 and words[place - 1].lower() in PARTICLES:
        place += 1
    return place


def _without_salutation(words: list[str]) -> tuple[str | None, list[str]]:
    salutation = None
    while len(words) > 1:
        word = words[0].rstrip(".").lower()
        if salutation is None and word in SALUTATIONS and len(word) > 1:
            salutation = SALUTATIONS[word]
        elif word not in TITLES and word not in {"familie", "famille", "family", "eheleute"}:
            break
        words = words[1:]
    return salutation, words
