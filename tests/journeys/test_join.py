"""The first thing that a tenant sees: from the QR code of a letter to the home page, on a phone."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from tests.accounts.desk import NEW_PASSWORD
from tests.journeys.axe import TWO, bring_axe, faults
from tests.journeys.conftest import Finds, Opens
from tests.journeys.guest import Guest
from tests.registration.guests import code_mailed, invite, lets

SCREENS = 5


@dataclass
class Way:
    """A guest on the way; each page that is seen counts."""

    guest: Guest
    seen: list[str]
    whole: bool
    before: int = 0

    def looks(self) -> None:
        """Axe has nothing to say about this page either; in a further brand, about its colours."""
        page = self.guest.page
        self.seen.append(page.title())
        assert faults(page, looks=TWO if self.whole else TWO[:1], structure=self.whole) == []

    def goes_on(self, **typed: str) -> None:
        """Fill in what is asked, and press the button that stands out."""
        for name, value in typed.items():
            self.guest.page.locator(f"[name={name}]").fill(value)
        self.guest.page.locator(".btn-primary").click()


def goes_astray(way: Way, **wrong: str) -> None:
    """A mistake on this page, then all the way back and forth again: on each page one can go on. A browser that had to
    ask whether to send a form once more would show a page of its own, which Playwright calls an error."""
    page = way.guest.page
    way.goes_on(**wrong)
    expect(page.locator("#errors")).to_be_visible()
    steps = page.evaluate("history.length") - way.before - 1
    for go in (page.go_back, page.go_forward):
        for _step in range(steps):
            go()
            expect(page.locator("main .btn-primary")).to_be_visible()


@pytest.mark.parametrize(
    ("company", "language"), [("brunnenhof", "de-CH"), ("nordlicht", "en-GB"), ("regie-du-lac", "fr-CH")]
)
def test_from_the_letter_to_the_home_page(demo: Finds, opens: Opens, company: str, language: str) -> None:
    house, email = demo(company), "vera.delavega@post.example"
    guest = invite(house, "Vera de la Vega-Müller")
    lets(house, guest.person_id)
    vera = opens(house.host, size="phone", language=language)
    bring_axe(vera.context)
    way = Way(vera, [], whole=company == "brunnenhof")
    vera.goes(guest.path)
    way.before = vera.page.evaluate("history.length") - 1
    way.looks()
    if company == "nordlicht":
        goes_astray(way, email="vera@")
    way.goes_on(email=email)
    vera.page.wait_for_url(re.compile("/join/confirm$"))
    way.looks()
    if company == "nordlicht":
        goes_astray(way, code="1")
    way.goes_on(code=code_mailed(house, email))
    vera.page.wait_for_url(re.compile("/join/way$"))
    way.looks()
    vera.page.locator("[name=agree]").check()
    if company == "nordlicht":
        goes_astray(way, password="short")
    way.goes_on(password=NEW_PASSWORD, repeat=NEW_PASSWORD)
    vera.page.wait_for_url(re.compile(r"[^/]/(welcome)?$"))
    expect(vera.page.locator("nav").first).to_be_visible()
    way.looks()
    assert len(set(way.seen)) <= SCREENS
