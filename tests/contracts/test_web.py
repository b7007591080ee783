"""The contract page: selling modules, and seeing what a sale does before it is made."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.contracts.models import Contract, ContractEvent, ContractLine, EntitlementOverride
from quartier.db.base import new_id
from quartier.testing import Browser, SomeCompany

TODAY = datetime.now(UTC).astimezone(ZoneInfo("Europe/Zurich")).date()
WHY = "Signed offer 2026-118."


def plain(html: str) -> str:
    """The words of a page, without marks and with single spaces."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html)).replace("\xa0", " ")


def stored(company: SomeCompany, model: Any, **by: Any) -> list[Any]:
    with Session(company.platform.shell.platform, expire_on_commit=False) as db:
        return list(db.scalars(select(model).filter_by(company_id=company.id, **by).order_by(model.id)))


def contract(company: SomeCompany, number: str = "BRU-2025-01") -> Contract:
    one = Contract(id=new_id(), number=number, timezone="Europe/Zurich", starts=date(2025, 1, 1))
    company.plant(one)
    return one


def line(company: SomeCompany, of: Contract, module: str, starts: date, ends: date | None = None) -> ContractLine:
    one = ContractLine(id=new_id(), contract_id=of.id, module=module, starts=starts, ends=ends)
    company.plant(one)
    return one


@pytest.fixture
def firm(make_company: Callable[..., SomeCompany]) -> SomeCompany:
    return make_company("Brunnenhof")


@pytest.fixture
def mara(console: Callable[..., Browser]) -> Browser:
    return console("sales")


def sell(mara: Browser, firm: SomeCompany, of: Contract, module: str, *, step: str = "save", **more: str) -> Any:
    data = {"module": module, "contract": str(of.id), "starts": TODAY.isoformat(), "reason": WHY, "step": step, **more}
    return mara.post(f"/companies/{firm.id}/lines/new", data)


def test_mara_writes_a_contract_sells_a_module_and_switches_it_on(firm: SomeCompany, mara: Browser) -> None:
    agreed = {"number": "BRU-2026-07", "starts": "2026-01-01", "until": "", "reason": WHY, "step": "save"}
    answer = mara.post(f"/companies/{firm.id}/contracts/new", agreed)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/companies/{firm.id}/contract")
    [written] = stored(firm, Contract)
    assert sell(mara, firm, written, "ballroom", starts="2026-01-01").status_code == 303
    assert firm.platform.shell.snapshots._load(firm.id).modules == frozenset()
    switch = {"shown": ["ballroom", "billboard"], "on": ["ballroom"], "reason": WHY, "step": "save"}
    assert mara.post(f"/companies/{firm.id}/contract/modules", switch).status_code == 303
    assert firm.platform.shell.snapshots._load(firm.id).modules == {"ballroom"}
    assert [(e.kind, e.subject, e.actor, e.reason) for e in stored(firm, ContractEvent)][1:] == [
        ("contract.added", "BRU-2026-07", "Mara Lindt", WHY),
        ("line.added", "ballroom", "Mara Lindt", WHY),
        ("module.switched", "ballroom", "Mara Lindt", WHY),
        ("module.begun", "ballroom", "Mara Lindt", ""),
    ]


def test_a_line_can_be_sold_and_switched_on_in_one_go(firm: SomeCompany, mara: Browser) -> None:
    assert sell(mara, firm, contract(firm), "ballroom", switch_on="true").status_code == 303
    assert firm.platform.shell.snapshots._load(firm.id).modules == {"ballroom"}
    [sold] = stored(firm, ContractLine)
    ending = {"starts": sold.starts.isoformat(), "until": (sold.starts + timedelta(days=99)).isoformat()}
    review = mara.post(f"/companies/{firm.id}/lines/{sold.id}", {**ending, "reason": "Not renewed.", "step": "review"})
    steps = ["Nobody notices anything yet.", "everything still works", "can only read it.", "it disappears from "]
    found = sorted((plain(review.text).find(step), step) for step in steps)
    assert ([step for _at, step in found], found[0][0] > 0) == (steps, True), "told in the order in which it comes"


def test_the_review_says_what_a_sale_does_and_does_nothing(firm: SomeCompany, mara: Browser) -> None:
    firm.resident("Verena Keller"), firm.resident("Lea Zimmermann", ends=TODAY)
    firm.agent("Nadja Frei", "ballroom.edit"), firm.agent("Dragan Petrović")
    answer = sell(mara, firm, contract(firm), "ballroom", step="review", switch_on="true")
    words = plain(answer.text)
    assert answer.status_code == 200
    assert "Now Off Neither sold nor granted." in words
    assert "After saving On In contract, without an end." in words
    assert "1 resident sees it in the menu." in words
    assert "1 of 2 agents have a permission for it." in words
    assert stored(firm, ContractLine) == []
    assert [event.kind for event in stored(firm, ContractEvent)] == ["company.created"]


