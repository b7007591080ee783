"""Every main page in every brand, light and dark, on the phone and at the desk, by keyboard and enlarged."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from quartier.testing import SomeCompany
from tests.journeys import pages
from tests.journeys.axe import FOUR, TWO, bring_axe, faults
from tests.journeys.conftest import Finds, Opens
from tests.journeys.guest import Guest
from tests.journeys.keyboard import walk

brands = pytest.mark.parametrize("brand", pages.BRANDS)
EVERYTHING = (
    "company.settings",
    "team.admin",
    "faq.edit",
    "faq.publish",
    "faq.view_drafts",
    "bookings.view",
    "bookings.manage",
)


def resident(company: SomeCompany, opens: Opens, size: str = "desk") -> Guest:
    """Somebody who lives there, with a browser in the company's first language."""
    token = company.resident().session_token()
    return opens(company.host, size=size, language=company.languages[0]).has_session(token)


def agent(company: SomeCompany, opens: Opens) -> Guest:
    """A member of the team who may do everything."""
    token = company.agent("Nadja Frei", *EVERYTHING).session_token()
    return opens(company.host, language=company.languages[0]).has_session(token)


def wrong(guest: Guest, paths: tuple[str, ...], *, structure: bool = True) -> dict[str, list[str]]:
    """What axe finds at each of the paths, and where a page is wider than its window; those in order are left out.

    Without `structure`, which is the same in every brand, axe looks at the colours of the pages on which all components
    are seen.
    """
    bring_axe(guest.context)
    found = {}
    for path in paths:
        guest.goes(path)
        colourful = path in pages.COLOURFUL
        looks = FOUR if structure and colourful else TWO if structure or colourful else ()
        if fault := faults(guest.page, looks=looks, structure=structure):
            found[path] = fault
    return found


@brands
def test_the_app_is_for_everybody(demo: Finds, opens: Opens, brand: str) -> None:
    company, first = demo(brand), brand == "brunnenhof"
    stranger = opens(company.host, language=company.languages[0])
    assert wrong(stranger, pages.DOOR if first else pages.DOOR[:1], structure=first) == {}
    guest = resident(company, opens)
    assert wrong(guest, pages.app(company) if first else pages.app_in_colours(company), structure=first) == {}
    if first:
        guest.was_told(404)  # one of the pages is the one for what is not there


@brands
def test_the_cockpit_is_for_everybody(demo: Finds, opens: Opens, brand: str) -> None:
    company, first = demo(brand), brand == "brunnenhof"
    paths = pages.cockpit(company) if first else pages.cockpit_in_colours(company)
    assert wrong(agent(company, opens), paths, structure=first) == {}


def test_the_console_is_for_everybody(demo: Finds, mara: Guest) -> None:
    assert wrong(mara, pages.console(demo("brunnenhof"))) == {}


@brands
def test_the_keyboard_comes_everywhere_and_one_sees_where_it_is(demo: Finds, opens: Opens, brand: str) -> None:
    """On the phone, where the bar at the bottom lies over the page."""
    company = demo(brand)
    guest = resident(company, opens, "phone")
    found = {}
    further = () if brand != pages.BRANDS[0] else ("/faq/", "/more", "/account")
    for path in ("/", f"/faq/{pages.ARTICLES[brand]}", *further):
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
