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
    way.looks()
    way.goes_on(email=email)
    vera.page.wait_for_url(re.compile("/join/confirm$"))
    way.looks()
    way.goes_on(code=code_mailed(house, email))
    vera.page.wait_for_url(re.compile("/join/way$"))
    way.looks()
    vera.page.locator("[name=agree]").check()
    way.goes_on(password=NEW_PASSWORD, repeat=NEW_PASSWORD)
    vera.page.wait_for_url(re.compile(r"[^/]/(welcome)?$"))
    expect(vera.page.locator("nav").first).to_be_visible()
    way.looks()
    assert len(set(way.seen)) <= SCREENS
