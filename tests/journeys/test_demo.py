"""Sales with a prospect: a form, a portal on the laptop, the same on the phone, and the demo becomes the company."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from quartier.sandboxes import planting
from tests.journeys.conftest import Opens
from tests.journeys.guest import Guest
from tests.journeys.test_sales import LOGO

NAME = "Wohnbau O’Neill & Söhne"
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"


def test_a_prospect_sees_a_portal_of_their_own_in_a_minute_and_keeps_it(
    mara: Guest, opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planting.make, "__kwdefaults__", {"patience": 600.0})  # no worker runs beside this story
    link = urlsplit(makes_a_demo(mara))
    host = str(link.hostname)

    laptop = opens(host, language="fr-CH")
    laptop.goes(link.path)
    expect(laptop.page.locator("svg.segno")).to_be_visible()  # the code for the phone
    laptop.page.get_by_role("button", name="Dans le Cockpit").click()
    expect(
        laptop.page.get_by_role("link", name="Demandes").or_(laptop.page.get_by_text("immeubles")).first
    ).to_be_visible()

    phone = opens(host, size="phone", language="en-GB", color_scheme="dark")
    phone.goes(link.path)
    expect(phone.page.locator("svg.segno")).to_be_hidden()
    phone.page.get_by_role("button", name="In the app").click()
    expect(phone.page.get_by_text("Hello, Ms Keller")).to_be_visible()
    for place in ("/", "/faq/", "/pinboard/", "/bookings/"):
        phone.goes(place)
        assert phone.page.evaluate(OVERFLOW) <= 0
    expect(phone.page.get_by_text("Laundry room").first).to_be_visible()

    becomes_real(mara)
    phone.goes("/")
    expect(phone.page.get_by_role("button", name="Sign in").first).to_be_visible()
    assert phone.goes(link.path).status == 404
    phone.was_told(404)


def makes_a_demo(mara: Guest) -> str:
    """Name, logo, segment: the rest is there already. The secret link."""
    page = mara.page
    mara.goes("/sandboxes")
    page.get_by_role("link", name="New demo").first.click()
    page.get_by_label("Name", exact=True).fill(NAME)
    page.get_by_label("Logo").set_input_files(LOGO)
    page.get_by_role("radio", name="Housing cooperative").check()
    mara.sees("button", "Make the demo").click()
    expect(mara.sees("heading", NAME)).to_be_visible(timeout=60_000)
    expect(page.get_by_text(f"{NAME} is live.")).to_be_visible()
    return page.locator("#link").inner_text()


def becomes_real(mara: Guest) -> None:
    """What goes and what stays is read; then the one step."""
    page = mara.page
    page.get_by_role("link", name="See what goes and what stays").click()
    expect(page.get_by_text("28 units", exact=True)).to_be_visible()
    page.get_by_label("Subdomain").fill("wohnbau-oneill-echt")
    mara.sees("button", "Make it the real company").click()
    expect(page.get_by_text(f"{NAME} is a real company now.")).to_be_visible(timeout=60_000)
