"""What a program may send: the nouns, their fields, and what a value must look like."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from quartier.estate.models import COMMERCIAL_KINDS, OCCUPANCY_KINDS, UNIT_KINDS
from quartier.i18n.texts import current_voice
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import LANGUAGES
from quartier.people.models import CONTACT_CHANNELS, SALUTATIONS
from quartier.people.phones import parse_phone

LONGEST_ID = 100
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


class Wrong(Exception):
    """A value that can't be used; the message is for whoever sent it."""


@dataclass(frozen=True)
class Field:
    """One field. `needed` for a new row; `nullable` may be null; `low` and `high` bound a number."""

    name: str
    kind: str = "text"
    needed: bool = False
    nullable: bool = False
    longest: int = 200
    choices: tuple[str, ...] = ()
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(9_999_999)

    def read(self, value: Any) -> Any:
        """The value as the database takes it. Raises Wrong."""
        if value is None:
            if self.needed or not (self.nullable or self.kind == "text"):
                raise Wrong(_("A value is needed."))
            return None if self.nullable else ""
        return READERS[self.kind](self, value)


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise Wrong(_("A text is needed."))
    clean = value.strip()
    if len(clean) > field.longest:
        raise Wrong(_("At most %(count)s characters.", count=field.longest))
    if "\x00" in clean:
        raise Wrong(_("A text cannot contain the character NUL."))
    if field.needed and not clean:
        raise Wrong(_("A value is needed."))
    return clean


def _choice(field: Field, value: Any) -> str:
    if value not in field.choices:
        raise Wrong(_("One of these is needed: %(values)s.", values=", ".join(field.choices)))
    return str(value)


def _zone(_field: Field, value: Any) -> str:
    if value not in available_timezones():
        raise Wrong(_("A time zone such as Europe/Zurich is needed."))
    return str(value)


def _bool(_field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong(_("true or false is needed."))
    return value


def _number(field: Field, value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong(_("A number is needed."))
    if not field.low <= Decimal(str(value)) <= field.high or (field.kind == "whole" and value != int(value)):
        raise Wrong(_("A number from %(low)s to %(high)s is needed.", low=field.low, high=field.high))
    return value


def _date(_field: Field, value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise Wrong(_("A date such as 2026-11-30 is needed.")) from None


def _mail(field: Field, value: Any) -> str | None:
    clean = _text(field, value)
    if clean and not MAIL.fullmatch(clean):
        raise Wrong(_("This is not an e-mail address."))
    return clean or None


def _phone(field: Field, value: Any) -> str | None:
    """In E.164; without a country code it is a number of the company's country."""
    typed = _text(field, value)
    try:
        return parse_phone(typed, current_voice().region or "") if typed else None
    except ValueError:
        raise Wrong(_("This is not a phone number.")) from None


READERS: dict[str, Callable[[Field, Any], Any]] = {
    "text": _text, "choice": _choice, "zone": _zone, "bool": _bool, "number": _number, "whole": _number,
    "date": _date, "mail": _mail, "phone": _phone,
}  # fmt: skip


@dataclass(frozen=True)
class Noun:
    """A kind of thing: its table, its fields, and the thing that it hangs on, named by that one's external id."""

    table: str
    fields: tuple[Field, ...]
    parent: str | None = None
    archivable: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """What is written."""
        return (*((f"{self.parent}_id",) if self.parent else ()), *(field.name for field in self.fields),
                *(("archived_at",) if self.archivable else ()))  # fmt: skip


NOTE = Field("note", longest=4000)
PLACE = (Field("street"), Field("postal_code", longest=20), Field("city"), Field("country", longest=2))
NOUNS: dict[str, Noun] = {
    "properties": Noun(
        "property", (Field("name", needed=True), Field("timezone", "zone"), Field("owner"), NOTE)
    ),
    "buildings": Noun(
        "building",
        (Field("name"), Field("street", needed=True), Field("house_number", longest=20),
         Field("postal_code", needed=True, longest=20), Field("city", needed=True),
         Field("country", needed=True, longest=2), NOTE),
        parent="property",
    ),
    "units": Noun(
        "unit",
        (Field("name", needed=True), Field("kind", "choice", needed=True, choices=UNIT_KINDS),
         Field("is_commercial", "bool"), Field("floor", nullable=True, longest=50),
         Field("rooms", "number", nullable=True, high=Decimal("999.9")), Field("area_m2", "number", nullable=True),
         Field("position", "whole", low=Decimal(-1_000_000)), NOTE),
        parent="building",
    ),
    "persons": Noun(
        "person",
        (Field("given_name"), Field("family_name"), Field("salutation", "choice", choices=SALUTATIONS),
         Field("title"), Field("company_name"), Field("email", "mail", nullable=True),
         Field("phone", "phone", nullable=True), Field("mobile", "phone", nullable=True),
         Field("language", "choice", nullable=True, choices=tuple(LANGUAGES)),
         Field("contact_channel", "choice", nullable=True, choices=CONTACT_CHANNELS), *PLACE, NOTE),
    ),
    "occupancies": Noun(
        "occupancy",
        (Field("kind", "choice", needed=True, choices=OCCUPANCY_KINDS), Field("starts", "date", needed=True),
         Field("ends", "date", nullable=True), Field("contract_number", nullable=True), NOTE),
        parent="unit",
        archivable=False,
    ),
}  # fmt: skip
COMMERCIAL = tuple(sorted(COMMERCIAL_KINDS))
