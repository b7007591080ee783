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

brands = pytest.mark.parametrize("brand", pages.BRANDS)
WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
EVERYTHING = ("company.settings", "team.admin", "faq.edit", "faq.publish", "faq.view_drafts")


def resident(company: SomeCompany, opens: Opens, size: str = "desk") -> Guest:
    """Somebody who lives there, with a browser in the company's first language."""
    token = company.resident().session_token()
    return opens(company.host, size=size, language=company.languages[0]).has_session(token)


def agent(company: SomeCompany, opens: Opens) -> Guest:
    """A member of the team who may do everything."""
    token = company.agent("Nadja Frei", *EVERYTHING).session_token()
    return opens(company.host, language=company.languages[0]).has_session(token)


def wrong(guest: Guest, paths: tuple[str, ...], *, structure: bool) -> dict[str, list[str]]:
    """What axe finds at each of the paths; those without a fault are left out."""
    found = {}
    for path in paths:
        guest.goes(path)
        if fault := faults(guest.page, structure=structure):
            found[path] = fault
    return found


@brands
def test_axe_finds_nothing_in_the_app(demo: Finds, opens: Opens, brand: str) -> None:
    company = demo(brand)
    stranger = opens(company.host, language=company.languages[0])
    assert wrong(stranger, pages.DOOR, structure=brand == "brunnenhof") == {}
    guest = resident(company, opens)
    assert wrong(guest, pages.app(company), structure=brand == "brunnenhof") == {}
    guest.was_told(404)  # one of the pages is the one for what is not there


@brands
def test_axe_finds_nothing_in_the_cockpit(demo: Finds, opens: Opens, brand: str) -> None:
    company, first = demo(brand), brand == "brunnenhof"
    paths = pages.cockpit(company) if first else pages.cockpit_in_colours(company)
    assert wrong(agent(company, opens), paths, structure=first) == {}


def test_axe_finds_nothing_in_the_console(demo: Finds, mara: Guest) -> None:
    company = demo("brunnenhof")
    assert wrong(mara, pages.console(company), structure=True) == {}
    assert {where: pixels for where, pixels in too_wide(mara, pages.console(company)).items() if pixels} == {}


@brands
def test_nothing_scrolls_sideways(demo: Finds, opens: Opens, brand: str) -> None:
    """Neither on the narrowest phone nor at the desk at 200 %, where a window of 1280 has room for 640."""
    company = demo(brand)
    guest, staff = resident(company, opens), agent(company, opens)
    found = too_wide(guest, pages.app(company)) | too_wide(staff, pages.cockpit(company))
    guest.was_told(404)
    assert {where: pixels for where, pixels in found.items() if pixels} == {}


def too_wide(guest: Guest, paths: tuple[str, ...]) -> dict[tuple[str, int], int]:
    """By how many pixels each page is wider than the window, at each width."""
    found = {}
    for path in paths:
        guest.goes(path)
        for width in (320, 360, 640):
            guest.page.set_viewport_size({"width": width, "height": 740})
            found[path, width] = guest.page.evaluate(WIDE)
    return found


@brands
def test_the_keyboard_comes_everywhere_and_one_sees_where_it_is(demo: Finds, opens: Opens, brand: str) -> None:
    """On the phone, where the bar at the bottom lies over the page."""
    company = demo(brand)
    guest = resident(company, opens, "phone")
    found = {}
    for path in ("/", "/faq/", f"/faq/{pages.ARTICLES[brand]}", "/more", "/account"):
        guest.goes(path)
        stops = walk(guest.page)
        assert stops[0].href == "#content", path
        found[path] = [stop for stop in stops if not stop.shows or not stop.bare]
        bar = guest.page.locator(".bottomnav a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        assert set(bar) <= {stop.href for stop in stops}, path
    assert {path: hidden for path, hidden in found.items() if hidden} == {}


def test_the_skip_link_leads_into_the_page(demo: Finds, opens: Opens) -> None:
    guest = resident(demo("brunnenhof"), opens)
    guest.goes("/search?q=heizung")
    guest.page.keyboard.press("Tab")
    expect(guest.page.locator(".skip")).to_be_in_viewport(ratio=1)
    guest.page.keyboard.press("Enter")
    guest.page.keyboard.press("Tab")
    expect(guest.page.locator("main :focus")).to_have_count(1)
