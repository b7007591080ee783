"""Made-up people for a made-up estate: who has which unit, since when, and how they are reached.

Everything follows from the segment, the place and the day: the same sandbox comes out each time, so that what texts and
diaries call `R1` is always the same neighbour. Addresses end in `.example`, which nobody can own (RFC 2606).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from quartier.sandboxes.segments import Lot, Place

MONTHS_AGO: Final = (14, 38, 3, 71, 26, 7, 52, 19, 90, 11, 33, 60, 5, 44)
SIGN_IN: Final = 14
"""So many of them have an account: enough to write, answer and book."""
BEFORE: Final = 5  # each so-manieth unit had somebody before
LEAVING: Final = 9  # and in each so-manieth somebody is moving out
OTHER_LANGUAGE: Final = 6
SOON: Final = 40  # days
UMLAUTS: Final = str.maketrans("äöüßıđł", "äöüsidl") | {228: "ae", 246: "oe", 252: "ue", 223: "ss"}


@dataclass(frozen=True)
class Somebody:
    """A person of the sandbox, as a line of `people.csv`."""

    external_id: str
    given_name: str
    family_name: str
    salutation: str
    email: str
    phone: str
    language: str
    company_name: str = ""


@dataclass(frozen=True)
class Period:
    """A line of `occupancies.csv`; `ends` is the last day."""

    external_id: str
    unit: str
    kind: str
    starts: date
    ends: date | None
    people: tuple[str, ...]
    contract_number: str


@dataclass
class Neighbours:
    """Names are taken from the place's lists one after the other; nobody is called like somebody else."""

    place: Place
    languages: tuple[str, ...]
    today: date
    people: list[Somebody] = field(default_factory=list)
    periods: list[Period] = field(default_factory=list)
    accounts: list[str] = field(default_factory=list)

    def settle(self, unit: str, lot: Lot, number: int) -> None:
        """Give one unit its people, as its line wants."""
        how, plus, count = lot.lives.partition("+")
        how, colon, own = (how, "", "") if plus else lot.lives.partition(":")
        since = self._since(number)
        if how == "own":
            owners = self._household(own if colon else "1")
            self._period(unit, "ownership", since, None, owners)
            if not plus:
                return
        if (count or lot.lives) in {"", "own"}:
            return
        who = [self._firm()] if lot.lives == "firm" else self._household(count or lot.lives)
        leaves = self.today + timedelta(days=SOON) if number % LEAVING == LEAVING - 1 else None
        self._period(unit, "tenancy", since, leaves, who)
        if number % BEFORE == BEFORE - 1:
            ended = since - timedelta(days=1)
            self._period(unit, "tenancy", _months_before(since, 41), ended, self._household("1"))

    def colleague(self, place: int) -> tuple[str, str, str]:
        """Given and family name and address of somebody of the team."""
        given = self._names("women" if place % 2 == 0 else "men")[-1 - place]
        family = self._names("family")[-1 - place]
        return given, family, f"{_plain(given)}.{_plain(family)}"

    def _household(self, size: str) -> list[str]:
        family = self._family()
        return [self._person(family, kin) for kin in range(int(size))]

    def _person(self, family: str, kin: int) -> str:
        number = len(self.people)
        women, men = self._names("women"), self._names("men")
        is_woman = (number + kin) % 2 == 0
        names = women if is_woman else men
        given = names[(number * 3 + kin) % (len(names) - 8)]
        return self._add(given, family, "ms" if is_woman else "mr", "")

    def _firm(self) -> str:
        firms = self._names("firms")
        firm = firms[sum(one.company_name != "" for one in self.people) % len(firms)]
        given = self._names("women")[len(self.people) % 7]
        return self._add(given, self._family(), "ms", firm)

    def _add(self, given: str, family: str, salutation: str, firm: str) -> str:
        number = len(self.people) + 1
        other = list(self.languages[1:]) if number % OTHER_LANGUAGE == 0 else []
        language = other[number // OTHER_LANGUAGE % len(other)] if other else self.languages[0]
        at = f"{_plain(firm)}.example" if firm else "post.example"
        email = f"{_plain(given)}.{_plain(family)}@{at}"
        if any(one.email == email for one in self.people):
            email = email.replace("@", f"{number}@")
        one = Somebody(
            f"R{number}", given, family, salutation, email, f"{self.place.words['phone']} {10 + number:02d}", language,
            firm,
        )  # fmt: skip
        self.people.append(one)
        return one.external_id

    def _period(self, unit: str, kind: str, starts: date, ends: date | None, people: list[str]) -> None:
        number = f"{unit}-{len([one for one in self.periods if one.unit == unit]) + 1}"
        self.periods.append(Period(number, unit, kind, starts, ends, tuple(people), number))
        if ends is None and len(self.accounts) < SIGN_IN:
            self.accounts += people[: SIGN_IN - len(self.accounts)]

    def _since(self, number: int) -> date:
        return _months_before(self.today, MONTHS_AGO[number % len(MONTHS_AGO)])

    def _family(self) -> str:
        names = self._names("family")
        return names[sum(1 for _one in self._families()) % (len(names) - 8)]

    def _families(self) -> Iterator[str]:
        yield from dict.fromkeys(one.family_name for one in self.people)

    def _names(self, which: str) -> tuple[str, ...]:
        return self.place.lists[which]


def _months_before(day: date, months: int) -> date:
    """The first of the month that was so many months before."""
    count = day.year * 12 + day.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _plain(name: str) -> str:
    """A name as it stands in an address."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(UMLAUTS)).encode("ascii", "ignore").decode()
    return "-".join("".join(one if one.isalnum() else " " for one in folded).split())
