"""Houses from a company's list of addresses: floors, flats above each other, shops on the ground, cars below."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

from tools.estates.estate import House, Property, Unit

BELOW = (("parking", "parking", -1), ("storage", "storage", -1), ("motorcycles", "motorcycle", -1),
         ("bicycles", "bicycle", -1), ("outdoor", "parking_outdoor", 0))  # fmt: skip
"""What a list calls it, what kind of unit it is, and its floor."""
SIZES = {"parking": 12.5, "parking_outdoor": None, "storage": 9.0, "motorcycle": None, "bicycle": None}


def catalogue(name: str) -> Mapping[str, Any]:
    """A company's TOML file. Houses that are listed by quarter get names with it, and every second number."""
    facts = tomllib.loads(Path(__file__).with_name(f"{name}.toml").read_text(encoding="utf-8"))
    for group in facts.get("properties", ()):
        facts.setdefault("property", []).extend(_numbered(given, group["quarter"]) for given in group["houses"])
    return facts


def _numbered(given: Mapping[str, Any], quarter: str) -> dict[str, Any]:
    numbers = [str(given["first"] + 2 * place) for place in range(given["houses"])]
    name = given.get("name") or f"{given['street']} {'–'.join(numbers[:: max(len(numbers) - 1, 1)][:2])}"
    return {**given, "name": name, "quarter": quarter, "place": [given["place"], "Hamburg"], "numbers": numbers}


def properties(facts: Mapping[str, Any], rng: Random) -> Iterator[Property]:
    """Everything in the list, without anybody in it."""
    for place, given in enumerate(facts["property"], start=1):
        yield Drawing(given, facts["flats"]["kinds"], rng).property(f"{2000 + 10 * place + place % 7}")


class Drawing:
    """One entry of the list, drawn out."""

    def __init__(self, given: Mapping[str, Any], kinds: list[list[float]], rng: Random) -> None:
        self._given, self._kinds, self._rng = given, kinds, rng

    def property(self, number: str) -> Property:
        """All of its houses, with their units."""
        given = self._given
        found = Property(number, given["name"], given.get("owner", ""), given.get("owned", False), given["built"])
        for place, house_number in enumerate(given["numbers"], start=1):
            postal_code, city = given["place"]
            house = House(
                f"{number}.{place:02d}", given["street"], house_number, postal_code, city, given["floors"]
            )  # fmt: skip
            house.units += self._flats(house, shops=given.get("ground", ()) if place == 1 else ())
            found.houses.append(house)
        self._around(found)
        return found

    def _flats(self, house: House, shops: Any) -> Iterator[Unit]:
        """Flats above each other are alike, the top floor is a little smaller; shops take the ground floor."""
        across = self._given.get("across", 2)
        stack = [self._flat() for _place in range(across)]
        for place, kind in enumerate(shops):
            area = round(48 + self._rng.random() * 90, 1)
            yield Unit(f"{house.number}.00{place + 1:02d}", kind, 0, place, len(shops), None, area)
        for floor in range(1 if shops else 0, house.floors + 1):
            top = floor == house.floors
            for place, (rooms, area) in enumerate(stack[:1] if top and across == 2 else stack):
                size = round(area * (1.18 if top and across == 2 else 0.88 if top else 1) * 2) / 2
                places = 1 if top and across == 2 else across
                yield Unit(f"{house.number}.{floor:02d}{place + 1:02d}", "flat", floor, place, places, rooms, size)

    def _flat(self) -> tuple[float, float]:
        rooms, area, _weight = self._rng.choices(self._kinds, [weight for *_kind, weight in self._kinds])[0]
        return rooms, area * (0.93 + self._rng.random() * 0.14)

    def _around(self, found: Property) -> None:
        """Parking and storage belong to the first house, as the entrance to the garage does."""
        house = found.houses[0]
        for name, kind, floor in BELOW:
            letter = {"parking": 9, "storage": 8, "motorcycle": 7, "bicycle": 6, "parking_outdoor": 5}[kind]
            for place in range(1, self._given.get(name, 0) + 1):
                number = f"{house.number}.{letter}{place:03d}"
                house.units.append(Unit(number, kind, floor, place - 1, 0, None, SIZES[kind]))