def test_the_review_counts_residents_of_the_properties_with_the_module_only(firm: SomeCompany, mara: Browser) -> None:
    _home, building = firm.house("Seestrasse")
    firm.resident("Verena Keller"), firm.resident("Lea Zimmermann", building_id=building)
    firm.switch("billboard", on=False, properties=(firm.property_id,))
    switch = {"shown": ["billboard"], "on": ["billboard"], "step": "review"}
    words = plain(mara.post(f"/companies/{firm.id}/contract/modules", switch).text)
    assert "1 resident sees it in the menu." in words
    assert "The company has it in 1 property only." in words


def test_who_types_something_else_after_the_review_gets_another_review(firm: SomeCompany, mara: Browser) -> None:
    of = contract(firm)
    page = sell(mara, firm, of, "ballroom", step="review").text
    reviewed = re.search(r'name="reviewed" value="([^"]*)"', page)
    assert reviewed is not None
    seen = reviewed[1].replace("&amp;", "&")
    assert sell(mara, firm, of, "billboard", reviewed=seen).status_code == 200
    assert stored(firm, ContractLine) == []
    assert sell(mara, firm, of, "ballroom", reviewed=seen).status_code == 303


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        (
            {"starts": "2026-05-01", "until": "2026-04-30"},
            "until",
            "The last day lies before the first one (1 May 2026).",
        ),
        ({"starts": "tomorrow"}, "starts", "Please enter a date, such as 2026-03-17."),
        ({"starts": "2026-02-30"}, "starts", "Please enter a date, such as 2026-03-17."),
        ({"starts": "0026-01-01"}, "starts", "Please check the year."),
        ({"starts": ""}, "starts", "Please fill this in."),
        ({"starts": "2026-06-01", "until": "99999-01-01"}, "until", "Please enter a date, such as 2026-03-17."),
        ({"module": "teleporter"}, "module", "This module is not installed."),
        ({"contract": "1"}, "contract", "This does not fit here."),
        ({"contract": "018f3c8e-0000-7000-8000-000000000000"}, "contract", "Please choose one of the options."),
        ({"reason": "  "}, "reason", "Please fill this in."),
    ],
)
@pytest.mark.parametrize("step", ["review", "save"])
def test_bad_input_stands_at_its_field_and_nothing_typed_is_lost(
    firm: SomeCompany, mara: Browser, typed: dict[str, str], field: str, sentence: str, step: str
) -> None:
    data = {"until": "2026-12-31", "starts": "2026-05-01", **typed}
    answer = sell(mara, firm, contract(firm), data.pop("module", "ballroom"), step=step, **data)
    assert answer.status_code == 422
    complaint = re.search(rf'<p class="error" id="{field}-error">(.*?)</p>', answer.text, re.DOTALL)
    assert complaint is not None
    assert sentence in plain(complaint[1])
    assert f'value="{data["until"]}"' in answer.text
    assert stored(firm, ContractLine) == []


@pytest.mark.parametrize(
    ("starts", "until", "fits"),
    [
        (date(2026, 6, 1), date(2026, 6, 30), False),
        (date(2025, 6, 1), date(2026, 1, 1), False),  # one day in common
        (date(2025, 6, 1), date(2025, 12, 31), True),  # until the day before
        (date(2026, 12, 31), None, False),
        (date(2027, 1, 1), None, True),  # from the day after
        (date(2025, 1, 1), None, False),
    ],
)
def test_two_lines_of_a_module_never_overlap(
    firm: SomeCompany, mara: Browser, starts: date, until: date | None, fits: bool
) -> None:
    of = contract(firm, "BRU-1")
    line(firm, of, "ballroom", date(2026, 1, 1), date(2027, 1, 1))
    dates = {"starts": starts.isoformat(), "until": until.isoformat() if until else ""}
    answer = sell(mara, firm, contract(firm, "BRU-2"), "ballroom", **dates)
    assert answer.status_code == (303 if fits else 422)
    named = "another line of this module in contract BRU-1: from 1 January 2026 until and including 31 December 2026."
    assert (named in plain(answer.text)) is not fits
    assert sell(mara, firm, of, "billboard", **dates).status_code == 303


