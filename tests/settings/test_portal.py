"""The page with all switches, and the same for programs."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from quartier.accounts.permissions import COMPANY_SETTINGS, MODULES_SWITCH
from quartier.contracts.models import ContractEvent
from quartier.tenancy.models import Company
from quartier.testing import LONG_AGO, Browser, SomeCompany, Statements
from tests.accounts.test_access import settings, today
from tests.residents.test_pages import tenant

URL, API = "/cockpit/settings/portal", "/api/v1/settings"
SHOWN = {"seen.access_before": "14", "access_before": "14", "seen.access_after": "30", "access_after": "30"}


@pytest.fixture
def house(make_company: Callable[..., SomeCompany]) -> SomeCompany:
    """A company that opens 14 days early and closes 30 days late."""
    company = make_company("Brunnenhof", modules=("lettersbox",))
    settings(company, access_before=14, access_after=30)
    return company


def nadja(company: SomeCompany, *more: str) -> Browser:
    return company.agent("Nadja Frei", COMPANY_SETTINGS, *more, language="en").browser


def kept(company: SomeCompany) -> dict[str, Any]:
    with company.db() as db:
        return dict(db.scalars(select(Company.settings).filter_by(id=company.id)).one())


def test_a_switch_says_what_it_means_in_numbers(house: SomeCompany) -> None:
    house.resident("Lea Zimmermann", starts=today() + timedelta(days=10))
    house.resident("Urs Wyss", starts=today() + timedelta(days=20))
    house.resident("Verena Keller", starts=LONG_AGO, ends=today() - timedelta(days=3))
    desk = nadja(house)
    with Statements() as seen:
        first = desk.get(URL).text
    counts = [one for one in seen.sent if "count(DISTINCT" in one]
    assert ("1 person" in first, f'hx-get="{URL}?numbers=1"' in first, counts) == (False, True, [])
    page = desk.get(f"{URL}?numbers=1").text
    assert ("1 person sees the portal before moving in." in page, "1 person still sees" in page) == (True, True)
    asked = first.partition('hx-select-oob="')[2].partition('"')[0].split(",")
    assert {"#effect-access_before", "#reach-lettersbox"} <= set(asked)
    assert [one for one in asked[:-1] if f'id="{one[1:]}"' not in page] == []
    counted = desk.post(URL, SHOWN | {"access_before": "21", "do": "count"}).text
    assert "After saving: 2 people see the portal before moving in." in " ".join(counted.split())
    assert kept(house) == {"access_before": 14, "access_after": 30}


def test_who_changed_what_is_told_at_the_switch(house: SomeCompany) -> None:
    desk = nadja(house)
    assert "History" not in desk.get(URL).text
    assert desk.post(URL, SHOWN | {"access_before": "21"}).status_code == 303
    assert kept(house) == {"access_before": 21, "access_after": 30}
    event = house.db().scalars(select(ContractEvent).filter_by(kind="switch.changed")).one()
    assert (event.subject, event.actor, event.before, event.after) == (
        "access_before", "Nadja Frei", {"value": 14}, {"value": 21}
    )  # fmt: skip
    assert "Nadja Frei, 14 days → 21 days" in desk.get(URL).text


def test_two_people_at_once_see_both_numbers_and_nobody_loses_what_only_one_has_moved(house: SomeCompany) -> None:
    desk = nadja(house)
    desk.post(URL, SHOWN | {"access_before": "7"})
    second = desk.post(URL, SHOWN | {"access_before": "28", "access_after": "60"})
    assert second.status_code == 409
    assert re.search(r"7 days</dd>.*28 days</dd>", second.text, re.DOTALL)
    assert 'name="seen.access_before" value="7"' in second.text
    assert kept(house) == {"access_before": 7, "access_after": 30}
    desk.post(URL, SHOWN | {"access_after": "60"})  # still from the old page: the other switch is left alone
    assert kept(house) == {"access_before": 7, "access_after": 60}


@pytest.mark.parametrize("typed", ["", "-1", "367", "viele", "1.5", "99999999999", "²"])
def test_what_cannot_be_is_refused_at_the_field(house: SomeCompany, typed: str) -> None:
    forever = {"seen.invitations_expire_days": "", "invitations_expire_days": "0"}  # which nobody means by nought
    refused = nadja(house).post(URL, SHOWN | forever | {"access_before": typed, "access_after": "31"})
    assert (refused.status_code, 'id="access_before-error"' in refused.text) == (422, True)
    assert 'id="invitations_expire_days-error"' in refused.text
    assert 'value="31"' in refused.text
    assert kept(house) == {"access_before": 14, "access_after": 30}


def test_the_window_of_envelopes_is_chosen_and_looked_at(house: SomeCompany) -> None:
    """What somebody has in mind can be looked at before it is saved; what is no window is refused."""
    tenant(house, "Beat Amsler")
    tenant(house, "Anna Amsler", email="anna@post.example")
    desk, form = nadja(house), {"seen.letters_window": "", "letters_window": "left"}
    assert "1 person can be invited by letter only." in desk.get(f"{URL}?numbers=1").text
    counted = desk.post(URL, form | {"do": "count"}).text
    sample = re.findall(r'href="(/cockpit/settings/letters/sample.pdf[^"]*)"', counted)
    assert sample == ["/cockpit/settings/letters/sample.pdf?value=left"]
    assert desk.get(sample[0]).data[:5] == b"%PDF-"
    assert desk.get("/cockpit/settings/letters/sample.pdf?value=oben").status_code == 404
    assert desk.post(URL, form).status_code == 303
    assert kept(house)["letters_window"] == "left"
    assert "Nadja Frei, As usual in the country → Switzerland: on the left" in desk.get(URL).text
    wrong = {"seen.letters_window": "left", "letters_window": "oben"}
    assert desk.post(URL, wrong).status_code == 422
    desk.post(URL, wrong | {"letters_window": ""})
    assert kept(house)["letters_window"] is None


def test_modules_of_the_contract_stand_among_the_switches(house: SomeCompany) -> None:
    assert 'href="/cockpit/settings/modules"' in nadja(house, MODULES_SWITCH).get(URL).text
    page = nadja(house).get(URL).text
    assert ("Letter box" in page, "Switch modules" in page) == (True, False)


def test_who_may_not_does_not(house: SomeCompany) -> None:
    desk = house.agent("Urs Wyss", MODULES_SWITCH).browser
    assert (desk.get(URL).status_code, desk.post(URL, SHOWN).status_code) == (403, 403)


def program(company: SomeCompany, *scopes: str) -> Callable[..., Any]:
    browser, head = company.visitor(), {"Authorization": f"Bearer {company.token(*scopes)}"}

    def ask(method: str, body: Any = None, **headers: str) -> Any:
        return browser.open(method, API, headers={**head, **headers}, **({} if body is None else {"json": body}))

    return ask


def test_a_program_reads_and_moves_switches(house: SomeCompany) -> None:
    ask = program(house, COMPANY_SETTINGS)
    shown = ask("GET")
    stands = {one["key"]: one["value"] for one in shown.json["switches"]}
    assert {key: stands[key] for key in ("access_before", "access_after")} == {"access_before": 14, "access_after": 30}
    body = {"switches": {"access_after": 0}}
    moved = ask("PATCH", body, **{"If-Match": shown.headers["ETag"]})
    assert (moved.status_code, kept(house)) == (200, {"access_before": 14, "access_after": 0})
    assert (ask("PATCH", body).status_code, ask("PATCH", body, **{"If-Match": shown.headers["ETag"]}).status_code) == (
        428, 412
    )  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"access_after": "30"},
        {"access_after": True},
        {"access_after": 367},
        {"access_after": None},
        {"x": 1},
        {"letters_window": ["din"]},
    ],
)
def test_a_program_is_told_which_switch_is_wrong_and_none_moves(house: SomeCompany, wrong: dict[str, Any]) -> None:
    body = {"switches": {"access_before": 1, **wrong}}
    refused = program(house, COMPANY_SETTINGS)("PATCH", body, **{"If-Match": "*"})
    assert refused.status_code == 422
    assert [one["pointer"] for one in refused.json["errors"]] == [f"#/switches/{next(iter(wrong))}"]
    assert kept(house) == {"access_before": 14, "access_after": 30}


def test_a_program_needs_the_scope(house: SomeCompany) -> None:
    assert program(house, "estate.read")("GET").status_code == 403
