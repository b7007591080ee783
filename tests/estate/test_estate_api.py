"""Programs read the estate level by level."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from quartier.accounts.models import ApiToken
from quartier.db.base import new_id
from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.testing import SomeCompany

NEW = {"note": "", "archived_at": None, "version": 1}
"""What every entry has that nobody has changed."""


def read(company: SomeCompany, path: str, *scopes: str) -> Any:
    headers = {"Authorization": f"Bearer {company.token(*(scopes or ('estate.read',)))}"}
    return company.visitor().get(f"/api/v1{path}", headers=headers)


def items(company: SomeCompany, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = read(company, path).json["items"]
    return found


def plant_lakeside(company: SomeCompany) -> tuple[UUID, UUID, UUID]:
    home = Property(id=new_id(), name="Seestrasse", timezone="Europe/Zurich", external_id="L-7")
    building = Building(
        id=new_id(), property_id=home.id, name="Seestrasse 9", street="Seestrasse", house_number="9",
        postal_code="8002", city="Zürich", country="CH", external_id="G-7",
    )  # fmt: skip
    flat = Unit(
        id=new_id(), building_id=building.id, name="9.01", kind="flat", floor="1", rooms=Decimal("3.5"),
        area_m2=Decimal("84.25"), external_id="E-7",
    )  # fmt: skip
    parking = Unit(id=new_id(), building_id=building.id, name="P1", kind="parking")
    company.plant(home, building, flat, parking)
    return home.id, building.id, flat.id


def test_each_level_has_its_facts(brunnenhof: SomeCompany) -> None:
    home, building, flat = (str(one) for one in plant_lakeside(brunnenhof))
    assert items(brunnenhof, "/properties?external_id=L-7") == [
        {"id": home, "external_id": "L-7", "name": "Seestrasse", "timezone": "Europe/Zurich", "owner": "", **NEW}
    ]
    assert items(brunnenhof, "/buildings?external_id=G-7") == [
        {
            "id": building, "external_id": "G-7", "property_id": home, "name": "Seestrasse 9", "street": "Seestrasse",
            "house_number": "9", "postal_code": "8002", "city": "Zürich", "country": "CH", **NEW,
        }
    ]  # fmt: skip
    assert items(brunnenhof, "/units?external_id=E-7") == [
        {
            "id": flat, "external_id": "E-7", "building_id": building, "name": "9.01", "kind": "flat", "floor": "1",
            "rooms": 3.5, "area_m2": 84.25, "is_commercial": False, "position": 0, **NEW,
        }
    ]  # fmt: skip


def test_lists_are_narrowed_by_what_is_above_and_by_kind(brunnenhof: SomeCompany) -> None:
    home, building, _flat = plant_lakeside(brunnenhof)
    assert [one["name"] for one in items(brunnenhof, "/buildings")] == ["Brunnenhofstrasse", "Seestrasse 9"]
    assert [one["name"] for one in items(brunnenhof, f"/buildings?property_id={home}")] == ["Seestrasse 9"]
    assert [one["name"] for one in items(brunnenhof, f"/units?building_id={building}")] == ["9.01", "P1"]
    assert [one["name"] for one in items(brunnenhof, f"/units?building_id={building}&kind=parking")] == ["P1"]
    assert items(brunnenhof, "/properties?external_id=L-8") == []


def test_pages_follow_each_other(brunnenhof: SomeCompany) -> None:
    _home, building, _flat = plant_lakeside(brunnenhof)
    first = read(brunnenhof, f"/units?building_id={building}&limit=1")
    assert [one["name"] for one in first.json["items"]] == ["9.01"]
    link = first.headers["Link"].partition(">")[0].removeprefix("</api/v1")
    second = read(brunnenhof, link).json
    assert ([one["name"] for one in second["items"]], second["next"]) == (["P1"], None)


def test_what_makes_no_sense_is_a_problem_of_its_parameter(brunnenhof: SomeCompany) -> None:
    for path, parameter in (
        ("/units?kind=castle", "kind"),
        ("/units?building_id=7", "building_id"),
        ("/buildings?property_id=x", "property_id"),
        ("/properties?after=x", "after"),
    ):
        answer = read(brunnenhof, path)
        found = (answer.status_code, [error["parameter"] for error in answer.json["errors"]])
        assert found == (422, [parameter])
    assert read(brunnenhof, "/properties?external_id=%00").status_code == 422


def test_it_takes_the_scope(brunnenhof: SomeCompany) -> None:
    for path in ("/properties", "/buildings", "/units"):
        assert read(brunnenhof, path, "team.admin").status_code == 403


def test_another_companys_estate_is_not_there(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    home, building, _flat = plant_lakeside(nordlicht)
    assert items(brunnenhof, "/properties?external_id=L-7") == []
    assert items(brunnenhof, f"/buildings?property_id={home}") == []
    assert items(brunnenhof, f"/units?building_id={building}") == []


def test_periods_have_exclusive_ends(brunnenhof: SomeCompany) -> None:
    _home, _building, flat = plant_lakeside(brunnenhof)
    period = Occupancy(
        id=new_id(),
        unit_id=flat,
        kind="tenancy",
        starts=date(2024, 1, 1),
        ends=date(2025, 1, 1),
        contract_number="MV-1",
    )
    brunnenhof.plant(period)
    assert items(brunnenhof, f"/occupancies?unit_id={flat}&kind=tenancy") == [
        {
            "id": str(period.id), "external_id": None, "unit_id": str(flat), "kind": "tenancy", "starts": "2024-01-01",
            "ends": "2025-01-01", "contract_number": "MV-1", "note": "", "version": 1,
        }
    ]  # fmt: skip


def test_a_token_for_one_property_reads_that_one_only(brunnenhof: SomeCompany) -> None:
    home, building, flat = plant_lakeside(brunnenhof)
    brunnenhof.plant(Occupancy(unit_id=flat, kind="tenancy", starts=date(2024, 1, 1)))
    token = brunnenhof.token("estate.read")
    with Session(brunnenhof.platform.shell.platform) as db:
        db.execute(update(ApiToken).filter_by(company_id=brunnenhof.id).values(properties=[brunnenhof.property_id]))
        db.commit()
    for path, hidden in (("properties", home), ("buildings", building), ("units", flat), ("occupancies", flat)):
        answer = brunnenhof.visitor().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, str(hidden) in answer.text) == (200, False)
