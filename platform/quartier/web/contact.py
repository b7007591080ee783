"""Telephone numbers: as a link for the telephone, and as people in the company's country read them."""

from __future__ import annotations

from typing import Final

from quartier.i18n.texts import current_voice

TRUNK: Final = {"CH": "+41", "DE": "+49", "AT": "+43", "FR": "+33"}


def tel(number: str) -> str:
    """The address of a call, such as `tel:+41445550140`; spaces and brackets are for people only."""
    digits = "".join(character for character in number if character.isdigit())
    return f"tel:{'+' if number.strip().startswith('+') else ''}{digits}"


def national(number: str) -> str:
    """The number as written at home, with hard spaces: `044 555 01 40` in Switzerland for `+41 44 555 01 40`."""
    prefix = TRUNK.get(current_voice().region or "", "")
    rest = number.strip().removeprefix(prefix) if prefix else ""
    shown = f"0{rest.strip()}" if rest and rest != number.strip() else number.strip()
    return shown.replace(" ", "\u00a0")
