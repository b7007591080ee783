"""Legal pages in the studio: where each stands, and what is typed on the page that people will open."""

from __future__ import annotations

import re
from html import unescape

import pytest

from quartier.testing import Browser, SomeCompany
from tests.legal.documents import published
from tests.settings.forms import send, words

ROOM = "/cockpit/settings/brand/legal"
STAGE = f"{ROOM}/terms/stage"
BRAND = "/cockpit/settings/brand"


@pytest.fixture
def nadja(company: SomeCompany) -> Browser:
    """Looks after the company's look and its texts."""
    return company.agent("Nadja Frei", "company.settings", "legal.edit", "legal.publish", language="en").browser


def frames(page: str) -> list[str]:
    """The pages in the frames."""
    return [unescape(found) for found in re.findall(r'<iframe srcdoc="([^"]*)"', page)]


def test_what_is_typed_stands_on_the_page_that_people_will_open(company: SomeCompany, nadja: Browser) -> None:
    published(company, "terms", de="Ruhe ab 22 Uhr", fr="Silence dès 22 h")
    send(nadja, BRAND, theme="warm", colour="#8C2F39", do="draft")
    typed = {"text.de": "Ruhe", "text.fr": "# L'heure\n\n<b>Silence</b>", "language": "fr", "view": "wide"}
    page = nadja.post(STAGE, typed).text
    light, dark = frames(page)
    assert page.count('class="wide-frame" data-theme="warm"') == 2
    for one, mode in ((light, "light"), (dark, "dark")):
        assert f'<html lang="fr-CH" data-theme="warm" data-mode="{mode}">' in one
        assert "Conditions d’utilisation" in one
        assert "version 2" in words_of(one)
        assert "<h2" in one
        assert "<b>Silence" not in one
        sheet = unescape(re.findall(r'rel="stylesheet" href="([^"]+)"', one)[0])
        assert "--block:#8c2f39" in nadja.get(sheet).text
        assert '<head><base target="_blank">' in one
    verena = company.visitor().get("/terms").text
    assert ("Ruhe ab 22 Uhr" in verena, 'data-theme="klar"' in verena) == (True, True)
    assert nadja.get("/cockpit/").text.count('data-theme="klar"') == 1


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_who_only_writes_sees_the_look_in_force(company: SomeCompany, nadja: Browser) -> None:
    send(nadja, BRAND, theme="warm", do="draft")
    aylin = company.agent("Aylin Demirci", "legal.edit", language="de").browser
    shown = frames(aylin.post(STAGE, {"text.de": "Ruhe", "language": "de"}).text)
    assert ['data-theme="klar" data-mode="dark"' in one for one in shown] == [False, True]
    assert {
        aylin.get(unescape(re.findall(r'rel="stylesheet" href="([^"]+)"', one)[0])).status_code for one in shown
    } == {200}
    assert (aylin.get(ROOM).status_code, aylin.post(f"{ROOM}/chess/stage").status_code) == (200, 404)
    assert company.agent("Jon Frei", "company.settings").browser.get(ROOM).status_code == 403


def test_the_room_says_where_each_document_stands_and_leads_on(company: SomeCompany, nadja: Browser) -> None:
    published(company, "terms", de="Ruhe ab 22 Uhr")
    nadja.post("/cockpit/legal/privacy/edit", {"text.de": "Wir schweigen.", "version": 0, "do": "save"})
    page = nadja.get(f"{ROOM}?document=privacy&view=phone&language=de")
    said = words(page)
    assert ("Version 1, in force since" in said, "Nothing published yet" in said, "missing" in said) == (True,) * 3
    links = re.findall(r'href="(/cockpit/legal/[^"]+)"', page.text)
    assert links == [
        f"/cockpit/legal/{one}" for one in (
            "imprint/edit?from=studio", "privacy/edit?from=studio", "privacy/publish?from=studio",
            "terms/agreements", "terms/edit?from=studio", "terms/history?from=studio",
        )
    ]  # fmt: skip
    assert ["Wir schweigen." in one for one in frames(page.text)] == [True, True]
    tab = f'<a href="{ROOM}"'
    jon = company.agent("Jon Frei", "company.settings").browser
    assert [tab in one for one in (page.text, nadja.get(BRAND).text, jon.get(BRAND).text)] == [True, True, False]
    assert f'<a href="{BRAND}"' in page.text
    start = frames(nadja.get(f"{ROOM}?document=imprint").text)
    assert "[[" in start[0]


def test_the_desk_leads_back_to_the_room_one_came_from(company: SomeCompany, nadja: Browser) -> None:
    """Through saving, and to the list for whoever came from there."""
    desk = "/cockpit/legal/privacy"
    saved = nadja.post(f"{desk}/edit?from=studio", {"text.de": "Wir schweigen.", "version": 0, "do": "save"})
    assert saved.headers["Location"] == f"{desk}/edit?language=de&from=studio"
    for page, first in ((f"{desk}/edit", "/cockpit/legal"), (saved.headers["Location"], f"{ROOM}?document=privacy")):
        crumbs = re.search(r'<nav class="crumbs".*?href="([^"]+)"', nadja.get(page).text, re.DOTALL)
        assert crumbs is not None
        assert crumbs[1] == first
    assert nadja.post(f"{desk}/discard?from=studio").headers["Location"] == ROOM
    assert nadja.post(f"{desk}/discard").headers["Location"] == "/cockpit/legal"


def test_who_deletes_the_draft_in_a_room_stays_in_it(company: SomeCompany, nadja: Browser) -> None:
    for room, back in (("tone", f"{BRAND}/tone"), ("https://evil.example", BRAND), ("", BRAND)):
        send(nadja, BRAND, colour="#8c2f39", do="draft")
        page = nadja.get(f"{BRAND}/tone").text
        form = dict(re.findall(r'<input type="hidden" name="(mark|room)" value="([^"]+)"', page))
        assert form["room"] == "tone"
        assert nadja.post(f"{BRAND}/discard", form | {"room": room}).headers["Location"] == back
