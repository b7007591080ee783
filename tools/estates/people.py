"""People for houses: couples, families with one name or two, flatmates, businesses."""

from __future__ import annotations

import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any

from tools.estates.estate import Person

PLAIN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ł": "l", "đ": "d", "ı": "i", "ø": "o"})
WITHOUT_EMAIL, WITHOUT_PHONE, NEITHER_MS_NOR_MR, DOUBLE_NAME, MIXED = 0.25, 0.3, 0.02, 0.05, 0.22
HOUSEHOLDS = (
    (("main",), 40), (("main", "co_tenant"), 30), (("main", "partner"), 8), (("main", "co_tenant", "child"), 7),
    (("main", "co_tenant", "child", "child"), 5), (("main", "child"), 4), (("main", "co_tenant", "co_tenant"), 4),
    (("main", "household"), 2),
)  # fmt: skip
Household = tuple[tuple[Person, str], ...]


def names() -> Mapping[str, Any]:
    """What is in `names.toml`."""
    return tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))


def plain(name: str) -> str:
    """A name as the part of an address: `Müller-Lüdenscheid` → `mueller-luedenscheid`."""
    text = unicodedata.normalize("NFKD", name.lower().translate(PLAIN))
    kept = "".join(letter for letter in text if letter.isascii() and (letter.isalnum() or letter in " -"))
    return kept.strip().replace(" ", "-")


class People:
    """Everybody who ever rented or owned something of one company; no two are the same."""

    def __init__(
        self, rng: Random, facts: Mapping[str, Any], businesses: Mapping[str, list[str]], taken: Iterable[str] = ()
    ) -> None:
        self._rng, self._facts, self._names = rng, facts, names()
        self._origins: list[str] = list(facts["origins"])
        self._weights = list(facts["origins"].values())
        self._home = self._origins[0]
        self._used: Counter[str] = Counter(address.partition("@")[0] for address in taken)
        self._known: set[tuple[str, str]] = set()
        self._businesses = {kind: list(listed) for kind, listed in businesses.items()}
        self._count = 0

    def household(self) -> Household:
        """Who moves into a flat together."""
        rng = self._rng
        roles = rng.choices([roles for roles, _w in HOUSEHOLDS], [weight for _r, weight in HOUSEHOLDS])[0]
        origin = self._origin()
        first = self._person(origin, self._family(origin), woman=rng.random() < 0.5)
        flatmates = roles.count("co_tenant") > 1
        people = [(first, "main")]
        for role in roles[1:]:
            if role in {"co_tenant", "partner"}:
                people.append((self._partner(first, origin, flatmates=flatmates), role))
            else:
                family = first.family if role == "child" or rng.random() < 0.6 else people[-1][0].family
                people.append((self._person(origin, family, woman=rng.random() < 0.5, reach=role != "child"), role))
        return tuple(people)

    def owners(self) -> Household:
        """Who buys a flat: one person, or a couple in equal parts."""
        origin = self._origin()
        first = self._person(origin, self._family(origin), woman=self._rng.random() < 0.5)
        if self._rng.random() < 0.45:
            return ((first, "main"),)
        return (first, "main"), (self._partner(first, origin, flatmates=False), "co_tenant")

    def business(self, kind: str) -> Household:
        """A company as the tenant, with somebody to talk to. There are as many as are listed, then it starts anew."""
        listed = self._businesses[kind]
        name = listed.pop(0)
        listed.append(name)
        origin = self._home
        return ((self._person(origin, self._family(origin), woman=self._rng.random() < 0.5, company=name), "main"),)

    def _partner(self, first: Person, origin: str, *, flatmates: bool) -> Person:
        rng = self._rng
        apart = flatmates or rng.random() < 0.45
        other = self._origin() if apart and rng.random() < MIXED + 0.5 * flatmates else origin
        woman = first.salutation == "mr" if not flatmates and rng.random() < 0.94 else rng.random() < 0.5
        return self._person(other, self._family(other) if apart else first.family, woman=woman)

    def _origin(self) -> str:
        return self._rng.choices(self._origins, self._weights)[0]

    def _family(self, origin: str) -> str:
        listed: list[str] = self._names[origin]["families"]
        name = self._common(listed)
        if origin == self._home and self._rng.random() < DOUBLE_NAME:
            other = self._common(listed)
            return f"{name}-{other}" if other != name and " " not in name + other and "-" not in name + other else name
        return name

    def _common(self, listed: list[str]) -> str:
        """The first ones of a list are the commonest."""
        return listed[int(self._rng.random() ** 1.7 * len(listed))]

    def _person(self, origin: str, family: str, *, woman: bool, reach: bool = True, company: str = "") -> Person:
        rng, given = self._rng, ""
        for _try in range(30):
            given = self._common(self._names[origin]["women" if woman else "men"])
            if (given, family) not in self._known:
                break
        self._known.add((given, family))
        self._count += 1
        salutation = "none" if rng.random() < NEITHER_MS_NOR_MR else "ms" if woman else "mr"
        language = self._names[origin]["language"]
        if self._home == "swiss_french" and language == "de" and origin != "swiss_german":
            language = "fr"
        email = self._email(given, family, company) if reach and rng.random() > WITHOUT_EMAIL else ""
        phone = self._phone("phones") if reach and rng.random() > WITHOUT_PHONE else ""
        mobile = self._phone("mobiles") if reach and rng.random() < 0.2 else ""
        return Person(self._count, given, family, salutation, language, email, phone, mobile, company)

    def _email(self, given: str, family: str, company: str) -> str:
        who = f"{plain(given)}.{plain(family)}" if not company else f"info.{plain(company)}"
        domain = self._facts["domains"][int(self._rng.random() * len(self._facts["domains"]))]
        self._used[who] += 1
        return f"{who}{self._used[who] if self._used[who] > 1 else ''}@{domain}"

    def _phone(self, kind: str) -> str:
        """A number of a range that belongs to nobody."""
        shapes = self._facts[kind]
        if not shapes:
            return ""
        shape = shapes[int(self._rng.random() * len(shapes))]
        return str(shape.format(10 + int(self._rng.random() * 89), int(self._rng.random() * 100)))
