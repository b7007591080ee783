"""The estate as a tree to choose from."""

from __future__ import annotations

from datetime import date

from quartier.db.base import new_id
from quartier.estate.models import Occupancy, Unit
from quartier.estate.places import places
from quartier.testing import SomeCompany


def names(company: SomeCompany, **options: object) -> list[tuple[str, list[str]]]:
    with company.db() as db:
        found = places(db, **options)  # type: ignore[arg-type]
        return [(node.name, [child.name for child in node.children]) for node in found.nodes]


def test_all_properties_stand_in_the_order_a_reader_expects(brunnenhof: SomeCompany) -> None:
    for name in ("Haus 10", "Haus 2", "Ährenweg"):
        brunnenhof.house(name)
    assert names(brunnenhof) == [
        ("Ährenweg", ["Ährenweg"]), ("Brunnenhofstrasse", ["Brunnenhofstrasse"]), ("Haus 2", ["Haus 2"]),
        ("Haus 10", ["Haus 10"]),
    ]  # fmt: skip


def test_a_search_finds_by_name_and_keeps_what_is_chosen(brunnenhof: SomeCompany) -> None:
    lake, _ = brunnenhof.house("Seestrasse")
    assert names(brunnenhof, query="brunnen") == [("Brunnenhofstrasse", ["Brunnenhofstrasse"])]
    both = names(brunnenhof, query="brunnen", chosen={lake})
    assert [name for name, _ in both] == ["Brunnenhofstrasse", "Seestrasse"]
    assert names(brunnenhof, query=None, chosen={lake}) == [("Seestrasse", ["Seestrasse"])]


def test_signs_of_a_pattern_are_only_characters(brunnenhof: SomeCompany) -> None:
    brunnenhof.house("Turm 100%")
    assert names(brunnenhof, query="100%") == [("Turm 100%", ["Turm 100%"])]
    assert names(brunnenhof, query="_") == []
    assert names(brunnenhof, query="\0Turm") == [("Turm 100%", ["Turm 100%"])]


def test_staff_with_a_part_of_the_estate_choose_within_it(brunnenhof: SomeCompany) -> None:
    lake, _ = brunnenhof.house("Seestrasse")
    assert names(brunnenhof, within={lake}) == [("Seestrasse", ["Seestrasse"])]


def test_a_chosen_flat_is_there_and_named_alone(brunnenhof: SomeCompany) -> None:
    flat = Unit(id=new_id(), building_id=brunnenhof.building_id, name="3. OG links", kind="flat")
    brunnenhof.plant(flat)
    with brunnenhof.db() as db:
        found = places(db, query=None, chosen={flat.id})
        assert found.names({flat.id}) == ["3. OG links"]
        assert found.names({flat.id, brunnenhof.property_id}) == ["Brunnenhofstrasse"]
        assert found.ids == {flat.id, brunnenhof.building_id, brunnenhof.property_id}
    period = Occupancy(id=new_id(), unit_id=flat.id, kind="tenancy", starts=date(2026, 12, 1))
    brunnenhof.plant(period)
    with brunnenhof.db() as db:
        found = places(db, query=None, chosen={period.id})
        assert found.names({period.id}) == ["3. OG links · from 1\N{NO-BREAK SPACE}December 2026"]
        assert found.ids == {period.id, flat.id, brunnenhof.building_id, brunnenhof.property_id}


def test_another_company_has_no_places_here(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    assert names(brunnenhof, query=None, chosen={nordlicht.property_id}) == []
