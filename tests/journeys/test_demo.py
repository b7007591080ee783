"""Sales with a prospect: a form, a portal on the laptop, the same on the phone, and the demo becomes the company."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from quartier.app import Platform, house_of
from quartier.companies.branding import current_brand
from quartier.sandboxes import planting
from quartier.sandboxes.yes import become_due
from quartier.tenancy.models import Company
from quartier.testing import Browser, SomeCompany
from tests.journeys.axe import TWO, faults
from tests.journeys.conftest import Opens, known_company
from tests.journeys.guest import Guest
from tests.journeys.test_sales import LOGO
from tests.quotes.test_quotes import ZURICH, numbers, offered, sold

NAME, QUOTED = "Wohnbau O’Neill & Söhne", "Wohnbau Am Bach"
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


def test_a_quote_makes_the_demo_the_real_company(
    mara: Guest, opens: Opens, console: Callable[..., Browser], platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planting.make, "__kwdefaults__", {"patience": 600.0})
    key = offered(console("sales"), f"quoted_{next(numbers)}")  # 0.40 for each of 500 units, 0.30 for others
    sold(console("sales"), "faq")
    link = urlsplit(makes_a_demo(mara, QUOTED))
    slug = str(link.hostname).partition(".")[0]
    company = known_company(platform, slug)
    before = look_of(company)

    quote = writes_a_quote(mara, key)
    boss = opens(platform.shell.config.console_host, size="phone", language="de-CH")
    boss.goes(quote)
    expect(boss.page.get_by_text("CHF 398.89").first).to_be_visible()  # with VAT
    expect(boss.page.get_by_text("rund CHF 0.36 je Einheit")).to_be_visible()
    assert faults(boss.page, looks=TWO) == []
    accepts(boss)
    assert faults(boss.page, looks=TWO) == []

    with Session(platform.shell.platform) as db:
        become_due(house_of(platform.shell), db)
    mara.goes(f"/companies/{company.id}")
    expect(mara.sees("heading", QUOTED)).to_be_visible()
    expect(mara.page.get_by_text("0 properties, 0 units")).to_be_visible()
    assert look_of(company) == before
    platform.shell.snapshots.forget(company.id)
    now = platform.shell.snapshots(company.id)
    assert now is not None
    assert now.modules == {"faq"}  # what was sold, and none of what the demo showed
    boss.goes(f"{link.scheme}://{link.netloc}/")
    expect(boss.page.get_by_alt_text(QUOTED).or_(boss.page.get_by_text("Wohnbau Am Bach")).first).to_be_visible()
    company.close()


def look_of(company: SomeCompany) -> tuple[object, ...]:
    """What a company keeps: its name, address, languages, and the version of its brand, with the names of modules."""
    with Session(company.platform.shell.platform) as db:
        one, brand = db.get_one(Company, company.id), current_brand(db, company.id)
        assert brand is not None
        return one.name, one.slug, one.languages, brand.id, brand.app_name


def writes_a_quote(mara: Guest, key: str) -> str:
    """Prices by the units that the prospect says they have, to begin today. The address that accepts it."""
    page = mara.page
    page.get_by_role("link", name="Quotes", exact=True).last.click()
    mara.sees("button", "Write quote").click()
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_label("Units").fill("900")
    page.get_by_label("First day").fill(datetime.now(ZURICH).date().isoformat())
    mara.sees("button", "Save").click()
    for product in (key, "faq"):
        page.get_by_role("link", name="Add product").first.click()
        page.get_by_label("Product").select_option(product)
        mara.sees("button", "Save").click()
    expect(page.get_by_text("CHF 320.00").first).to_be_visible()
    page.get_by_role("link", name="Send", exact=True).click()
    expect(mara.sees("heading", "When it is accepted")).to_be_visible()
    assert faults(page, looks=TWO) == []
    mara.sees("button", "Send").click()
    return page.locator("code").first.inner_text()


def accepts(boss: Guest) -> None:
    """First without a role, which is said at its field; then with all that is asked for."""
    boss.page.get_by_label("Ihr Name").fill("Ruth D’Angelo")
    boss.page.get_by_label("Ich nehme Version 1").check()
    boss.sees("button", "Kostenpflichtig annehmen").click()
    expect(boss.page.locator("#role-error")).to_be_visible()
    boss.was_told(422)
    boss.page.get_by_label("Ihre Funktion").fill("Geschäftsführerin")
    boss.sees("button", "Kostenpflichtig annehmen").click()
    expect(boss.page.get_by_text("Vielen Dank. Das Angebot ist angenommen.")).to_be_visible()


def makes_a_demo(mara: Guest, name: str = NAME) -> str:
    """Name, logo, segment: the rest is there already. The secret link."""
    page = mara.page
    mara.goes("/sandboxes")
    page.get_by_role("link", name="New demo").first.click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Logo").set_input_files(LOGO)
    page.get_by_role("radio", name="Housing cooperative").check()
    mara.sees("button", "Make the demo").click()
    expect(mara.sees("heading", name)).to_be_visible(timeout=60_000)
    expect(page.get_by_text(f"{name} is live.")).to_be_visible()
    return page.locator("#link").inner_text()


def becomes_real(mara: Guest) -> None:
    """What goes and what stays is read; then the one step."""
    page = mara.page
    page.get_by_role("link", name="See what goes and what stays").click()
    expect(page.get_by_text("28 units", exact=True)).to_be_visible()
    page.get_by_label("Subdomain").fill("wohnbau-oneill-echt")
    mara.sees("button", "Make it the real company").click()
    expect(page.get_by_text(f"{NAME} is a real company now.")).to_be_visible(timeout=60_000)
