"""Proposing a correction of what only the ERP changes: one mail, a list, and done by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.db.base import new_id
from quartier.deliveries.models import MailDelivery
from quartier.erp.policies import WRITE
from quartier.estate.models import Occupancy, Unit
from quartier.locks import corrections
from quartier.testing import Browser, SomeBody, SomeCompany
from tests.masterdata.conftest import lock

LIST = "/cockpit/estate/corrections"


def agent(company: SomeCompany, *permissions: str) -> SomeBody:
    return company.agent("Nadja Frei", "estate.read", "estate.edit", "people.read", "people.edit", *permissions)


@pytest.fixture
def nadja(brunnenhof: SomeCompany) -> Browser:
    return agent(brunnenhof).browser


def page_of(unit: Unit) -> str:
    return f"/cockpit/estate/units/{unit.id}/correct"


def as_it_is(browser: Browser, path: str) -> dict[str, str]:
    """The form as a browser would send it back untouched."""
    page = browser.get(path).text
    found = dict(re.findall(r'<input class="input[^>]*name="([\w.]+)"[^>]*value="([^"]*)"', page))
    hidden = re.search(r'name="correction_id" value="([^"]+)"', page)
    assert hidden, page
    chosen = re.findall(r'<select[^>]*name="(\w+)".*?<option value="(\w+)" selected', page, re.DOTALL)
    return {**found, **dict(chosen), "correction_id": hidden[1]}


def mails(company: SomeCompany) -> list[MailDelivery]:
    db = company.db()
    found = list(db.scalars(select(MailDelivery).order_by(MailDelivery.id)))
    db.close()
    return found


def states(company: SomeCompany) -> list[tuple[Any, ...]]:
    db = company.db()
    found = [tuple(row) for row in db.rows("SELECT closed_as, closed_at IS NULL FROM correction ORDER BY id")]
    db.close()
    return found


def test_a_wish_goes_to_the_keepers_of_the_erp_once(brunnenhof: SomeCompany, nadja: Browser, unit: Unit) -> None:
    form = as_it_is(nadja, page_of(unit))
    assert form.keys() == {"name", "kind", "area_m2", "correction_id"}
    sent = {**form, "area_m2": "81,5", "name": "12 links", "remark": "Laut Plan\nvon 2019"}
    first, again = nadja.post(page_of(unit), sent), nadja.post(page_of(unit), sent)
    assert (first.status_code, again.status_code) == (303, 303)
    (mail,) = mails(brunnenhof)
    assert (mail.address, mail.language, mail.kind) == ("erp@keepers.example", "de", "masterdata.correction")
    letter = str(mail.letter)
    for word in ("Nadja Frei", "80.5", "81.5", "12 links", "Laut Plan", "W-12", str(unit.id), f"/units/{unit.id}"):
        assert word in letter, word
    db = brunnenhof.db()
    assert db.get_one(Unit, (brunnenhof.id, unit.id)).name == "12"
    assert {row.field: (row.present, row.proposed) for row in db.rows("SELECT * FROM correction_field")} == {
        "name": ("12", "12 links"), "area_m2": (80.5, 81.5),
    }  # fmt: skip


def test_it_is_offered_where_fields_are_locked(brunnenhof: SomeCompany, nadja: Browser, unit: Unit) -> None:
    link = f'href="{page_of(unit)}"'
    assert [link in nadja.get(f"/cockpit/estate/units/{unit.id}{more}").text for more in ("", "/edit")] == [True, True]
    reader = brunnenhof.agent("Dragan Petrović", "estate.read").browser
    shown = reader.get(f"/cockpit/estate/units/{unit.id}").text
    assert ["GARAIO REM" in shown, link in shown] == [True, False]
    assert reader.get(page_of(unit)).status_code == 403


def test_it_is_done_when_the_values_arrive(brunnenhof: SomeCompany, nadja: Browser, unit: Unit) -> None:
    form = as_it_is(nadja, page_of(unit))
    nadja.post(page_of(unit), {**form, "area_m2": "81.5", "name": "12 links"})
    headers = {"Authorization": f"Bearer {brunnenhof.token(WRITE)}"}

    def erp(**values: Any) -> None:
        rows = [{"external_id": "W-12", **values}]
        brunnenhof.visitor().open("POST", "/api/v1/erp/units", json=rows, headers=headers)
        brunnenhof.work()

    erp(area_m2=90)
    assert states(brunnenhof) == [("", True)]
    erp(area_m2=81.50)
    assert states(brunnenhof) == [("", True)]
    assert nadja.get(LIST).text.count('class="sr">angekommen') == 1
    erp(name="12 links")
    assert states(brunnenhof) == [("arrived", False)]
    assert ["W-12" in nadja.get(LIST).text, "angekommen" in nadja.get(f"{LIST}?state=done").text] == [False, True]
    assert "Vorgeschlagene Korrekturen" not in nadja.get(f"/cockpit/estate/units/{unit.id}").text


def test_a_thing_that_goes_takes_its_wish_along(brunnenhof: SomeCompany, nadja: Browser, unit: Unit) -> None:
    nadja.post(page_of(unit), {**as_it_is(nadja, page_of(unit)), "name": "x"})
    db = brunnenhof.db()
    db.delete(db.get_one(Unit, (brunnenhof.id, unit.id)))
    db.commit()
    assert states(brunnenhof) == [("gone", False)]
    assert nadja.get(f"{LIST}?state=done").status_code == 200


def test_a_wish_can_be_put_aside(brunnenhof: SomeCompany, nadja: Browser, unit: Unit) -> None:
    nadja.post(page_of(unit), {**as_it_is(nadja, page_of(unit)), "name": "x"})
    db = brunnenhof.db()
    wish = db.row("SELECT id FROM correction").id
    reader = brunnenhof.agent("Dragan Petrović", "estate.read").browser
    assert reader.post(f"{LIST}/{wish}/close").status_code == 403
    assert nadja.post(f"{LIST}/{wish}/close").status_code == 303
    assert states(brunnenhof) == [("agent", False)]
    assert "nicht weiterverfolgt" in nadja.get(f"{LIST}?state=done").text
    assert nadja.post(f"{LIST}/{new_id()}/close").status_code == 404


@pytest.mark.parametrize(("sent", "field"), [
    ({}, "errors"),
    ({"name": ""}, "name"), ({"name": "x" * 201}, "name"), ({"name": "a\0b"}, "name"), ({"kind": "castle"}, "kind"),
    ({"area_m2": "viel"}, "area_m2"), ({"area_m2": "-1"}, "area_m2"), ({"area_m2": "NaN"}, "area_m2"),
    ({"name": "y", "remark": "x" * 2001}, "remark"), ({"name": "y", "remark": "a\0b"}, "remark"),
])  # fmt: skip
def test_what_cannot_be_a_wish_is_told_at_the_field(
    brunnenhof: SomeCompany, nadja: Browser, unit: Unit, sent: dict[str, str], field: str
) -> None:
    answer = nadja.post(page_of(unit), {**as_it_is(nadja, page_of(unit)), **sent})
    assert (answer.status_code, f'id="{field}' in answer.text, mails(brunnenhof)) == (422, True, [])
    assert states(brunnenhof) == []


def test_only_locked_fields_can_be_wished_for(brunnenhof: SomeCompany, nadja: Browser, unit: Unit) -> None:
    answer = nadja.post(page_of(unit), {**as_it_is(nadja, page_of(unit)), "floor": "9", "note": "x"})
    assert (answer.status_code, states(brunnenhof)) == (422, [])


def test_a_broken_id_in_the_form_is_a_new_wish(brunnenhof: SomeCompany, nadja: Browser, unit: Unit) -> None:
    sent = {**as_it_is(nadja, page_of(unit)), "name": "x", "correction_id": "../.."}
    assert nadja.post(page_of(unit), sent).status_code == 303
    assert len(states(brunnenhof)) == 1


def test_the_same_wish_is_not_sent_a_second_time(brunnenhof: SomeCompany, nadja: Browser, unit: Unit) -> None:
    nadja.post(page_of(unit), {**as_it_is(nadja, page_of(unit)), "name": "12 links"})
    other = brunnenhof.agent("Regula Steiner", "estate.read", "estate.edit").browser
    again = other.post(page_of(unit), {**as_it_is(other, page_of(unit)), "name": "12 links"})
    assert (again.status_code, "Nadja Frei hat das am" in again.text, len(mails(brunnenhof))) == (422, True, 1)
    assert other.post(page_of(unit), {**as_it_is(other, page_of(unit)), "name": "12 rechts"}).status_code == 303


def test_wishes_are_limited(
    brunnenhof: SomeCompany, nadja: Browser, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "BY_ONE_IN_AN_HOUR", 2)
    sent = [nadja.post(page_of(unit), {**as_it_is(nadja, page_of(unit)), "name": name}) for name in ("a", "b", "c")]
    assert [answer.status_code for answer in sent] == [303, 303, 422]
    assert 'value="c"' in sent[2].text
    other = brunnenhof.agent("Regula Steiner", "estate.read", "estate.edit").browser
    assert other.post(page_of(unit), {**as_it_is(other, page_of(unit)), "name": "d"}).status_code == 303
    monkeypatch.setattr(corrections, "IN_A_DAY", 3)
    assert other.post(page_of(unit), {**as_it_is(other, page_of(unit)), "name": "e"}).status_code == 422


def test_without_an_address_the_page_says_so_and_leads_to_the_settings(
    brunnenhof: SomeCompany, nadja: Browser, unit: Unit
) -> None:
    form = as_it_is(nadja, page_of(unit))
    lock(brunnenhof, email=None)
    chief = agent(brunnenhof, COMPANY_SETTINGS).browser
    link = "/cockpit/settings/erp#correction_email"
    assert [link in browser.get(page_of(unit)).text for browser in (chief, nadja)] == [True, False]
    late = nadja.post(page_of(unit), {**form, "name": "x"})
    assert (late.status_code, states(brunnenhof), mails(brunnenhof)) == (409, [], [])


def test_where_nothing_is_locked_there_is_nothing_to_propose(brunnenhof: SomeCompany, nadja: Browser) -> None:
    lock(brunnenhof)
    assert nadja.get(f"/cockpit/estate/buildings/{brunnenhof.building_id}/correct").status_code == 404
    assert nadja.get(f"/cockpit/estate/units/{new_id()}/correct").status_code == 404


def test_periods_are_wished_for_by_their_last_day(brunnenhof: SomeCompany, nadja: Browser, unit: Unit) -> None:
    period = Occupancy(id=new_id(), unit_id=unit.id, kind="tenancy", starts=date(2024, 4, 1), external_id="M-1")
    brunnenhof.plant(period)
    page = f"/cockpit/estate/periods/{period.id}/correct"
    form = as_it_is(nadja, page)
    assert (form["starts"], form["until"]) == ("2024-04-01", "")
    wrong = nadja.post(page, {**form, "until": "2024-03-01"})
    assert (wrong.status_code, 'id="until-error"' in wrong.text) == (422, True)
    assert nadja.post(page, {**form, "until": "2026-11-30"}).status_code == 303
    db = brunnenhof.db()
    row = db.row("SELECT field, present, proposed FROM correction_field")
    assert (row.field, row.present, row.proposed) == ("ends", None, "2026-12-01")
    db.execute(text("UPDATE occupancy SET ends = '2026-12-01'"))
    db.commit()
    assert states(brunnenhof) == [("arrived", False)]


def test_a_phone_number_arrives_however_it_was_typed(brunnenhof: SomeCompany, nadja: Browser) -> None:
    lock(brunnenhof)
    person = brunnenhof.person("Hanna Berger", email="hanna@post.example")
    page = f"/cockpit/people/{person.id}/correct"
    form = as_it_is(nadja, page)
    assert nadja.post(page, {**form, "phone": "044 555 01 99", "email": ""}).status_code == 303
    db = brunnenhof.db()
    db.execute(text("UPDATE person SET phone = '+41445550199', email = NULL WHERE id = :id"), {"id": person.id})
    db.commit()
    assert states(brunnenhof) == [("arrived", False)]
    bad = nadja.post(page, {**as_it_is(nadja, page), "family_name": ""})
    assert (bad.status_code, 'id="family_name-error"' in bad.text) == (422, True)
    assert nadja.post(page, {**as_it_is(nadja, page), "email": "nobody"}).status_code == 422


def test_who_sees_no_people_sees_no_wishes_about_them(brunnenhof: SomeCompany, nadja: Browser, unit: Unit) -> None:
    person = brunnenhof.person("Hanna Berger", email="hanna@post.example")
    page = f"/cockpit/people/{person.id}/correct"
    nadja.post(page, {**as_it_is(nadja, page), "email": "h.berger@post.example"})
    nadja.post(page_of(unit), {**as_it_is(nadja, page_of(unit)), "name": "12 links"})
    reader = brunnenhof.agent("Dragan Petrović", "estate.read", "estate.edit").browser
    shown = reader.get(LIST).text
    assert ["12 links" in shown, "Berger" in shown, "post.example" in shown] == [True, False, False]
    assert reader.get(page).status_code == 403
    db = brunnenhof.db()
    wish = db.row("SELECT id FROM correction WHERE noun = 'person'").id
    assert reader.post(f"{LIST}/{wish}/close").status_code == 404


def test_who_is_limited_to_some_properties_sees_only_wishes_from_there(
    brunnenhof: SomeCompany, nadja: Browser, unit: Unit
) -> None:
    nadja.post(page_of(unit), {**as_it_is(nadja, page_of(unit)), "name": "12 links"})
    far, _house = brunnenhof.house("Hafenstrasse")
    browser, db = agent(brunnenhof).limited_to(far).browser, brunnenhof.db()
    wish = db.row("SELECT id FROM correction").id
    assert ("12 links" in browser.get(LIST).text, browser.post(f"{LIST}/{wish}/close").status_code) == (False, 404)
    assert browser.get(page_of(unit)).status_code == 404


def test_another_companys_wishes_are_not_there(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, nadja: Browser, unit: Unit
) -> None:
    nadja.post(page_of(unit), {**as_it_is(nadja, page_of(unit)), "name": "12 links"})
    lock(nordlicht)
    svenja = agent(nordlicht).browser
    wish = brunnenhof.db().row("SELECT id FROM correction").id
    assert svenja.get(page_of(unit)).status_code == 404
    assert svenja.post(f"{LIST}/{wish}/close").status_code == 404
    assert "12 links" not in svenja.get(LIST).text


def test_the_mail_speaks_the_companys_first_language(make_company: Callable[..., SomeCompany]) -> None:
    regie = make_company("Regie", languages=("fr", "de"))
    lock(regie)
    body = agent(regie).browser
    sent = {**as_it_is(body, f"/cockpit/estate/properties/{regie.property_id}/correct"), "timezone": "Europe/Paris"}
    assert body.post(f"/cockpit/estate/properties/{regie.property_id}/correct", sent).status_code == 303
    (mail,) = mails(regie)
    assert (mail.language, mail.subject) == ("fr", "À corriger : Brunnenhofstrasse")
    wrong = body.post(f"/cockpit/estate/properties/{regie.property_id}/correct", {**sent, "timezone": "Mars",
                                                                                  "correction_id": ""})  # fmt: skip
    assert wrong.status_code == 422


def test_what_the_erp_owns_is_read_only_and_the_rest_is_saved(
    brunnenhof: SomeCompany, nadja: Browser, unit: Unit
) -> None:
    edit = f"/cockpit/estate/units/{unit.id}/edit"
    page = nadja.get(edit).text
    inputs = {
        name: re.search(rf'<(?:input|select)[^>]*id="{name}"[^>]*>', page) for name in ("area_m2", "kind", "floor")
    }
    locked = {name: bool(found and re.search("readonly|disabled", found[0])) for name, found in inputs.items()}
    assert locked == {"area_m2": True, "kind": True, "floor": False}
    hidden = dict(re.findall(r'<input type="hidden" name="(version|kind)" value="([^"]*)"', page))
    sent = {**hidden, "name": "12", "area_m2": "80.50", "floor": "2"}
    assert nadja.post(edit, sent).status_code == 303
    refused = nadja.post(edit, {**sent, "version": str(int(hidden["version"]) + 1), "area_m2": "90"})
    assert refused.status_code == 422
    assert "readonly" not in (re.search(r'<input[^>]*id="area_m2"[^>]*>', refused.text) or [""])[0]
