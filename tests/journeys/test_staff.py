"""Staff at their desk: an article from the first word to the resident's phone, two people at one text, order, names."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from plugins.faq.tests.sample import live, topic
from quartier.testing import SomeCompany
from tests.journeys.conftest import PATIENCE, Opens
from tests.journeys.guest import Guest

EVERYTHING = ("company.settings", "faq.edit", "faq.publish", "faq.view_drafts")
SAYS = """async ([path, words, patience]) => {
  for (const end = Date.now() + patience; Date.now() < end;)
    if ((await (await fetch(path)).text()).includes(words)) return true;
  return false;
}"""
TITLES = ["Heizung entlüften", "Fenster lüften", "Thermostat einstellen"]


@pytest.fixture
def house(brunnenhof: SomeCompany) -> SomeCompany:
    """A company with a topic and three articles in it."""
    db = brunnenhof.db()
    topic(db, "heating", de="Heizen", fr="Chauffage")
    for title in TITLES:
        live(db, title)
    db.commit()
    db.close()
    return brunnenhof


@pytest.fixture
def nadja(house: SomeCompany, opens: Opens) -> Guest:
    return opens(house.host).has_session(house.agent("Nadja Frei", *EVERYTHING).session_token())


def test_nadja_writes_in_two_languages_and_the_owner_reads_it(nadja: Guest, house: SomeCompany, opens: Opens) -> None:
    page = nadja.page
    nadja.goes("/cockpit/")
    page.get_by_role("navigation", name="Cockpit").get_by_role("link", name="Gut zu wissen").click()
    page.get_by_role("link", name="Artikel schreiben").click()
    writes(nadja, "de", "Wo ist der Haupthahn?", "Im Keller, **rechts** neben der Tür.")
    expect(page.locator("#preview").get_by_role("heading", name="Wo ist der Haupthahn?")).to_be_visible()
    expect(page.locator("#preview strong")).to_have_text("rechts")
    writes(nadja, "fr", "Où est le robinet d’arrêt ?", "À la cave, **à droite** de la porte.")
    expect(page.locator("#preview strong")).to_have_text("à droite")
    page.get_by_label("Thema").select_option(label="Heizen")
    page.get_by_role("group", name="Wer", exact=True).get_by_label("Eigentümer").first.check()
    nadja.sees("button", "Jetzt veröffentlichen").click()
    expect(page.get_by_role("status").filter(has_text="Veröffentlicht")).to_be_visible()

    owner = opens(house.host, size="phone", language="fr-CH")
    owner.has_session(house.resident("Tiago Oliveira", kind="ownership").session_token())
    owner.goes("/faq/")
    owner.page.locator("section[aria-labelledby=all]").get_by_role("link", name="Où est le robinet d’arrêt ?").click()
    expect(owner.page.locator(".prose strong")).to_have_text("à droite")
    tenant = opens(house.host, size="phone").has_session(house.resident("Verena Keller").session_token())
    tenant.goes("/faq/")
    expect(tenant.page.get_by_role("link", name=TITLES[0]).first).to_be_visible()
    expect(tenant.page.get_by_role("link", name="Wo ist der Haupthahn?")).to_have_count(0)


def writes(nadja: Guest, language: str, title: str, body: str) -> None:
    nadja.page.locator(f".lang-tabs label:has(input[value={language}])").click()
    nadja.page.locator(f"#texts-{language}-title").fill(title)
    nadja.page.locator(f"#texts-{language}-body").fill(body)


def test_two_people_at_one_article_lose_nothing(nadja: Guest, house: SomeCompany, opens: Opens) -> None:
    dragan = opens(house.host).has_session(house.agent("Dragan Petrović", *EVERYTHING).session_token())
    for person in (nadja, dragan):
        person.goes("/cockpit/faq/")
        person.page.get_by_role("link", name=TITLES[0]).first.click()
        expect(person.page.locator("#texts-de-body")).to_have_value(re.compile("So geht es"))
    dragan.page.locator("#texts-de-body").fill("Dragans Satz.")
    dragan.page.locator("[data-save]").click()
    expect(dragan.page.get_by_text("Gespeichert.", exact=True)).to_be_visible()
    nadja.page.locator("#texts-de-body").fill("Nadjas Satz.")
    nadja.page.locator("[data-save]").click()
    expect(nadja.page.get_by_role("alert")).to_contain_text("Dragan Petrović")
    expect(nadja.page.locator(".versions")).to_contain_text("Dragans")
    expect(nadja.page.locator(".versions")).to_contain_text("Nadjas")
    nadja.was_told(409)
    nadja.sees("button", "An meiner Fassung weiterschreiben").click()
    expect(nadja.page.locator("#texts-de-body")).to_have_value("Nadjas Satz.")


def test_nadja_puts_articles_into_order_without_a_mouse(nadja: Guest, house: SomeCompany) -> None:
    nadja.goes("/cockpit/faq/order/heating")
    down = nadja.page.get_by_role("button", name=f"«{TITLES[0]}» nach unten")
    down.focus()
    nadja.page.keyboard.press("Enter")
    expect(nadja.page.get_by_role("status").filter(has_text=TITLES[0])).to_have_text(re.compile(r"\b2 von 3"))
    expect(down).to_be_focused()
    nadja.page.keyboard.press("Enter")
    expect(nadja.page.get_by_role("status").filter(has_text=TITLES[0])).to_have_text(re.compile(r"\b3 von 3"))
    nadja.goes("/faq/topic/heating")
    shown = nadja.page.locator("main .row .row-title").all_inner_texts()
    assert shown[:3] == [TITLES[1], TITLES[2], TITLES[0]]


def test_nadja_gives_the_micro_app_another_name(nadja: Guest, house: SomeCompany, opens: Opens) -> None:
    verena = opens(house.host, size="phone").has_session(house.resident("Verena Keller").session_token())
    verena.goes("/")
    expect(verena.page.locator(".bottomnav a[href='/faq/']")).to_have_text("Wissen")
    nadja.goes("/cockpit/settings/names/faq")
    nadja.page.locator("#name-de").fill("Hilfe im Haus")
    nadja.page.locator("#short_name-de").fill("Hilfe")
    expect(nadja.page.locator("#look")).to_contain_text("Hilfe im Haus")
    nadja.sees("button", "Veröffentlichen").click()
    expect(nadja.page.get_by_role("link", name="Hilfe im Haus").first).to_be_visible()
    assert verena.page.evaluate(SAYS, ["/", ">Hilfe<", PATIENCE])
    verena.goes("/faq/")
    expect(verena.page.locator(".bottomnav a[href='/faq/']")).to_have_text("Hilfe")
    expect(verena.page.get_by_role("heading", level=1)).to_have_text("Hilfe im Haus")
