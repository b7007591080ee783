"""An estate, before it is put into anybody's form."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

TODAY = date(2026, 11, 1)
"""The day of the exports; nothing here asks the clock."""


@dataclass(frozen=True)
class Person:
    """Somebody, or a business where `company` says its name. Phones in international form.

    `own` is the number of somebody who is written down by hand; the others are numbered by rule.
    """

    number: int
    given: str
    family: str
    salutation: str
    language: str
    email: str = ""
    phone: str = ""
    mobile: str = ""
    company: str = ""
    own: str = ""

    @property
    def name(self) -> str:
        """As one writes it on a door."""
        return self.company or f"{self.given} {self.family}".strip()


@dataclass(frozen=True)
class Period:
    """Who has a unit from when until when; `last` is the last day. People come with their roles, the main one first.

    Contracts without a number are numbered by rule.
    """

    kind: str
    starts: date
    last: date | None
    people: tuple[tuple[Person, str], ...]
    number: str = ""

    @property
    def now(self) -> bool:
        """Whether it runs today."""
        return self.starts <= TODAY and (self.last is None or self.last >= TODAY)


@dataclass
class Unit:
    """`floor` counts from the ground floor; `place` says where on it, from left to right, unless `name` does."""

    number: str
    kind: str
    floor: int
    place: int = 0
    places: int = 1
    rooms: float | None = None
    area: float | None = None
    periods: list[Period] = field(default_factory=list)
    name: str = ""


@dataclass
class House:
    """A house with an address, and everything in it that can be let."""

    number: str
    street: str
    house_number: str
    postal_code: str
    city: str
    floors: int
    units: list[Unit] = field(default_factory=list)
    name: str = ""

    @property
    def called(self) -> str:
        """What a list calls it: its address, where it has no name."""
        return self.name or f"{self.street} {self.house_number}"


@dataclass
class Property:
    """Houses that are managed as one. `owned`: its flats belong to many owners."""

    number: str
    name: str
    owner: str
    owned: bool
    built: int
    houses: list[House] = field(default_factory=list)
