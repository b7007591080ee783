"""The estate and its people at the desk, as somebody of the team meets them."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from quartier.contracts.models import Contract
from quartier.db.base import new_id
from quartier.estate import finding
from quartier.estate.models import Building, Change, Occupancy, Property, Unit
from quartier.locks.services import save_link
from quartier.people.models import Occupant, Person
from quartier.testing import LONG_AGO, Browser, SomeCompany

DESK = ("estate.read", "estate.edit", "people.read", "people.edit")
FLAT = {"name": "2. OG links", "kind": "flat", "floor": "2", "rooms": "3,5", "area_m2": "84", "position": "4"}
HOUSE = {"name": "Haus 16", "street": "Brunnenhofstrasse", "house_number": "16", "postal_code": "8057",
         "city": "Zürich", "country": "CH"}  # fmt: skip


def nadja(company: SomeCompany, *permissions: str) -> Browser:
    return company.agent("Nadja Frei", *(permissions or DESK)).browser


def a_unit(company: SomeCompany, name: str = "1. OG links", **facts: Any) -> Unit:
    said = {"kind": "flat", "rooms": 3, "area_m2": 71, **facts}
    unit = Unit(id=new_id(), name=name, **{"building_id": company.building_id, **said})
    company.plant(unit)
    return unit


def a_tenancy(company: SomeCompany, unit: Unit, starts: date, ends: date | None = None) -> Occupancy:
    period = Occupancy(id=new_id(), unit_id=unit.id, kind="tenancy", starts=starts, ends=ends)
    company.plant(period)
    return period


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found is not None
    return found[1]


def only(company: SomeCompany, model: Any, **by: Any) -> Any:
    return company.db().scalars(select(model).filter_by(**by)).one()


def test_from_an_empty_company_to_a_tenant(brunnenhof: SomeCompany) -> None:
    """A property, a building, a flat, a tenancy and a tenant, one form after the other."""
    desk = nadja(brunnenhof)
    made = desk.post("/cockpit/estate/properties/new", {"name": "Garnspulerweg", "timezone": "Europe/Zurich"})
    assert made.status_code == 303
    made = desk.post(f"{made.location}/buildings/new", HOUSE)
    made = desk.post(f"{made.location}/units/new", FLAT)
    unit_url = made.location
    made = desk.post(f"{unit_url}/periods/new", {"kind": "tenancy", "starts": "2026-01-01", "contract_number": "MV-1"})
    tenant = {"family_name": "Keller", "given_name": "Verena", "salutation": "ms"}
    assert desk.post(f"{made.location}/people/new", tenant).status_code == 303
    unit = only(brunnenhof, Unit, name="2. OG links")
    assert (str(unit.rooms), str(unit.area_m2), unit.is_commercial) == ("3.5", "84.00", False)
    page = desk.get(unit_url).text
    assert "Verena Keller" in page
    assert "MV-1" in page
    noted = brunnenhof.db().scalars(select(Change).filter_by(noun_id=unit.id)).one()
    assert (noted.actor, noted.source_kind, noted.action) == ("Nadja Frei", "agent", "insert")


def test_a_form_keeps_what_was_typed_and_says_what_is_wrong(brunnenhof: SomeCompany) -> None:
    url = f"/cockpit/estate/buildings/{brunnenhof.building_id}/units/new"
    answer = nadja(brunnenhof).post(url, {**FLAT, "rooms": "drei", "name": ""})
    assert answer.status_code == 422
    assert 'value="drei"' in answer.text
    assert 'id="name-error"' in answer.text


def test_two_people_do_not_overwrite_each_other(brunnenhof: SomeCompany) -> None:
    unit, desk = a_unit(brunnenhof), nadja(brunnenhof)
    url = f"/cockpit/estate/units/{unit.id}/edit"
    shown = version(desk.get(url).text)
    assert desk.post(url, {**FLAT, "name": "Erste", "version": shown}).status_code == 303
    second = desk.post(url, {**FLAT, "name": "Zweite", "version": shown})
    assert (second.status_code, only(brunnenhof, Unit, id=unit.id).name) == (422, "Erste")
    assert 'value="Zweite"' in second.text
    assert desk.post(url, {**FLAT, "name": "Zweite", "version": version(second.text)}).status_code == 303


def test_an_open_tenancy_is_ended_in_the_same_step(brunnenhof: SomeCompany) -> None:
    unit, desk = a_unit(brunnenhof), nadja(brunnenhof)
    before = a_tenancy(brunnenhof, unit, date(2020, 1, 1))
    url, form = f"/cockpit/estate/units/{unit.id}/periods/new", {"kind": "tenancy", "starts": "2026-12-01"}
    refused = desk.post(url, form)
    assert (refused.status_code, "close_open" in refused.text) == (422, True)
    assert "30. November 2026" in refused.text.replace("\xa0", " ")
    assert desk.post(url, {**form, "close_open": "true"}).status_code == 303
    assert only(brunnenhof, Occupancy, id=before.id).ends == date(2026, 12, 1)
    with brunnenhof.db() as db:
        save_link(db, system="GARAIO REM", correction_email=None, owned=["occupancy.ends"])
        db.commit()
    elsewhere = desk.post(url, {"kind": "tenancy", "starts": "2027-03-01", "close_open": "true"})
    assert (elsewhere.status_code, "wird in GARAIO REM erfasst" in elsewhere.text) == (422, True)
    assert 'name="close_open"' not in elsewhere.text


def test_tenancies_never_overlap_and_the_page_names_the_other_one(brunnenhof: SomeCompany) -> None:
    unit, desk = a_unit(brunnenhof), nadja(brunnenhof)
    a_tenancy(brunnenhof, unit, date(2020, 1, 1), date(2025, 1, 1))
    form = {"kind": "tenancy", "starts": "2024-12-31"}
    answer = desk.post(f"/cockpit/estate/units/{unit.id}/periods/new", form)
    assert answer.status_code == 422
    words = answer.text.replace("\xa0", " ")
    assert "1. Januar 2020 bis 31. Dezember 2024" in words
    assert "close_open" not in answer.text
    ownership = {**form, "kind": "ownership"}
    assert desk.post(f"/cockpit/estate/units/{unit.id}/periods/new", ownership).status_code == 303
    next_day = {"kind": "tenancy", "starts": "2025-01-01"}
    assert desk.post(f"/cockpit/estate/units/{unit.id}/periods/new", next_day).status_code == 303


def test_a_period_that_ends_before_it_starts_is_refused(brunnenhof: SomeCompany) -> None:
    unit = a_unit(brunnenhof)
    form = {"kind": "tenancy", "starts": "2026-02-02", "until": "2026-02-01"}
    answer = nadja(brunnenhof).post(f"/cockpit/estate/units/{unit.id}/periods/new", form)
    assert (answer.status_code, 'id="until-error"' in answer.text) == (422, True)


def test_leaf_before_root_or_into_the_archive(brunnenhof: SomeCompany) -> None:
    unit, desk = a_unit(brunnenhof), nadja(brunnenhof)
    house = f"/cockpit/estate/buildings/{brunnenhof.building_id}"
    assert desk.post(f"{house}/delete").status_code == 409
    assert "1 Einheit" in desk.get(f"{house}/delete").text
    assert desk.post(f"{house}/archive", {"way": "away"}).status_code == 303
    assert unit.name not in desk.get("/cockpit/estate/units").text
    assert unit.name in desk.get("/cockpit/estate/units?archived=1").text
    assert desk.post(f"{house}/archive", {"way": "back"}).status_code == 303
    assert unit.name in desk.get("/cockpit/estate/units").text
    assert desk.post(f"/cockpit/estate/units/{unit.id}/delete").status_code == 303
    assert desk.post(f"{house}/delete").status_code == 303


def test_a_unit_moves_with_its_periods(brunnenhof: SomeCompany) -> None:
    unit, desk = a_unit(brunnenhof), nadja(brunnenhof)
    _home, other = brunnenhof.house("Seestrasse")
    url = f"/cockpit/estate/units/{unit.id}/move"
    found = desk.get(f"{url}?q=Seestr").text
    assert str(other) in found
    assert desk.post(url, {"building": str(other), "version": version(found)}).status_code == 303
    assert only(brunnenhof, Unit, id=unit.id).building_id == other
    assert desk.post(url, {"building": str(new_id()), "version": "2"}).status_code == 404


def test_bulk_edit_shows_first_and_then_changes(brunnenhof: SomeCompany) -> None:
    shop, flat = a_unit(brunnenhof, "Laden", kind="shop"), a_unit(brunnenhof, "EG")
    desk, chosen = nadja(brunnenhof), [str(shop.id), str(flat.id)]
    shown = desk.post("/cockpit/estate/bulk", {"unit": chosen, "field": "kind", "kind": "shop", "step": "review"})
    assert only(brunnenhof, Unit, id=flat.id).kind == "flat"
    pairs = re.findall(r'name="unit" value="([^"]+)"', shown.text)
    assert {pair.partition(".")[0] for pair in pairs} == set(chosen)
    form = {"unit": pairs, "field": "kind", "kind": "shop", "step": "save"}
    assert desk.post("/cockpit/estate/bulk", form).status_code == 303
    assert only(brunnenhof, Unit, id=flat.id).kind == "shop"
    stale = {**form, "kind": "office"}
    assert desk.post("/cockpit/estate/bulk", stale).status_code == 409
    assert only(brunnenhof, Unit, id=flat.id).kind == "shop"


@pytest.mark.parametrize("query", ["links", "BRU-77", "brunnenhofstr 14", "Brunenhofstrasse", "kellerova", "Zürich"])
def test_a_unit_is_found_by_any_part_of_what_one_knows(brunnenhof: SomeCompany, query: str) -> None:
    unit = a_unit(brunnenhof, external_id="BRU-77")
    a_unit(brunnenhof, "Parkplatz 9", external_id="BRU-9", kind="parking")
    verena = brunnenhof.person("Verena Kellerová")
    period = a_tenancy(brunnenhof, unit, LONG_AGO)
    brunnenhof.plant(Occupant(occupancy_id=period.id, person_id=verena.id))
    assert f"/units/{unit.id}" in nadja(brunnenhof).get("/cockpit/estate/units", query_string={"q": query}).text


def test_words_narrow_down_and_nonsense_finds_nothing(brunnenhof: SomeCompany) -> None:
    unit = a_unit(brunnenhof)
    desk = nadja(brunnenhof)
    for query in ("links seestrasse", "xyzzy", "links xyzzy"):
        assert f"/units/{unit.id}" not in desk.get("/cockpit/estate/units", query_string={"q": query}).text


def test_a_name_that_more_people_have_than_are_looked_up_finds_all_of_their_units(
    brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "RARE", 2)
    units = [a_unit(brunnenhof, f"Whg {number}") for number in range(4)]
    for unit, name in zip(units, ("Anna", "Beat", "Olga", "Urs"), strict=True):
        period = a_tenancy(brunnenhof, unit, LONG_AGO)
        brunnenhof.plant(Occupant(occupancy_id=period.id, person_id=brunnenhof.person(f"{name} Rochat").id))
        brunnenhof.plant(Occupant(occupancy_id=period.id, person_id=brunnenhof.person("Olga Zufall").id))
    desk = nadja(brunnenhof)
    asked = {
        "rochat": units,
        "olga": units,
        "olga rochat": units[2:3],
        "urs rochat": units[3:],
        "urs zufall": units[3:],
    }
    for query, wanted in asked.items():
        found = desk.get("/cockpit/estate/units", query_string={"q": query}).text
        assert [unit for unit in units if f"/units/{unit.id}" in found] == wanted, query


def test_what_is_archived_is_listed_with_all_that_is_in_it(brunnenhof: SomeCompany) -> None:
    kept, gone = a_unit(brunnenhof, "Whg 1"), a_unit(brunnenhof, "Whg 2", archived_at=datetime.now(UTC))
    _home, house = brunnenhof.house("Ahornweg")
    inside = a_unit(brunnenhof, "Whg 3", building_id=house)
    desk = nadja(brunnenhof)

    def shown() -> list[Unit]:
        page = desk.get("/cockpit/estate/units?archived=1").text
        return [unit for unit in (kept, gone, inside) if f"/units/{unit.id}" in page]

    assert shown() == [gone]
    assert desk.post(f"/cockpit/estate/buildings/{house}/archive", {"way": "away"}).status_code == 303
    assert shown() == [gone, inside]


def test_a_search_does_not_betray_people_to_who_may_not_see_them(brunnenhof: SomeCompany) -> None:
    unit = a_unit(brunnenhof)
    period = a_tenancy(brunnenhof, unit, LONG_AGO)
    brunnenhof.plant(Occupant(occupancy_id=period.id, person_id=brunnenhof.person("Anne Rochat").id))
    desk = nadja(brunnenhof, "estate.read")
    assert f"/units/{unit.id}" not in desk.get("/cockpit/estate/units?q=rochat").text
    for path in ("/cockpit/estate/units", f"/cockpit/estate/units/{unit.id}", "/cockpit/estate/units/export/csv"):
        assert "Rochat" not in desk.get(path).text


def test_pages_follow_each_other_without_gap_or_repeat(brunnenhof: SomeCompany) -> None:
    _home, house = brunnenhof.house("Ahornweg")
    units = [Unit(id=new_id(), building_id=house, name=f"Whg {number}", kind="flat") for number in range(120)]
    for unit in units:
        unit.company_id = brunnenhof.id
    brunnenhof.plant(*units)
    desk, path, seen = nadja(brunnenhof), "/cockpit/estate/units?q=whg", []
    while path:
        page = desk.get(path).text
        seen += re.findall(r'<a href="/cockpit/estate/units/[-0-9a-f]+">(Whg \d+)</a>', page)
        more = re.search(r'hx-get="([^"]+)"', page)
        path = more[1].replace("&amp;", "&") if more else ""
    assert seen == [f"Whg {number}" for number in range(120)]


def test_an_export_holds_what_the_filter_shows_and_runs_nothing(brunnenhof: SomeCompany) -> None:
    a_unit(brunnenhof, "=HYPERLINK(1)", kind="office", external_id="+1")
    a_unit(brunnenhof, "Wohnung")
    desk = nadja(brunnenhof)
    answer = desk.get("/cockpit/estate/units/export/csv?kind=office")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
    assert [(row["Name"], row["Externe ID"]) for row in rows] == [("'=HYPERLINK(1)", "'+1")]
    sheet = desk.get("/cockpit/estate/units/export/xlsx?kind=office")
    assert sheet.data[:2] == b"PK"
    assert sheet.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert desk.get("/cockpit/estate/units/export/pdf").status_code == 404


def test_whoever_is_limited_to_a_property_sees_and_changes_only_that(brunnenhof: SomeCompany) -> None:
    other_home, other_house = brunnenhof.house("Seestrasse")
    mine, theirs = a_unit(brunnenhof), Unit(id=new_id(), building_id=other_house, name="Fremd", kind="flat")
    brunnenhof.plant(theirs)
    resident = brunnenhof.resident("Lea Zimmermann", building_id=other_house)
    agent = brunnenhof.agent("Dragan Petrović", *DESK)
    agent.limited_to(brunnenhof.property_id)
    desk = agent.browser
    assert "Fremd" not in desk.get("/cockpit/estate/units").text
    assert "Seestrasse" not in desk.get("/cockpit/estate/").text
    assert "Zimmermann" not in desk.get("/cockpit/people/").text
    estate = "/cockpit/estate"
    closed = (
        f"{estate}/units/{theirs.id}", f"{estate}/units/{theirs.id}/edit", f"{estate}/buildings/{other_house}",
        f"{estate}/properties/{other_home}", f"{estate}/properties/new", f"/cockpit/people/{resident.person_id}",
        "/cockpit/people/new",
    )  # fmt: skip
    assert {desk.get(path).status_code for path in closed} == {404}
    shown = version(desk.get(f"/cockpit/estate/units/{mine.id}/edit").text)
    moved = desk.post(f"/cockpit/estate/units/{mine.id}/move", {"building": str(other_house), "version": shown})
    assert moved.status_code == 404
    desk.post("/cockpit/estate/bulk", {"unit": f"{theirs.id}.1", "field": "kind", "kind": "shop", "step": "save"})
    assert only(brunnenhof, Unit, id=theirs.id).kind == "flat"


def test_vacancy_counts_what_could_be_used_and_is_not(brunnenhof: SomeCompany) -> None:
    let, _empty, _laundry = a_unit(brunnenhof), a_unit(brunnenhof, "EG"), a_unit(brunnenhof, "WK-1", kind="laundry")
    a_tenancy(brunnenhof, let, LONG_AGO, date.today() + timedelta(days=30))  # noqa: DTZ011
    page = nadja(brunnenhof).get("/cockpit/estate/vacancy").text
    assert "1 von 2 Einheiten" in page
    vacant = nadja(brunnenhof).get("/cockpit/estate/units?use=vacant").text
    assert ("EG" in vacant, f"/units/{let.id}" in vacant, "WK-1" in vacant) == (True, False, False)


def test_the_contract_stops_growth_and_takes_nothing_away(brunnenhof: SomeCompany) -> None:
    unit = a_unit(brunnenhof)
    brunnenhof.plant(Contract(number="V-1", timezone="Europe/Zurich", starts=LONG_AGO, unit_quota=1))
    limit_all(brunnenhof)
    desk = nadja(brunnenhof)
    assert "1 von 1 Einheiten" in desk.get("/cockpit/estate/").text
    url = f"/cockpit/estate/buildings/{brunnenhof.building_id}/units/new"
    refused = desk.post(url, FLAT)
    assert refused.status_code == 422
    assert "Vertrag" in refused.text
    assert desk.get(f"/cockpit/estate/units/{unit.id}").status_code == 200
    desk.post(f"/cockpit/estate/units/{unit.id}/archive", {"way": "away"})
    assert desk.post(url, FLAT).status_code == 303
    desk.post(f"/cockpit/estate/units/{unit.id}/archive", {"way": "back"})
    assert only(brunnenhof, Unit, id=unit.id).archived_at is not None


def limit_all(company: SomeCompany) -> None:
    """The other contracts of a company in tests have no quota, which is no limit."""
    from sqlalchemy import update
    from sqlalchemy.orm import Session

    with Session(company.platform.shell.platform) as db:
        others = update(Contract).filter_by(company_id=company.id).where(Contract.unit_quota.is_(None))
        db.execute(others.values(unit_quota=0))
        db.commit()


def test_people_are_found_by_name_number_and_with_a_slip(brunnenhof: SomeCompany) -> None:
    lea = Person(id=new_id(), given_name="Lea", family_name="Zimmermann", mobile="+41 79 555 01 02", external_id="M-2")
    firm = Person(id=new_id(), family_name="", company_name="Bäckerei Brot & Co", email="brot@post.example")
    brunnenhof.plant(lea, firm)
    desk = nadja(brunnenhof)
    for query, person in (("zimmer", lea), ("zimerman", lea), ("41795550102", lea), ("m-2", lea), ("bäck", firm)):
        assert f"/people/{person.id}" in desk.get("/cockpit/people/", query_string={"q": query}).text, query
    assert "Bäckerei Brot &amp; Co" in desk.get("/cockpit/people/?tie=businesses").text


def test_somebody_with_an_account_is_archived_not_deleted(brunnenhof: SomeCompany) -> None:
    verena, desk = brunnenhof.resident("Verena Keller"), nadja(brunnenhof)
    url = f"/cockpit/people/{verena.person_id}"
    assert desk.post(f"{url}/delete").status_code == 409
    assert desk.post(f"{url}/archive", {"way": "away"}).status_code == 303
    assert "Verena Keller" not in desk.get("/cockpit/people/").text
    nobody = brunnenhof.person("Anna Irrtum")
    assert desk.post(f"/cockpit/people/{nobody.id}/delete").status_code == 303
    assert brunnenhof.db().get(Person, (brunnenhof.id, nobody.id)) is None


def test_people_come_onto_a_period_and_off_it(brunnenhof: SomeCompany) -> None:
    unit, desk = a_unit(brunnenhof), nadja(brunnenhof)
    period, reto = a_tenancy(brunnenhof, unit, LONG_AGO), brunnenhof.person("Reto Suter")
    url = f"/cockpit/estate/periods/{period.id}"
    assert str(reto.id) in desk.get(f"{url}?q=suter").text
    assert desk.post(f"{url}/people", {"person": str(reto.id), "role": "partner"}).status_code == 303
    on = only(brunnenhof, Occupant, occupancy_id=period.id)
    assert (on.person_id, on.role) == (reto.id, "partner")
    desk.post(f"{url}/people", {"person": str(reto.id), "role": "child"})
    assert only(brunnenhof, Occupant, occupancy_id=period.id).role == "partner"
    assert desk.post(f"/cockpit/estate/occupants/{on.id}/remove").status_code == 303


def test_every_page_of_a_tenant_opens(brunnenhof: SomeCompany) -> None:
    verena, desk = brunnenhof.resident("Verena Keller"), nadja(brunnenhof)
    on = only(brunnenhof, Occupant, person_id=verena.person_id)
    unit = only(brunnenhof, Occupancy, id=on.occupancy_id).unit_id
    person, estate = f"/cockpit/people/{verena.person_id}", "/cockpit/estate"
    paths = (
        person, f"{person}/edit", f"{person}/history", f"{person}/delete", f"{estate}/units/{unit}",
        f"{estate}/units/{unit}/delete", f"{estate}/units/{unit}/move?q=brunnen", f"{estate}/units/{unit}/edit",
        *(f"{estate}/periods/{on.occupancy_id}{more}" for more in ("", "/edit", "/delete", "/people/new")),
        f"{estate}/properties/new", f"{estate}/properties/{brunnenhof.property_id}/buildings/new",
        f"{estate}/buildings/{brunnenhof.building_id}/units/new", f"{estate}/buildings/{brunnenhof.building_id}/edit",
        f"{estate}/properties/{brunnenhof.property_id}/delete", "/cockpit/people/new",
        f"{estate}/properties/{brunnenhof.property_id}", f"{estate}/properties/{brunnenhof.property_id}/edit",
        f"{estate}/properties/{brunnenhof.property_id}/history", f"{estate}/buildings/{brunnenhof.building_id}",
        f"{estate}/buildings/{brunnenhof.building_id}/history", "/cockpit/people/export/csv",
        "/cockpit/people/export/xlsx",
    )  # fmt: skip
    assert {path: desk.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("079 555 01 02", "", "+41795550102"),
        ("0171 123 45 67", "DE", "+491711234567"),
        ("+33 6 12 34 56 78", "CH", "+33612345678"),
    ],
)
def test_a_phone_number_is_kept_as_every_country_dials_it_and_read_as_at_home(
    brunnenhof: SomeCompany, typed: str, country: str, kept: str
) -> None:
    browser = brunnenhof.agent("Nadja Frei", "people.edit", "people.read", language="de").browser
    sent = browser.post("/cockpit/people/new", {"family_name": "Zimmermann", "mobile": typed, "country": country})
    page = browser.get(sent.location).text
    assert f'href="tel:{kept}"' in page
    assert (typed.replace(" ", "\u00a0") in page) is (country != "DE")


def test_what_is_no_phone_number_is_said_at_the_field(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.agent("Nadja Frei", "people.edit", "people.read", language="de").browser
    page = browser.post("/cockpit/people/new", {"family_name": "Zimmermann", "phone": "12"})
    assert (page.status_code, "Das ist keine Telefonnummer." in page.text) == (422, True)


def test_a_person_is_changed_under_the_same_number(brunnenhof: SomeCompany) -> None:
    lea, desk = brunnenhof.person("Lea Zimmermann"), nadja(brunnenhof)
    url, form = (
        f"/cockpit/people/{lea.id}",
        {"family_name": "Zimmermann-Roth", "given_name": "Lea", "mobile": "079 555 01 03"},
    )
    shown = version(desk.get(f"{url}/edit").text)
    assert desk.post(f"{url}/edit", {**form, "version": shown}).status_code == 303
    assert "Zimmermann-Roth" in desk.get(url).text
    assert desk.post(f"{url}/edit", {**form, "version": shown}).status_code == 422
    assert desk.post(f"{url}/edit", {"given_name": "Lea", "version": "2"}).status_code == 422


def test_history_tells_before_and_after_in_words(brunnenhof: SomeCompany) -> None:
    unit, desk = a_unit(brunnenhof, kind="flat"), nadja(brunnenhof)
    url = f"/cockpit/estate/units/{unit.id}"
    shown = version(desk.get(f"{url}/edit").text)
    desk.post(f"{url}/edit", {**FLAT, "kind": "office", "version": shown})
    page = desk.get(f"{url}/history").text
    assert "Nadja Frei" in page
    assert "<del>Wohnung</del>" in page
    assert "<ins>Büro</ins>" in page


def test_residents_and_staff_without_the_right_stay_outside(brunnenhof: SomeCompany) -> None:
    for browser in (brunnenhof.resident().browser, brunnenhof.agent("Nadja Frei").browser):
        assert {browser.get(path).status_code for path in ("/cockpit/estate/", "/cockpit/people/")} == {403}
    reader = nadja(brunnenhof, "estate.read")
    assert reader.get("/cockpit/estate/").status_code == 200
    assert reader.get("/cockpit/estate/properties/new").status_code == 403
    assert reader.get("/cockpit/people/").status_code == 403


def test_the_tree_opens_branch_by_branch(brunnenhof: SomeCompany) -> None:
    desk, home = nadja(brunnenhof), only(brunnenhof, Property, id=brunnenhof.property_id)
    house = only(brunnenhof, Building, id=brunnenhof.building_id)
    closed, opened = desk.get("/cockpit/estate/").text, desk.get(f"/cockpit/estate/?open={home.id}").text
    link = f'href="/cockpit/estate/buildings/{house.id}"'
    assert (link in closed, link in opened) == (False, True)
    assert home.name in desk.get("/cockpit/estate/?q=brunnenhofstrase").text


def test_what_the_erp_owns_is_said_and_stays(brunnenhof: SomeCompany) -> None:
    """Named on the form, refused at the field with what was typed; everything else can be changed, also in bulk."""
    unit, desk = a_unit(brunnenhof, floor="1", area_m2=71), nadja(brunnenhof)
    with brunnenhof.db() as db:
        save_link(db, system="GARAIO REM", correction_email=None, owned=["unit.area_m2", "unit.kind"])
        db.commit()
    url = f"/cockpit/estate/units/{unit.id}/edit"
    form = desk.get(url).text
    assert "Diese Felder kommen aus GARAIO REM und werden dort geändert: Art, Fläche in m²" in form
    sent = {**FLAT, "name": "1. OG links", "area_m2": "71", "version": version(form)}
    refused = desk.post(url, {**sent, "area_m2": "99"})
    assert refused.status_code == 422
    assert 'value="99"' in refused.text
    assert "Das kommt aus Ihrem ERP-System" in refused.text
    assert desk.post(url, sent).status_code == 303
    unit = only(brunnenhof, Unit, id=unit.id)
    assert (unit.floor, str(unit.area_m2)) == ("2", "71.00")
    many = {"unit": f"{unit.id}.{unit.version}", "field": "kind", "kind": "office", "step": "save"}
    assert desk.post("/cockpit/estate/bulk", many).status_code == 409
    assert only(brunnenhof, Unit, id=unit.id).kind == "flat"


def test_a_future_tenant_of_whom_only_the_name_is_known(brunnenhof: SomeCompany) -> None:
    """Entered by name, and shown as such; a child needs no more, and a company may want no such people."""
    unit, desk = a_unit(brunnenhof), nadja(brunnenhof)
    period = a_tenancy(brunnenhof, unit, date(2027, 2, 1))
    url = f"/cockpit/estate/periods/{period.id}/people/new"
    form = {"family_name": "Zimmermann", "salutation": "none", "role": "main"}
    assert desk.post(url, form).status_code == 303
    person = only(brunnenhof, Person, family_name="Zimmermann")
    pages = (f"/cockpit/estate/units/{unit.id}", f"/cockpit/estate/periods/{period.id}", f"/cockpit/people/{person.id}")
    assert [desk.get(page).text.count("Nur Name") for page in pages] == [1, 1, 1]
    brunnenhof.settings(alias_people=False)
    refused = desk.post(url, {**form, "family_name": "Zweite"})
    assert (refused.status_code, 'id="email-error"' in refused.text) == (422, True)
    assert desk.post("/cockpit/people/new", {**form, "family_name": "Zweite"}).status_code == 422
    assert desk.post(url, {**form, "family_name": "Zweite", "phone": "044 555 01 01"}).status_code == 303
    assert desk.post(url, {**form, "family_name": "Dritte", "role": "child"}).status_code == 303
    assert [desk.get(page).text.count("Nur Name") for page in pages] == [2, 2, 1]
