"""From some days before a period until some days after it, as the company says, and not an hour longer."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from quartier.tenancy.models import Company
from quartier.testing import LONG_AGO, SomeCompany


@pytest.fixture
def house(make_company: Callable[..., SomeCompany]) -> SomeCompany:
    """A company that opens 14 days early and closes 30 days late."""
    company = make_company("Brunnenhof", modules=("faq",))
    settings(company, access_before=14, access_after=30)
    return company


def settings(company: SomeCompany, **given: object) -> None:
    with Session(company.platform.shell.platform) as db:
        db.execute(update(Company).where(Company.id == company.id).values(settings=given))
        db.commit()
    company.platform.shell.snapshots.forget(company.id)


def today() -> date:
    return datetime.now(ZoneInfo("Europe/Zurich")).date()


def sees(company: SomeCompany, starts: int, ends: int | None) -> bool:
    """Whether the FAQ is there for somebody whose period begins and ends so many days from today."""
    day = today()
    body = company.resident(
        starts=day + timedelta(days=starts), ends=None if ends is None else day + timedelta(days=ends)
    )
    found = {path: body.browser.get(path).status_code for path in ("/faq/", "/search?q=x", "/account", "/")}
    assert (found["/account"], found["/"], found["/search?q=x"]) == (200, 200, 200)
    return found["/faq/"] == 200


@pytest.mark.parametrize(
    ("starts", "ends", "there"),
    [
        (-400, None, True), (0, None, True), (14, None, True), (15, None, False), (400, None, False),
        (-400, 1, True), (-400, 0, True), (-400, -29, True), (-400, -30, False), (14, 15, True),
    ],
)  # fmt: skip
def test_the_door_opens_early_and_closes_late(house: SomeCompany, starts: int, ends: int | None, there: bool) -> None:
    assert sees(house, starts, ends) is there


@pytest.mark.parametrize("nonsense", ["abc", "-5", "1e9", None, [3], "12345", True])
def test_what_is_no_number_of_days_is_none_and_keeps_nobody_out(house: SomeCompany, nonsense: object) -> None:
    settings(house, access_before=nonsense, access_after=nonsense)
    assert (sees(house, -10, None), sees(house, 1, None), sees(house, -10, 0)) == (True, False, False)


def test_the_next_tenant_sees_the_flat_and_the_last_one_nothing_after_a_while(house: SomeCompany) -> None:
    last = house.resident("Verena Keller", starts=LONG_AGO, ends=today() - timedelta(days=30))
    page = last.browser.get("/").text
    assert 'href="/faq/"' not in page
    assert "Ihr Vertrag endete am" in page
    assert house.resident("Lea Zimmermann").browser.get("/faq/").status_code == 200


def test_home_says_when_it_begins_and_what_is_over(house: SomeCompany) -> None:
    far = house.resident("Lea Zimmermann", starts=date(2040, 5, 15)).browser.get("/").text
    assert "Es geht los am 1.\u00a0Mai 2040" in far
    near = house.resident("Urs Wyss", starts=today() + timedelta(days=3)).browser.get("/").text
    assert re.search(r"Brunnenhofstrasse 14, Unit \d+ · ab ", near)
    over = house.resident("Ada Roth", starts=LONG_AGO, ends=today()).browser.get("/account").text
    assert re.search(r" · bis \d+\.\u00a0\w+ \d{4}<", over)


def test_a_company_sets_the_days_and_they_are_in_force_at_once(house: SomeCompany) -> None:
    assert sees(house, 20, None) is False
    desk = house.agent("Nadja Frei", "company.settings", language="de").browser
    typed = {"seen.access_before": "14", "access_before": "21", "seen.access_after": "30", "access_after": "0"}
    assert desk.post("/cockpit/settings/portal", typed).status_code == 303
    assert (sees(house, 20, None), sees(house, -400, 0)) == (True, False)
