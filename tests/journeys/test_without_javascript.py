"""Everything that matters works without a script: coming in, finding, reading, answering, writing, publishing."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from plugins.faq.tests.sample import draft, live, topic
from quartier.testing import PASSWORD, SomeCompany
from tests.journeys.conftest import Opens
from tests.journeys.guest import Guest

EDITOR = ("faq.edit", "faq.publish", "faq.view_drafts")


@pytest.fixture
def house(brunnenhof: SomeCompany) -> SomeCompany:
    db = brunnenhof.db()
    topic(db, "keys", de="Schlüssel")
    live(db, "Schlüssel verloren", "Rufen Sie uns an, **Tag und Nacht**.", slug="schluessel")
    draft(db, "Velo abstellen", "Im Keller.", slug="velo")
    db.commit()
    db.close()
    return brunnenhof


def test_verena_finds_and_answers(house: SomeCompany, opens: Opens) -> None:
    body = house.resident("Verena Keller")
    verena = opens(house.host, size="phone", java_script_enabled=False)
    verena.goes("/")
    comes_in(verena, body.email)
    page = verena.page
    page.locator(".bottomnav").get_by_role("link", name="Wissen").click()
    page.get_by_role("searchbox").fill("verlohren")  # one letter too many
    page.get_by_role("searchbox").press("Enter")
    page.locator("#results").get_by_role("link", name="Schlüssel verloren").click()
    expect(page.locator(".prose strong")).to_have_text("Tag und Nacht")
    verena.sees("button", "Nicht wirklich").click()
    page.locator("#comment").fill("Welche Nummer?")
    page.locator("#helped").get_by_role("button", name="Senden").click()
    expect(page.locator("#helped-h")).to_have_text("Danke, wir machen es besser")
    verena.goes("/more")
    page.locator("main .langs").get_by_role("button", name="FR").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Plus")
    verena.sees("button", "Se déconnecter").click()
    assert page.url == f"{verena.origin}/sign-in"


def test_nadja_edits_and_publishes(house: SomeCompany, opens: Opens) -> None:
    body = house.agent("Nadja Frei", *EDITOR)
    nadja = opens(house.host, java_script_enabled=False)
    nadja.goes("/cockpit/faq/")
    comes_in(nadja, body.email)
    page = nadja.page
    page.get_by_role("link", name="Velo abstellen").first.click()
    page.locator("#texts-de-body").fill("Im Keller, **links**.")
    page.locator(".editor-preview").get_by_role("button", name="Vorschau").click()
    expect(page.locator("#preview strong")).to_have_text("links")
    nadja.sees("button", "Jetzt veröffentlichen").click()
    expect(page.get_by_role("status").filter(has_text="Veröffentlicht")).to_be_visible()
    nadja.goes("/faq/velo")
    expect(page.locator(".prose strong")).to_have_text("links")


def comes_in(guest: Guest, email: str) -> None:
    guest.page.locator("[name=email]").fill(email)
    guest.page.locator("[name=password]").fill(PASSWORD)
    guest.page.locator("[name=password]").press("Enter")
