"""Every main page in every brand, light and dark, on the phone and at the desk, by keyboard and enlarged."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from quartier.testing import SomeCompany
from tests.journeys import pages
from tests.journeys.axe import faults
from tests.journeys.conftest import Finds, Opens
from tests.journeys.guest import Guest
from tests.journeys.keyboard import walk

BRANDS = ("brunnenhof", "nordlicht", "regie-du-lac")
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def resident(company: SomeCompany, opens: Opens, size: str) -> Guest:
    language = company.languages[0]
    return opens(company.host, size=size, language=language).has_session(company.resident().session_token())


@pytest.mark.parametrize("brand", BRANDS)
def test_axe_finds_nothing_in_the_app(demo: Finds, opens: Opens, brand: str) -> None:
    company = demo(brand)
    guest = opens(company.host)
    found = {path: faults_at(guest, path) for path in pages.DOOR}
    guest.has_session(company.resident().session_token())
    found |= {path: faults_at(guest, path) for path in pages.APP}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def faults_at(guest: Guest, path: str) -> list[str]:
    guest.goes(path)
    return faults(guest.page)


@pytest.mark.parametrize("brand", BRANDS)
def test_nothing_scrolls_sideways_on_the_narrowest_phone(demo: Finds, opens: Opens, brand: str) -> None:
    company = demo(brand)
    guest = resident(company, opens, "phone")
    found = {}
    for path in pages.APP:
        guest.goes(path)
        for width in (320, 360, 640):  # 640: the desk's 1280 at 200 %
            guest.page.set_viewport_size({"width": width, "height": 740})
            found[path, width] = guest.page.evaluate(WIDE)
    assert {where: pixels for where, pixels in found.items() if pixels} == {}


@pytest.mark.parametrize("brand", BRANDS)
def test_the_keyboard_comes_everywhere_and_one_sees_where_it_is(demo: Finds, opens: Opens, brand: str) -> None:
    """On the phone, where the bar at the bottom lies over the page."""
    guest = resident(demo(brand), opens, "phone")
    found = {}
    for path in pages.APP:
        guest.goes(path)
        stops = walk(guest.page)
        assert stops[0].href == "#content", path
        found[path] = [stop for stop in stops if not stop.shows or not stop.bare]
        bar = guest.page.locator(".bottomnav a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        assert set(bar) <= {stop.href for stop in stops}, path
    assert {path: hidden for path, hidden in found.items() if hidden} == {}


def test_the_skip_link_leads_into_the_page(demo: Finds, opens: Opens) -> None:
    guest = resident(demo("brunnenhof"), opens, "desk")
    guest.goes("/search?q=heizung")
    guest.page.keyboard.press("Tab")
    expect(guest.page.locator(".skip")).to_be_in_viewport(ratio=1)
    guest.page.keyboard.press("Enter")
    guest.page.keyboard.press("Tab")
    expect(guest.page.locator("main :focus")).to_have_count(1)
