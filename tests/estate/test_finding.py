"""What a search finds: any part of a place or of who uses it, all words, with slips, however common the words are."""

from __future__ import annotations

from datetime import date

import pytest

from quartier.db.base import new_id
from quartier.estate import finding, queries
from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.estate.queries import UnitFilters
from quartier.people.models import Occupant, Person
from quartier.people.queries import PersonFilters, people
from quartier.testing import LONG_AGO, SomeCompany, property_with_building

TODAY = date(2026, 11, 22)
ALL = {"Attika", "Parterre", "Laden", "Lager"}


@pytest.fixture(params=[1_500, 3], ids=["rare words", "common words"])
def lake(request: pytest.FixtureRequest, brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch) -> SomeCompany:
    """Two houses at the lake with their people; once as in a small estate and once as if each word were common."""
    monkeypatch.setattr(finding, "RARE", request.param)
    monkeypatch.setattr(finding, "RARE_ALONE", request.param)
    home = Property(id=new_id(), name="Siedlung Uferpark", external_id="4711", timezone="Europe/Zurich")
    brunnenhof.plant(home)
    for number, units in (("12", ("Attika", "Parterre")), ("14", ("Laden", "Lager")), ("16", ())):
        house = Building(
            id=new_id(), property_id=home.id, name=f"Haus {number}", street="Quaistrasse", house_number=number,
            postal_code="8002", city="Zürich", country="CH",
        )  # fmt: skip
        brunnenhof.plant(house)
        for name in units:
            brunnenhof.plant(Unit(id=new_id(), building_id=house.id, name=name, external_id=f"W-{name}", kind="flat"))
    for name, unit in (
        ("Olga Holmann", "Attika"), ("Emil Berger", "Attika"), ("Olga Berger", "Parterre"), ("Jürg Holmann", "Laden"),
    ):  # fmt: skip
        lives(brunnenhof, brunnenhof.person(name), unit)
    brunnenhof.person("Olga Nirgends")
    return brunnenhof


def lives(company: SomeCompany, person: Person, unit: str) -> None:
    place = company.db().row("SELECT id FROM unit WHERE name = %s", (unit,)).id
    period = Occupancy(id=new_id(), unit_id=place, kind="ownership", starts=LONG_AGO)
    company.plant(period, Occupant(occupancy_id=period.id, person_id=person.id))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("uferpark", ALL),
        ("4711", ALL),
        ("quaistr 14", {"Laden", "Lager"}),
        ("zurich attik", {"Attika"}),
        ("w-lager", {"Lager"}),
        ("HOLMANN", {"Attika", "Laden"}),
        ("juerg", set()),
        ("jurg", {"Laden"}),
        ("olga", {"Attika", "Parterre"}),
        ("olga quaistrasse", {"Attika", "Parterre"}),
        ("olga berger", {"Parterre"}),
        ("olga emil", {"Attika"}),
        ("quaistrasse 12 holmann", {"Attika"}),
        ("berger parterre", {"Parterre"}),
        ("hollmann", {"Attika", "Laden"}),
        ("hollmann laden", {"Laden"}),
        ("uferprak", ALL),
        ("nirgends", set()),
        ("holmann bahnhofplatz", set()),
    ],
)
def test_units_are_found_by_their_places_and_people(lake: SomeCompany, text: str, names: set[str]) -> None:
    found = queries.units(lake.db(), UnitFilters(text=text), within=(), today=TODAY)
    assert {row.name for row in found} == names


def test_who_may_not_see_people_finds_nothing_by_them(lake: SomeCompany) -> None:
    for text, names in (("holmann", set()), ("quaistrasse 12", {"Attika", "Parterre"})):
        found = queries.units(lake.db(), UnitFilters(text=text, by_people=False), within=(), today=TODAY)
        assert {row.name for row in found} == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("berger", {"Emil Berger", "Olga Berger"}),
        ("berger olga", {"Olga Berger"}),
        ("olga", {"Olga Berger", "Olga Holmann", "Olga Nirgends"}),
        ("olga hollmann", {"Olga Holmann"}),
        ("emil olga", set()),
    ],
)
def test_people_are_found_by_all_words(lake: SomeCompany, text: str, names: set[str]) -> None:
    assert {row.name for row in people(lake.db(), PersonFilters(text=text), within=(), today=TODAY)} == names


def test_a_property_is_found_by_itself_or_by_a_building(lake: SomeCompany) -> None:
    for text in ("uferpark", "quaistrasse 14", "uferprak", "8002 zurich"):
        assert [row.name for row in queries.properties(lake.db(), text=text, within=())] == ["Siedlung Uferpark"], text
    assert queries.properties(lake.db(), text="uferpark quaistrasse", within=()) == []


def test_people_are_found_where_their_period_goes(brunnenhof: SomeCompany) -> None:
    """A reader finds units by their people without looking at the periods: the database keeps them together."""
    home, house = property_with_building(brunnenhof.id, "Seeblick")
    before, after = (Unit(id=new_id(), building_id=house.id, name=name, kind="flat") for name in ("Links", "Rechts"))
    brunnenhof.plant(home, house, before, after)
    olga = brunnenhof.person("Olga Holmann")
    lives(brunnenhof, olga, "Links")
    db = brunnenhof.db()
    db.rows("UPDATE occupancy SET unit_id = %s WHERE unit_id = %s RETURNING id", (after.id, before.id))
    noted = "SELECT count(*) AS n FROM change WHERE noun = 'occupant'"
    assert db.row("SELECT unit_id FROM occupant WHERE person_id = %s", (olga.id,)).unit_id == after.id
    assert db.row(noted).n == 1  # the person who came; the period's new unit is the period's change
    found = queries.units(db, UnitFilters(text="holmann"), within=(), today=TODAY)
    assert [row.name for row in found] == ["Rechts"]
