"""Phone numbers to E.164, by the country of the house.

The library needs some 100 microseconds for a number, which is 15 seconds for a large company. So the plain cases, which
are nearly all, are read by the library's own facts about a country (trunk prefix and lengths); it reads the others.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final, NamedTuple

import phonenumbers

NOISE: Final = str.maketrans("", "", " \u00a0\t-–/.()'")
INTERNATIONAL: Final = re.compile(r"(?:\+|00)([1-9][0-9]{6,14})$")
DIGITS: Final = re.compile(r"[0-9]+$")
TRUNK_IN_BRACKETS: Final = re.compile(r"(?<=\d)\s*\(0\)\s*")
TRUNK_KEPT: Final = frozenset({"IT", "SM", "VA"})


class Plan(NamedTuple):
    """How a country's numbers look. `lengths` are those of a number without country code and trunk prefix."""

    code: str
    trunk: str
    lengths: frozenset[int]


def parse_phone(text: str, country: str) -> str:
    """E.164 such as `+41445550101`, or ValueError for what cannot be a number."""
    bare = TRUNK_IN_BRACKETS.sub("", text).translate(NOISE)
    plan = plan_of(country)
    if bare.startswith("000"):
        raise ValueError(text)
    if found := INTERNATIONAL.match(bare):
        digits = found[1]
        rest = digits.removeprefix(plan.code) if plan else digits
        if plan and len(rest) < len(digits) and len(rest) in plan.lengths and rest[0] != "0":
            return f"+{digits}"
        return _by_library(f"+{digits}", country)
    if plan and plan.trunk and DIGITS.match(bare) and bare.startswith(plan.trunk) and country not in TRUNK_KEPT:
        rest = bare.removeprefix(plan.trunk)
        if len(rest) in plan.lengths and rest[:1] != "0":
            return f"+{plan.code}{rest}"
    return _by_library(text, country)


def says_country(text: str) -> bool:
    """Whether a number has a country code, so that it means the same everywhere."""
    return INTERNATIONAL.match(TRUNK_IN_BRACKETS.sub("", text).translate(NOISE)) is not None


@cache
def plan_of(country: str) -> Plan | None:
    """The facts of a country, or None for one whose numbers are not of the plain kind."""
    facts = phonenumbers.PhoneMetadata.metadata_for_region(country, None)
    if facts is None or facts.general_desc is None or facts.national_prefix_transform_rule:
        return None
    lengths = {length for length in facts.general_desc.possible_length if length > 0}
    return Plan(str(facts.country_code), facts.national_prefix or "", frozenset(lengths))


@lru_cache(maxsize=10_000)
def _by_library(text: str, country: str) -> str:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise ValueError(text) from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
