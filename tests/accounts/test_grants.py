"""What somebody of the team may do, where and when: exact sets, and the pages that end where the rights do."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, update

from quartier.accounts.models import Agent, AgentGrant
from quartier.accounts.permissions import API_TOKENS, COMPANY_SETTINGS, ESTATE_IMPORT, MODULES_SWITCH
from quartier.db.base import new_id
from quartier.erp.policies import WEBHOOKS
from quartier.estate.models import Building, Unit
from quartier.estate.policies import EDIT, READ
from quartier.people.policies import EDIT as EDIT_PEOPLE
from quartier.people.policies import READ as READ_PEOPLE
from quartier.testing import SomeBody, SomeCompany
from quartier.viewer import NOWHERE, Grant

UNITS = "/cockpit/estate/units"


def today(company: SomeCompany) -> date:
    visit = company.agent("Regula Steiner").visit()
    visit.db.close()
    return visit.today


def a_unit(company: SomeCompany, name: str, building_id: UUID | None = None) -> UUID:
    row = Unit(id=new_id(), building_id=building_id or company.building_id, name=name, kind="flat")
    company.plant(row)
    return row.id


def grants(body: SomeBody) -> frozenset[Grant]:
    visit = body.visit()
    visit.db.close()
    return frozenset(visit.viewer.grants)


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [
        (None, None, True),
        (0, None, True),  # from today
        (1, None, False),  # the day before
        (None, 0, False),  # ends are exclusive: today was to be the first day without
        (None, 1, True),  # the last day
        (0, 1, True),
        (-9, -1, False),
    ],
)
def test_a_grant_holds_from_its_first_day_to_the_day_before_its_end(
    brunnenhof: SomeCompany, starts: int | None, ends: int | None, holds: bool
) -> None:
    here = today(brunnenhof)
    days = {name: here + timedelta(days=one) for name, one in (("starts", starts), ("ends", ends)) if one is not None}
    viewer = brunnenhof.agent("Dragan Petrović").granted(READ, **days).visit().viewer
    assert (viewer.is_agent, viewer.permissions) == (True, frozenset({READ}) if holds else frozenset())


def test_rights_hold_at_their_place_and_below(brunnenhof: SomeCompany) -> None:
    home, house, unit = brunnenhof.property_id, brunnenhof.building_id, a_unit(brunnenhof, "12.1")
    dragan = brunnenhof.agent("Dragan Petrović", "faq.edit")
    dragan.granted(READ, EDIT, building_id=house).granted(READ_PEOPLE, unit_id=unit).granted(READ, property_id=home)
    viewer = dragan.visit().viewer
    assert viewer.permissions == frozenset({"faq.edit"})
    assert set(viewer.grants) == {
        Grant(frozenset({READ, EDIT}), (home, house)),
        Grant(frozenset({READ_PEOPLE}), (home, house, unit)),
        Grant(frozenset({READ}), (home,)),
    }
    where = {
        permission: [viewer.may(permission, at=place) for place in ((), (home,), (home, house), (home, house, unit))]
        for permission in ("faq.edit", READ, EDIT, READ_PEOPLE, EDIT_PEOPLE)
    }
    assert where == {
        "faq.edit": [True, True, True, True],
        READ: [False, True, True, True],
        EDIT: [False, False, True, True],
        READ_PEOPLE: [False, False, False, True],
        EDIT_PEOPLE: [False, False, False, False],
    }
    assert not viewer.may(READ, at=(new_id(), house))
    assert [viewer.may(one) for one in (READ, EDIT_PEOPLE)] == [True, False]
    assert (set(viewer.within(READ)), list(viewer.within("faq.edit"))) == ({home, house}, [])
    assert (list(viewer.within(READ_PEOPLE)), viewer.within(READ_PEOPLE).homes) == ([unit], (home,))
    assert list(viewer.within(EDIT_PEOPLE)) == [NOWHERE]


def test_a_grant_that_was_ended_is_over_at_once(brunnenhof: SomeCompany) -> None:
    dragan = brunnenhof.agent("Dragan Petrović", READ)
    browser = dragan.browser
    assert browser.get(UNITS).status_code == 200
    with brunnenhof.db() as db:
        db.execute(update(AgentGrant).filter_by(agent_id=dragan.agent_id).values(ended_at=func.now()))
        db.commit()
    assert browser.get(UNITS).status_code == 403


@pytest.mark.parametrize(
    ("facts", "is_agent"),
    [
        ({"deactivated_at": func.now()}, False),
        ({"employer": "Dach AG", "ends": func.current_date() + 2}, True),
        ({"employer": "Dach AG", "ends": func.current_date() - 1}, False),
    ],
)
def test_who_is_no_agent_any_more_has_no_rights_left(
    brunnenhof: SomeCompany, facts: dict[str, object], is_agent: bool
) -> None:
    dragan = brunnenhof.agent("Dragan Petrović", READ).granted(READ, property_id=brunnenhof.property_id)
    with brunnenhof.db() as db:
        db.execute(update(Agent).filter_by(id=dragan.agent_id).values(**facts))
        db.commit()
    viewer = dragan.visit().viewer
    assert (viewer.is_agent, bool(viewer.permissions), bool(viewer.grants)) == (is_agent, is_agent, is_agent)


@pytest.mark.parametrize(
    ("permission", "path"),
    [
        (MODULES_SWITCH, "/cockpit/settings/modules"),
        (COMPANY_SETTINGS, "/cockpit/settings/brand"),
        (COMPANY_SETTINGS, "/cockpit/settings/texts"),
        (COMPANY_SETTINGS, "/cockpit/settings/erp"),
        (API_TOKENS, "/cockpit/tokens"),
        (ESTATE_IMPORT, "/cockpit/imports"),
        (WEBHOOKS, "/cockpit/settings/webhooks"),
    ],
)
def test_what_concerns_the_company_takes_the_right_for_the_company(
    brunnenhof: SomeCompany, permission: str, path: str
) -> None:
    limited = brunnenhof.agent("Dragan Petrović", permission).limited_to(brunnenhof.property_id).browser
    assert limited.get(path, follow_redirects=True).status_code == 403
    assert f'href="{path}' not in limited.get("/cockpit/").text
    whole = brunnenhof.agent("Regula Steiner", permission).browser
    assert whole.get(path, follow_redirects=True).status_code == 200


def test_the_estate_ends_where_the_rights_do(brunnenhof: SomeCompany) -> None:
    address = {"street": "Hofweg", "house_number": "3", "postal_code": "8047", "city": "Zürich", "country": "CH"}
    beside = Building(id=new_id(), property_id=brunnenhof.property_id, name="Hofhaus", **address)
    brunnenhof.plant(beside)
    mine, other = a_unit(brunnenhof, "Meine 1"), a_unit(brunnenhof, "Andere 2")
    theirs = a_unit(brunnenhof, "Hof 3", beside.id)
    desk = brunnenhof.agent("Dragan Petrović").granted(READ, building_id=brunnenhof.building_id)
    desk.granted(EDIT, unit_id=mine)
    browser = desk.browser
    listed = browser.get(UNITS).text
    assert [name in listed for name in ("Meine 1", "Andere 2", "Hof 3")] == [True, True, False]
    home = browser.get(f"/cockpit/estate/properties/{brunnenhof.property_id}")
    assert (home.status_code, "Hofhaus" in home.text) == (200, False)
    reached = {
        path: browser.get(f"/cockpit/estate/{path}").status_code
        for path in (
            f"buildings/{brunnenhof.building_id}", f"buildings/{beside.id}", f"units/{theirs}", f"units/{other}",
            f"units/{other}/edit", f"units/{mine}/edit", f"properties/{brunnenhof.property_id}/edit",
            f"properties/{brunnenhof.property_id}/history", "properties/new",
        )
    }  # fmt: skip
    assert list(reached.values()) == [200, 404, 404, 200, 404, 200, 404, 404, 404]


def test_names_of_people_end_where_that_right_does(brunnenhof: SomeCompany) -> None:
    near, far = brunnenhof.resident("Lea Zimmermann"), brunnenhof.resident("Ida Graf")
    with brunnenhof.db() as db:
        sql = "SELECT y.unit_id FROM occupant o JOIN occupancy y ON y.id = o.occupancy_id WHERE o.person_id = %s"
        unit = db.row(sql, (near.person_id,)).unit_id
    browser = brunnenhof.agent("Nadja Frei", READ).granted(READ_PEOPLE, unit_id=unit).browser
    listed = browser.get(UNITS).text
    assert ("Lea Zimmermann" in listed, "Ida Graf" in listed) == (True, False)
    assert "Ida Graf" not in browser.get(f"{UNITS}/export/csv").text
    assert f"/units/{unit}" not in browser.get(f"{UNITS}?q=Zimmermann").text
    people = browser.get("/cockpit/people/").text
    assert ("Lea Zimmermann" in people, "Ida Graf" in people) == (True, False)
    statuses = [browser.get(f"/cockpit/people/{one.person_id}").status_code for one in (near, far)]
    assert statuses == [200, 404]
