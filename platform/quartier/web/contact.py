"""Telephone numbers: as a link for the telephone, and as people in the company's country read them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import phonenumbers

from quartier.i18n.texts import current_voice

TRUNK: Final = {"CH": "+41", "DE": "+49", "AT": "+43", "FR": "+33"}


def tel(number: str) -> str:
    """The address of a call, such as `tel:+41445550140`; spaces and brackets are for people only."""
    digits = "".join(character for character in number if character.isdigit())
    return f"tel:{'+' if number.strip().startswith('+') else ''}{digits}"


def national(number: str) -> str:
    """The number as written at home, with hard spaces: `044 555 01 40` in Switzerland for `+41 44 555 01 40`.

    Who wrote it in groups meant these groups; a number in one piece, as systems keep it, gets those of its country.
    """
    region, typed = current_voice().region or "", number.strip()
    if _is_kept(typed):
        return _grouped(typed, region)
    prefix = TRUNK.get(region, "")
    rest = typed.removeprefix(prefix) if prefix else ""
    shown = f"0{rest.strip()}" if rest and rest != typed else typed
    return shown.replace(" ", "\u00a0")


def in_a_field(number: str) -> str:
    """The number in groups, to be looked at and sent back: with its country, since a form may mean another one."""
    return _grouped(number, "").replace("\u00a0", " ") if _is_kept(number) else number


def _is_kept(number: str) -> bool:
    """Whether this is a number in one piece, as systems keep it, and not what somebody has typed."""
    return number[:1] == "+" and number[1:].isdecimal()


@lru_cache(maxsize=10_000)
def _grouped(number: str, region: str) -> str:
    try:
        known = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    at_home = known.country_code == phonenumbers.country_code_for_region(region)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(known, form).replace(" ", "\u00a0")
