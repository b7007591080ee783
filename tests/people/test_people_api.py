"""Programs read people and the periods they are on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from quartier.accounts.models import ApiToken
from quartier.testing import SomeCompany


def read(company: SomeCompany, path: str, token: str) -> Any:
    return company.visitor().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})


def test_people_and_their_periods(brunnenhof: SomeCompany) -> None:
    verena, token = brunnenhof.resident("Verena Keller"), brunnenhof.token("people.read")
    names = [(one["given_name"], one["family_name"]) for one in read(brunnenhof, "/people", token).json["items"]]
    assert names == [("Verena", "Keller")]
    on = read(brunnenhof, f"/occupants?person_id={verena.person_id}", token).json["items"]
    assert [(one["person_id"], one["role"]) for one in on] == [(str(verena.person_id), "main")]


def test_a_scope_of_its_own_opens_people(brunnenhof: SomeCompany) -> None:
    assert read(brunnenhof, "/people", brunnenhof.token("estate.read")).status_code == 403


def test_a_token_for_one_property_meets_its_people_only(brunnenhof: SomeCompany) -> None:
    _home, house = brunnenhof.house("Seestrasse")
    brunnenhof.resident("Verena Keller")
    brunnenhof.resident("Lea Zimmermann", building_id=house)
    token = brunnenhof.token("people.read")
    with Session(brunnenhof.platform.shell.platform) as db:
        db.execute(update(ApiToken).filter_by(company_id=brunnenhof.id).values(properties=[brunnenhof.property_id]))
        db.commit()
    assert [one["family_name"] for one in read(brunnenhof, "/people", token).json["items"]] == ["Keller"]
    assert len(read(brunnenhof, "/occupants", token).json["items"]) == 1