def test_a_line_is_ended_and_says_so_in_days_that_people_count(firm: SomeCompany, mara: Browser) -> None:
    sold = line(firm, contract(firm), "ballroom", date(2026, 1, 1))
    last = TODAY + timedelta(days=37)
    ending = {"starts": "2026-01-01", "until": last.isoformat(), "reason": "Not renewed.", "step": "save"}
    assert mara.post(f"/companies/{firm.id}/lines/{sold.id}", ending).status_code == 303
    [after] = stored(firm, ContractLine)
    assert after.ends == last + timedelta(days=1)
    words = plain(mara.get(f"/companies/{firm.id}/contract").text)
    assert "ends in 37 days" in words
    event = stored(firm, ContractEvent)[-1]
    assert (event.kind, event.before, event.after) == (
        "line.changed", {"ends": None}, {"ends": (last + timedelta(days=1)).isoformat()}
    )  # fmt: skip


def test_a_line_that_somebody_else_changed_is_not_overwritten(firm: SomeCompany, mara: Browser) -> None:
    sold = line(firm, contract(firm), "ballroom", date(2026, 1, 1))
    ending = {
        "starts": "2026-01-01",
        "until": "2027-06-30",
        "reason": WHY,
        "step": "save",
        "stamp": "2026-01-01/2027-01-01",
    }
    answer = mara.post(f"/companies/{firm.id}/lines/{sold.id}", ending)
    assert answer.status_code == 422
    assert "Somebody has changed this period in the meantime." in answer.text
    assert stored(firm, ContractLine)[0].ends is None


def test_only_a_line_that_has_not_begun_can_be_taken_out(firm: SomeCompany, mara: Browser) -> None:
    of = contract(firm)
    planned = line(firm, of, "ballroom", TODAY + timedelta(days=1))
    running = line(firm, of, "billboard", TODAY)
    taken = {"reason": "A slip.", "step": "save"}
    assert mara.post(f"/companies/{firm.id}/lines/{planned.id}/remove", taken).status_code == 303
    assert mara.post(f"/companies/{firm.id}/lines/{running.id}/remove", taken).status_code == 422
    assert [one.id for one in stored(firm, ContractLine)] == [running.id]


def test_a_denial_takes_a_sold_module_away_until_it_ends(firm: SomeCompany, mara: Browser) -> None:
    firm.switch("ballroom")
    denial = {
        "module": "ballroom", "effect": "deny", "starts": TODAY.isoformat(), "until": "", "reason": "Unpaid since May.",
        "step": "save",
    }  # fmt: skip
    assert mara.post(f"/companies/{firm.id}/overrides/new", denial).status_code == 303
    assert firm.platform.shell.snapshots._load(firm.id).modules == frozenset()
    assert "denied" in plain(mara.get(f"/companies/{firm.id}/contract").text)
    [override] = stored(firm, EntitlementOverride)
    assert (override.effect, override.author, override.reason) == ("deny", "Mara Lindt", "Unpaid since May.")
    end = {"until": (TODAY - timedelta(days=1)).isoformat(), "reason": "Paid.", "step": "save"}
    assert mara.post(f"/companies/{firm.id}/overrides/{override.id}", end).status_code == 303
    assert firm.platform.shell.snapshots._load(firm.id).modules == {"ballroom"}
    assert stored(firm, EntitlementOverride) == []


def test_a_grant_opens_a_module_before_its_line_begins(firm: SomeCompany, mara: Browser) -> None:
    line(firm, contract(firm), "ballroom", TODAY + timedelta(days=30))
    firm_switch = {"shown": ["ballroom"], "on": ["ballroom"], "reason": WHY, "step": "save"}
    mara.post(f"/companies/{firm.id}/contract/modules", firm_switch)
    assert firm.platform.shell.snapshots._load(firm.id).modules == frozenset()
    grant = {
        "module": "ballroom", "effect": "grant", "starts": TODAY.isoformat(),
        "until": (TODAY + timedelta(days=29)).isoformat(), "reason": "Pilot.", "step": "save",
    }  # fmt: skip
    assert mara.post(f"/companies/{firm.id}/overrides/new", grant).status_code == 303
    assert firm.platform.shell.snapshots._load(firm.id).modules == {"ballroom"}
    assert [event.kind for event in stored(firm, ContractEvent)][-2:] == ["grant.added", "module.begun"]


def test_switching_without_a_reason_shows_the_review_again(firm: SomeCompany, mara: Browser) -> None:
    firm.switch("ballroom")
    off = {"shown": ["ballroom"], "reason": " ", "step": "save"}
    answer = mara.post(f"/companies/{firm.id}/contract/modules", off)
    assert answer.status_code == 422
    assert "Review 1 change" in answer.text
    assert firm.platform.shell.snapshots._load(firm.id).modules == {"ballroom"}


def test_switches_that_were_not_on_the_page_are_left_alone(firm: SomeCompany, mara: Browser) -> None:
    firm.switch("ballroom")
    other = {"shown": ["billboard"], "on": ["billboard"], "reason": WHY, "step": "save"}
    assert mara.post(f"/companies/{firm.id}/contract/modules", other).status_code == 303
    assert firm.platform.shell.snapshots._load(firm.id).modules == {"ballroom"}


