"""How many people an audience means, and that it means the same people who then see the thing."""

from __future__ import annotations

from datetime import date

import pytest

from quartier.audience.audience import GROUPS, Audience
from quartier.db.base import new_id
from quartier.estate.models import Occupancy, Unit
from quartier.people.models import Occupant
from quartier.people.reach import Reach, reach
from quartier.testing import SomeCompany

TODAY = date(2026, 11, 22)


def count(company: SomeCompany, *who: str, where: tuple[object, ...] = ()) -> Reach:
    with company.db() as db:
        return reach(db, Audience(frozenset(where), frozenset(who)), on=TODAY)  # type: ignore[arg-type]


@pytest.fixture
def houses(brunnenhof: SomeCompany) -> SomeCompany:
    _, lake = brunnenhof.house("Seestrasse")
    brunnenhof.resident("Verena Keller")
    brunnenhof.resident("Beat Ammann", kind="ownership")
    brunnenhof.resident("Priya Arulanantham", unit="shop")
    brunnenhof.resident("Tiago Oliveira", building_id=lake)
    brunnenhof.resident("Hans Schnyder", ends=date(2026, 10, 31))
    brunnenhof.resident("Familie Fischer", starts=date(2027, 1, 1))
    return brunnenhof


def test_everybody_everywhere_is_whoever_is_there_today(houses: SomeCompany) -> None:
    assert count(houses) == Reach(people=4, with_app=4, properties=2)


@pytest.mark.parametrize(("who", "people"), [("tenants", 3), ("owners", 1), ("residents", 2), ("businesses", 1)])
def test_each_group_by_itself(houses: SomeCompany, who: str, people: int) -> None:
    assert count(houses, who).people == people


def test_a_place_and_a_group_narrow_together(houses: SomeCompany) -> None:
    assert count(houses, "owners", "residents", where=(houses.property_id,)).people == 2
    assert count(houses, where=(houses.building_id,)).people == 3


def test_a_person_with_two_flats_counts_once(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    second = Unit(id=new_id(), building_id=brunnenhof.building_id, name="Hobbyraum", kind="storage")
    period = Occupancy(id=new_id(), unit_id=second.id, kind="tenancy", starts=date(2024, 1, 1))
    brunnenhof.plant(second, period, Occupant(occupancy_id=period.id, person_id=verena.person_id))
    assert count(brunnenhof) == Reach(people=1, with_app=1, properties=1)


@pytest.mark.parametrize("who", [(), *((group,) for group in GROUPS)])
def test_the_count_agrees_with_what_each_viewer_may_see(houses: SomeCompany, who: tuple[str, ...]) -> None:
    audience = Audience(frozenset({houses.property_id}), frozenset(who))
    people = [
        houses.resident("Lea Zimmermann"), houses.resident("Simon Vogt", kind="ownership"),
        houses.resident("Ruth Meier", unit="practice"),
    ]  # fmt: skip
    with houses.db() as db:
        seen = sum(audience.includes(body.viewer(db), TODAY) for body in people)
    before = {(): 3, ("tenants",): 2, ("owners",): 1, ("residents",): 1, ("businesses",): 1}[who]
    assert count(houses, *who, where=(houses.property_id,)).people == before + seen
