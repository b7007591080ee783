"""Writing documents in the Cockpit: from a text to start from to a version that stays."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from quartier.legal.models import LegalVersion
from quartier.testing import Browser, SomeCompany
from tests.home.pages import links, words
from tests.legal.documents import published

EDIT, PUBLISH = "/cockpit/legal/terms/edit", "/cockpit/legal/terms/publish"


@pytest.fixture
def regula(brunnenhof: SomeCompany) -> Browser:
    """Runs the company."""
    return brunnenhof.agent("Regula Steiner", "legal.edit", "legal.publish", language="en").browser


def write(browser: Browser, version: int, path: str = EDIT, **texts: str) -> int:
    sent = {f"text.{language}": text for language, text in texts.items()}
    return browser.post(path, {**sent, "version": version, "do": "save"}).status_code


def test_a_text_to_start_from_knows_the_company_and_is_not_published_with_gaps(
    brunnenhof: SomeCompany, regula: Browser
) -> None:
    page = regula.get(EDIT).text
    start = page.split('name="text.de"')[1].split("</textarea>")[0]
    assert "[[Vorlage: bitte ergänzen, von einer Fachperson prüfen lassen und diese Zeile löschen]]" in start
    assert "Brunnenhof AG stellt es" in start
    assert ["Es gilt Schweizer Recht" in start, "ausser über" in start, "@CH" in start] == [True, True, False]
    assert write(regula, 0, de="Es gilt Recht in [[Ort]].") == 303
    answer = regula.post(PUBLISH, {"version": 2, "starts": brunnenhof.agent().visit().today.isoformat()})
    assert answer.status_code == 422
    assert "Deutsch: One gap is still open: “Ort”" in words(answer.text)
    assert regula.get("/terms").text.count("legal-links") == 0


def test_what_is_published_is_linked_at_once_and_stays_as_it_was(brunnenhof: SomeCompany, regula: Browser) -> None:
    today = brunnenhof.agent().visit().today.isoformat()
    write(regula, 0, de="Seien Sie freundlich.", en="Be kind.")
    assert regula.post(PUBLISH, {"version": 2, "starts": today}).status_code == 303
    visitor = brunnenhof.visitor()
    assert links(visitor.get("/sign-in").text, 'class="legal-links"') == [("/terms", "Nutzungsbedingungen")]
    write(regula, 3, de="Seien Sie sehr freundlich.", en="Be kind.")
    before = regula.post(PUBLISH, {"version": 4, "starts": "2020-01-01"})
    assert (before.status_code, "A new version holds from" in words(before.text)) == (422, True)
    regula.post(PUBLISH, {"version": 4, "starts": today, "note.de": "Noch freundlicher"})
    html = regula.get("/cockpit/legal/terms/history").text
    assert '<dd lang="de"><div class="diff">Seien Sie <ins>sehr </ins>freundlich.</div>' in html
    assert "Seien Sie freundlich." in words(visitor.get("/terms?version=1").text)
    assert "Noch freundlicher" in words(visitor.get("/terms").text)
    same = regula.post(
        EDIT, {"text.de": "Seien Sie sehr freundlich.", "text.en": "Be kind.", "version": 5, "do": "save"}
    )
    assert same.status_code == 303
    nothing = regula.post(PUBLISH, {"version": 6, "starts": today})
    assert "Nothing is different from the version that was published last." in words(nothing.text)


def test_an_earlier_version_is_taken_up_again_and_people_may_be_asked_anew(
    brunnenhof: SomeCompany, regula: Browser
) -> None:
    published(brunnenhof, "terms", de="Ruhe ab 22 Uhr", asks=True)
    published(brunnenhof, "terms", de="Ruhe ab 20 Uhr")
    write(regula, 1, de="Ruhe immer")
    path, today = "/cockpit/legal/terms/versions/1/restore", brunnenhof.agent().visit().today.isoformat()
    assert path in regula.get("/cockpit/legal/terms/history?version=1").text
    assert "/restore" not in regula.get("/cockpit/legal/terms/history").text
    page = regula.get(path).text
    assert "Ruhe ab <del>20</del><ins>22</ins> Uhr" in page
    assert "The draft of the next version stays a draft." in words(page)
    old = regula.post(path, {"version": 2, "starts": "2020-01-01"})
    assert (old.status_code, "A new version holds from" in words(old.text)) == (422, True)
    late = regula.post(path, {"version": 1, "starts": today})
    assert (late.status_code, "Somebody has changed this document meanwhile." in words(late.text)) == (409, True)
    asked = {"version": 2, "starts": today, "needs_agreement": "true", "note.de": "Wie früher"}
    assert regula.post(path, asked).status_code == 303
    html = brunnenhof.visitor().get("/terms").text
    assert ("Ruhe ab 22 Uhr" in html, "Wie früher" in html) == (True, True)
    verena = brunnenhof.resident("Verena Keller").browser
    assert verena.get("/").headers["Location"].startswith("/agree")
    assert "Ruhe immer" in regula.get(EDIT).text
    same = regula.post("/cockpit/legal/terms/versions/3/restore", {"version": 3, "starts": today})
    assert "Nothing is different from the version that was published last." in words(same.text)
    assert regula.get("/cockpit/legal/terms/versions/9/restore").status_code == 404
    with brunnenhof.db() as db:
        rows = db.scalars(select(LegalVersion).order_by(LegalVersion.number)).all()
        assert [(one.number, one.text["de"], one.needs_agreement) for one in rows] == [
            (1, "Ruhe ab 22 Uhr", True), (2, "Ruhe ab 20 Uhr", False), (3, "Ruhe ab 22 Uhr", True),
        ]  # fmt: skip


def test_two_people_at_once_see_both_texts_and_nothing_is_lost(brunnenhof: SomeCompany, regula: Browser) -> None:
    write(regula, 0, de="Eins")
    write(regula, 2, de="Zwei")
    answer = regula.post(EDIT, {"text.de": "Drei", "version": 2, "do": "save"})
    assert answer.status_code == 409
    assert "Somebody else saved in the meantime" in words(answer.text)
    assert ["<del>Zwei</del><ins>Drei</ins>" in answer.text, ">\nDrei</textarea>" in answer.text] == [True, True]
    assert write(regula, 3, de="Drei") == 303
    late = regula.post(PUBLISH, {"version": 3, "starts": "2099-01-01"})
    assert (late.status_code, brunnenhof.db().scalar(select(func.count(LegalVersion.id)))) == (409, 0)


def test_a_notice_asks_for_no_agreement_and_a_company_adds_a_few_documents(
    brunnenhof: SomeCompany, regula: Browser
) -> None:
    write(regula, 0, "/cockpit/legal/privacy/edit", de="Wir schweigen.")
    today = brunnenhof.agent().visit().today.isoformat()
    refused = regula.post("/cockpit/legal/privacy/publish", {"version": 2, "starts": today, "needs_agreement": "true"})
    assert (refused.status_code, "Nobody agrees to a notice" in words(refused.text)) == (422, True)
    assert regula.post("/cockpit/legal/new", {"title.de": "  "}).status_code == 422
    made = [regula.post("/cockpit/legal/new", {"title.de": "Waschküche"}).headers.get("Location") for _each in range(6)]
    assert made == [
        "/cockpit/legal/waschkuche/edit",
        *(f"/cockpit/legal/waschkuche-{n}/edit" for n in range(2, 6)),
        None,
    ]


def test_who_only_writes_does_not_publish(brunnenhof: SomeCompany) -> None:
    aylin = brunnenhof.agent("Aylin Demirci", "legal.edit").browser
    published(brunnenhof, "house-rules", title="Hausordnung", de="Ruhe ab 22 Uhr")
    assert "Veröffentlichen" not in words(aylin.get("/cockpit/legal/house-rules/edit").text)
    assert aylin.post("/cockpit/legal/house-rules/end").status_code == 403
    nadja = brunnenhof.agent("Nadja Frei", "legal.publish").browser
    assert nadja.post("/cockpit/legal/house-rules/end").status_code == 303
    html = brunnenhof.visitor().get("/sign-in").text
    assert ("legal-links" in html, brunnenhof.visitor().get("/legal/house-rules?version=1").status_code) == (False, 200)