@pytest.mark.parametrize("role", ["support", None])
def test_only_sales_change_contracts(firm: SomeCompany, console: Callable[..., Browser], role: str | None) -> None:
    of = contract(firm)
    sold = line(firm, of, "ballroom", date(2026, 1, 1))
    pages = [
        "contract/modules", "contracts/new", f"contracts/{of.id}", "lines/new", f"lines/{sold.id}",
        f"lines/{sold.id}/remove", "overrides/new",
    ]  # fmt: skip
    answers = {console(role).post(f"/companies/{firm.id}/{page}", {"step": "save"}).status_code for page in pages}
    assert answers == ({403} if role else {401})


def test_support_reads_a_contract_without_buttons_to_change_it(
    firm: SomeCompany, console: Callable[..., Browser]
) -> None:
    line(firm, contract(firm), "ballroom", date(2026, 1, 1))
    page = console("support").get(f"/companies/{firm.id}/contract").text
    assert "BRU-2025-01" in page
    assert "/lines/" not in page
    assert 'name="step"' not in page


def test_the_line_of_another_company_is_not_found(
    firm: SomeCompany, make_company: Callable[..., SomeCompany], mara: Browser
) -> None:
    other = make_company("Nordlicht")
    of = contract(other)
    sold = line(other, of, "ballroom", date(2026, 1, 1))
    assert mara.get(f"/companies/{firm.id}/lines/{sold.id}").status_code == 404
    assert mara.get(f"/companies/{firm.id}/contracts/{of.id}").status_code == 404
    assert sell(mara, firm, of, "ballroom").status_code in (303, 422)
    assert stored(other, ContractLine, module="ballroom")[0].id == sold.id


@pytest.mark.parametrize(("language", "words"), [("de", "im Vertrag"), ("fr", "au contrat"), ("en", "in contract")])
def test_the_page_speaks_three_languages(firm: SomeCompany, mara: Browser, language: str, words: str) -> None:
    line(firm, contract(firm), "ballroom", date(2026, 1, 1))
    answer = mara.get(f"/companies/{firm.id}/contract", headers={"Accept-Language": language})
    assert words in answer.text
    assert "style=" not in answer.text


def test_sales_say_how_many_units_a_contract_covers(firm: SomeCompany, mara: Browser) -> None:
    agreed = {"number": "BRU-2026-08", "starts": "2026-01-01", "until": "", "reason": WHY}
    agreed |= {"unit_quota": "300", "file_quota": "50"}
    assert mara.post(f"/companies/{firm.id}/contracts/new", {**agreed, "step": "save"}).status_code == 303
    [written] = stored(firm, Contract)
    assert (written.unit_quota, written.file_quota) == (300, 50)
    shown = mara.get(f"/companies/{firm.id}/contract").text
    assert ["300 units included" in shown, "50\xa0GB for files" in shown] == [True, True]
    url = f"/companies/{firm.id}/contracts/{written.id}"
    assert ['value="300"' in mara.get(url).text, 'value="50"' in mara.get(url).text] == [True, True]
    refused = mara.post(url, {**agreed, "unit_quota": "-1", "step": "save"})
    assert (refused.status_code, 'id="unit_quota-error"' in refused.text) == (422, True)
    assert mara.post(url, {**agreed, "unit_quota": "", "step": "save"}).status_code == 303
    last = stored(firm, ContractEvent)[-1]
    assert (last.before, last.after) == ({"unit_quota": 300}, {"unit_quota": None})


def test_units_that_were_sold_as_a_line_stand_in_the_head_of_their_contract(firm: SomeCompany, mara: Browser) -> None:
    of = Contract(id=new_id(), number="BRU-7", timezone="Europe/Zurich", starts=TODAY, unit_quota=40)
    firm.plant(of)
    for module, quantity, ends in (("units", 5, None), ("units", 9, TODAY), ("seats", 3, None)):
        begins = TODAY - timedelta(days=30) if ends else TODAY
        one = ContractLine(id=new_id(), contract_id=of.id, module=module, starts=begins, ends=ends, quantity=quantity)
        firm.plant(one)
    assert "45 units included" in plain(mara.get(f"/companies/{firm.id}/contract").text)


def test_the_way_back_from_a_page_of_a_company_leads_to_one(firm: SomeCompany, mara: Browser) -> None:
    contract(firm)
    for page in ("change", "contract/day", "lines/new", "quotes"):
        crumbs = mara.get(f"/companies/{firm.id}/{page}").text.split('<nav class="crumbs"')[1].split("</nav>")[0]
        ways = re.findall(r'href="([^"]+)"', crumbs)
        assert ways
        assert {way: mara.get(way).status_code for way in ways} == dict.fromkeys(ways, 200)
