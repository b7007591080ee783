"""Switches that stand otherwise in single properties: on a page, for programs, and for whoever lives there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from quartier.accounts.permissions import COMPANY_SETTINGS, MODULES_SWITCH
from quartier.contracts.models import ContractEvent
from quartier.household.switches import ADD_USER, INVITE
from quartier.plugin.switches import Switch, others, value_at, value_for
from quartier.tenancy.models import SwitchDeviation
from quartier.testing import SomeCompany
from quartier.viewer import ANONYMOUS
from tests.accounts.test_access import settings

URL, API = "/cockpit/settings/portal/household_invite", "/api/v1/settings"


@pytest.fixture
def house(make_company: Callable[..., SomeCompany]) -> SomeCompany:
    """A company at which guests may be brought in, and nobody with equal rights."""
    company = make_company("Brunnenhof", modules=())
    settings(company, household_add_user=False)
    return company


def rows(company: SomeCompany) -> dict[UUID, bool]:
    with company.db() as db:
        return {one.property_id: one.value for one in db.scalars(select(SwitchDeviation))}


def home(company: SomeCompany) -> UUID:
    """The property of the company's first house."""
    return company.property_id


def put(desk: Any, *places: UUID, where: str = "some", **more: str) -> Any:
    seen = desk.get(URL).text.partition('name="seen" value="')[2].partition('"')[0]
    return desk.post(URL, {"seen": seen, "where": where, "property": [str(one) for one in places], **more})


def test_a_property_is_otherwise_and_its_people_are_counted(house: SomeCompany) -> None:
    verena = house.resident("Verena Keller").browser
    elsewhere, building = house.house("Seestrasse")
    urs = house.resident("Urs Wyss", building_id=building).browser
    desk = house.agent("Nadja Frei", COMPANY_SETTINGS, language="en").browser
    counted = put(desk, elsewhere, do="count").text
    part = desk.post(URL, {"do": "count", "where": "some", "property": str(elsewhere)}, headers={"HX-Request": "true"})
    assert ("Otherwise in 1 of 2 properties." in part.text, "<html" in part.text) == (True, False)
    assert "After saving it is on for 1 resident." in counted
    assert ("1 person will no longer have it." in counted, rows(house)) == (True, {})
    assert put(desk, elsewhere, uuid4()).status_code == 303
    assert rows(house) == {elsewhere: False}
    assert ["/invite" in one.get("/household").text for one in (verena, urs)] == [True, False]
    page = desk.get("/cockpit/settings/portal?numbers=1").text
    assert ("Off in Seestrasse." in page, "otherwise in Seestrasse" in page) == (True, True)
    assert [words in page for words in ("It is on for 1 resident.", "After saving: 1 person will no longer have it.",
                                        "After saving: 2 people will have it from now on.")] == [True] * 3  # fmt: skip
    assert desk.get(URL).text.index("Seestrasse") < desk.get(URL).text.index("Brunnenhofstrasse")  # chosen ones first
    event = house.db().scalars(select(ContractEvent).filter_by(kind="switch.placed")).one()
    assert (event.subject, event.before, event.after) == (
        "household_invite", {"properties": []}, {"properties": ["Seestrasse"]}
    )  # fmt: skip
    assert (put(desk, elsewhere, where="none").status_code, rows(house)) == (303, {})


def test_what_the_company_comes_round_to_is_not_forgotten(house: SomeCompany) -> None:
    elsewhere, _building = house.house("Seestrasse")
    house.plant(SwitchDeviation(key=INVITE.key, property_id=elsewhere, value=False))
    desk = house.agent("Nadja Frei", COMPANY_SETTINGS, language="en").browser
    stale = desk.get(URL).text.partition('name="seen" value="')[2].partition('"')[0]
    settings(house, household_invite=False, household_add_user=False)
    clash = desk.post(URL, {"seen": stale, "where": "some", "property": [str(home(house))]})
    assert (clash.status_code, "off in all properties" in clash.text) == (409, True)
    assert put(desk, home(house)).status_code == 303
    assert rows(house) == {elsewhere: False, home(house): True}
    snapshot = house.platform.shell.snapshots(house.id)
    assert snapshot is not None
    assert others(snapshot, INVITE) == (False, {home(house)})
    assert [value_at(snapshot, INVITE, one) for one in (elsewhere, home(house))] == [False, True]
    assert (value_for(snapshot, INVITE, ANONYMOUS), value_for(snapshot, ADD_USER, ANONYMOUS)) == (False, False)


def test_only_what_is_meant_for_it_and_only_who_may(house: SomeCompany) -> None:
    desk, urs = house.agent("Nadja Frei", COMPANY_SETTINGS).browser, house.agent("Urs Wyss", MODULES_SWITCH).browser
    for key in ("access_before", "nothing", "%00"):
        assert desk.get(f"/cockpit/settings/portal/{key}").status_code == 404
    assert (urs.get(URL).status_code, urs.post(URL, {}).status_code) == (403, 403)
    with pytest.raises(ValueError, match="only what is on or off"):
        Switch("x", "company", "X", "X.", 3, "days", per_property=True)


def test_a_program_says_where_it_is_otherwise(house: SomeCompany, nordlicht: SomeCompany) -> None:
    browser, here, foreign = house.visitor(), str(home(house)), str(home(nordlicht))
    head = {"Authorization": f"Bearer {house.token(COMPANY_SETTINGS)}", "If-Match": "*"}

    def patch(**body: Any) -> Any:
        return browser.open("PATCH", API, headers=head, json=body)

    moved = patch(switches={"household_invite": False}, otherwise_in={"household_invite": [here]})
    stands = {one["key"]: one for one in moved.json["switches"]}
    assert (stands["household_invite"]["value"], stands["household_invite"]["otherwise_in"]) == (False, [here])
    assert (stands["access_before"]["per_property"], rows(house)) == (False, {home(house): True})
    for wrong, pointer in (
        ({"access_before": [here]}, "#/otherwise_in/access_before"),
        ({"household_invite": [foreign]}, "#/otherwise_in/household_invite"),
        ({"x": []}, "#/otherwise_in/x"),
    ):
        refused = patch(switches={"household_invite": True}, otherwise_in=wrong)
        assert (refused.status_code, [one["pointer"] for one in refused.json["errors"]]) == (422, [pointer])
    assert rows(house) == {home(house): True}
