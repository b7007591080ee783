"""Places by their numbers in the company's own system."""

from __future__ import annotations

from quartier.db.base import new_id
from quartier.estate.models import Building, Property, Unit
from quartier.estate.numbers import numbers_of_places, places_by_number
from quartier.testing import SomeCompany


def plant(company: SomeCompany) -> tuple[Property, Building, Unit]:
    home = Property(id=new_id(), external_id="P1", name="Hof", timezone="Europe/Zurich")
    building = Building(
        id=new_id(), property_id=home.id, external_id="B1", name="Haus", street="Weg", house_number="1",
        postal_code="8000", city="Zürich", country="CH",
    )  # fmt: skip
    unit = Unit(id=new_id(), building_id=building.id, external_id="U1", name="3. OG links", kind="flat")
    company.plant(home, building, unit)
    return home, building, unit


def test_places_of_every_level_are_found_by_number_and_told_by_it(brunnenhof: SomeCompany) -> None:
    home, building, unit = plant(brunnenhof)
    db = brunnenhof.db()
    assert places_by_number(db, ["P1", "B1", "U1", "X9"]) == {"P1": home.id, "B1": building.id, "U1": unit.id}
    assert numbers_of_places(db, [home.id, unit.id, brunnenhof.property_id]) == {home.id: "P1", unit.id: "U1"}
    db.close()


def test_a_number_used_on_two_levels_means_the_larger_place(brunnenhof: SomeCompany) -> None:
    home, building, _unit = plant(brunnenhof)
    with brunnenhof.platform.shell.platform.begin() as connection:
        connection.exec_driver_sql("UPDATE building SET external_id = 'P1' WHERE id = %s", (building.id,))
    db = brunnenhof.db()
    assert places_by_number(db, ["P1"]) == {"P1": home.id}
    db.close()


def test_another_companys_numbers_are_unknown(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    home, _building, _unit = plant(brunnenhof)
    db = nordlicht.db()
    assert (places_by_number(db, ["P1"]), numbers_of_places(db, [home.id])) == ({}, {})
    db.close()
