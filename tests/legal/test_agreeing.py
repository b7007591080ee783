"""Agreeing: asked where it is needed, once, without an extra statement anywhere else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from quartier.accounts.names import account_of_person
from quartier.legal.jobs import sweep
from quartier.legal.models import LegalConsent, LegalVersion
from quartier.rights.erasing import erase
from quartier.testing import SomeCompany, Statements
from tests.accounts.desk import shown
from tests.deliveries.desk import deliveries
from tests.home.pages import headings, words
from tests.legal.documents import published
from tests.registration.guests import CHOSEN, at_the_way, invite


def answers(company: SomeCompany) -> list[tuple[object, ...]]:
    rows = company.db().scalars(select(LegalConsent).order_by(LegalConsent.id))
    return [(row.account_id, row.document, row.number, row.answer, row.language, row.asked) for row in rows]


def long_ago(company: SomeCompany, version: UUID) -> None:
    """As if it had been published yesterday: nobody has a form open any more."""
    with Session(company.platform.shell.platform) as db:
        yesterday = datetime.now(UTC) - timedelta(days=1)
        db.execute(update(LegalVersion).where(LegalVersion.id == version).values(published_at=yesterday))
        db.commit()
    company.platform.shell.snapshots.forget(company.id)


def test_a_resident_reads_agrees_once_and_comes_to_where_they_were_going(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller", language="fr")
    browser = verena.browser
    browser.get("/more")
    with Statements() as before:
        assert browser.get("/more").status_code == 200
    version = published(brunnenhof, "terms", asks=True, de="Seien Sie freundlich.", fr="Soyez aimables.")
    answer = browser.get("/search?q=lavoir")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/agree?next=/search%3Fq%3Dlavoir")
    page = browser.get(answer.headers["Location"]).text
    assert ("Soyez aimables." in words(page), "checked" in page) == (True, False)
    assert browser.post("/agree", {"next": "/search?q=lavoir"}).status_code == 422
    assert browser.post("/agree", {"agree": "terms:7", "next": "/"}).status_code == 409
    assert answers(brunnenhof) == []
    agreed = browser.post("/agree", {"agree": "terms:1", "next": "/search?q=lavoir"})
    assert (agreed.status_code, agreed.headers["Location"]) == (303, "/search?q=lavoir")
    assert answers(brunnenhof) == [(verena.account_id, "terms", 1, "agreed", "fr", "visit")]
    browser.get("/more")
    with Statements() as after:
        assert browser.get("/more").status_code == 200
    assert after.count == before.count
    assert "Vous avez accepté la version 1" in words(browser.get("/terms").text)
    published(brunnenhof, "terms", de="Seien Sie freundlich!")
    assert browser.get("/more").status_code == 200  # a correction of words asks nobody
    long_ago(brunnenhof, published(brunnenhof, "terms", asks=True, de="Seien Sie sehr freundlich."))
    assert browser.get("/more").status_code == 303
    assert brunnenhof.db().get_one(LegalVersion, (brunnenhof.id, version)).number == 1


def test_everybody_finds_what_they_answered_also_before_they_agree(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller", language="de").browser
    assert "Sie wurden hier noch nie" in verena.get("/account/agreements").text
    published(brunnenhof, "terms", asks=True, de="Seien Sie freundlich.")
    page = verena.get("/agree").text
    assert ("bottomnav" in page, "app-foot" in page) == (False, True)
    verena.post("/agree", {"agree": "terms:1"})
    published(brunnenhof, "terms", asks=True, de="Seien Sie sehr freundlich.")
    verena.post("/agree/declined")
    assert 'href="/account/agreements"' not in verena.get("/agree/declined").text
    own = verena.get("/account/agreements").text
    assert re.findall(r'href="/terms\?version=(\d)".*?(zugestimmt|abgelehnt)', own) == [
        ("2", "abgelehnt"),
        ("1", "zugestimmt"),
    ]


def test_a_form_that_was_open_is_taken_and_nothing_else_goes_on(brunnenhof: SomeCompany) -> None:
    browser = brunnenhof.resident("Verena Keller").browser
    version = published(brunnenhof, "terms", asks=True, de="Seien Sie freundlich.")
    fresh = browser.post("/account/data/export")
    assert fresh.headers["Location"] == "/account/data"
    assert browser.post("/welcome/later").headers["Location"] == "/"
    long_ago(brunnenhof, version)
    late = browser.post("/welcome/later", headers={"Referer": f"https://{brunnenhof.host}/account?x=1"})
    assert late.headers["Location"] == "/agree?next=/account%3Fx%3D1"
    part = browser.get("/more", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (403, "/agree?next=/")
    assert browser.get("/agree?next=//evil.example").status_code == 200
    assert browser.post("/agree", {"agree": "terms:1", "next": "//evil.example"}).headers["Location"] == "/"


def test_who_declines_may_leave_and_take_their_data_along(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    published(brunnenhof, "terms", asks=True, de="Seien Sie freundlich.")
    assert verena.browser.post("/agree/declined").headers["Location"] == "/agree/declined"
    assert headings(verena.browser.get("/agree/declined").text, 1) == ["Sie haben nicht zugestimmt"]
    assert [verena.browser.get(path).status_code for path in ("/account/data", "/terms", "/")] == [200, 200, 303]
    assert answers(brunnenhof) == [(verena.account_id, "terms", 1, "declined", "de", "visit")]
    assert verena.browser.post("/sign-out").headers["Location"] == "/sign-in"


def test_staff_and_programs_are_not_asked(brunnenhof: SomeCompany) -> None:
    published(brunnenhof, "terms", asks=True, de="Seien Sie freundlich.")
    assert brunnenhof.agent("Nadja Frei").browser.get("/more").status_code == 200
    answer = brunnenhof.visitor().get("/api/v1/me", headers={"Authorization": f"Bearer {brunnenhof.token()}"})
    assert answer.status_code == 200


def test_the_team_sees_who_agreed_and_reminds_the_others_once_a_day(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", "legal.publish", language="en").browser
    published(brunnenhof, "terms", asks=True, de="Seien Sie freundlich.")
    verena, jonas = brunnenhof.resident("Verena Keller"), brunnenhof.resident("=Jonas Meier")
    verena.browser.post("/agree", {"agree": "terms:1"})
    here = "/cockpit/legal/terms/agreements"
    html = words(nadja.get(f"{here}?state=waiting").text)
    assert ["Verena Keller" in html, "=Jonas Meier" in html] == [False, True]
    assert "agreed 1 not answered yet 1 declined 0" in html
    lines = nadja.get(f"{here}.csv").text.lstrip("\ufeff").splitlines()
    assert sorted(line.split(";")[0] for line in lines) == ["'=Jonas Meier", "Name", "Verena Keller"]
    for _twice in range(2):
        assert nadja.post("/cockpit/legal/terms/remind").status_code == 303
        brunnenhof.work()
    subject = "Bitte lesen und zustimmen: Nutzungsbedingungen"
    assert [(mail.person_id, mail.subject) for mail in deliveries(brunnenhof)] == [(jonas.person_id, subject)]


def test_the_proof_outlives_the_person_for_ten_years_and_is_found_by_the_address(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    published(brunnenhof, "terms", asks=True, de="Seien Sie freundlich.")
    verena.browser.post("/agree", {"agree": "terms:1"})
    shell = brunnenhof.platform.shell
    email = verena.viewer(brunnenhof.db()).email
    with Session(shell.platform) as db:
        erase(db, shell.storage, brunnenhof.id, verena.person_id)
        db.commit()
    left = brunnenhof.db().scalars(select(LegalConsent)).one()
    assert (left.account_id, left.answer) == (None, "agreed")
    regula = brunnenhof.agent("Regula Steiner", "legal.edit", "legal.publish").browser
    pages = [regula.post("/cockpit/legal/proof", {"email": one}) for one in (email.upper(), "emil@post.example", "x")]
    assert [(page.status_code, str(left.id) in page.text) for page in pages] == [
        (200, True),
        (200, False),
        (422, False),
    ]
    token, search = {"Authorization": f"Bearer {brunnenhof.token('legal.publish')}"}, "/api/v1/legal/consents/search"
    found = brunnenhof.visitor().post(search, headers=token, json={"email": email}).json or {}
    assert [(one["id"], one["account_id"], one["number"]) for one in found["items"]] == [(str(left.id), None, 1)]
    with Session(shell.platform) as db:
        db.execute(update(LegalConsent).where(LegalConsent.id == left.id).values(at=datetime(2016, 1, 1, tzinfo=UTC)))
        sweep(None, db)  # type: ignore[arg-type]
        db.commit()
    assert answers(brunnenhof) == []


def test_whoever_registers_agrees_to_the_terms_in_force_and_nothing_is_ticked_for_them(
    brunnenhof: SomeCompany,
) -> None:
    published(brunnenhof, "privacy", de="Wir schweigen.")
    published(brunnenhof, "terms", de="Seien Sie freundlich.")
    guest, browser = invite(brunnenhof), brunnenhof.visitor()
    at_the_way(guest, browser)
    page = browser.get("/join/way").text
    assert ('value="terms:1" required>' in page, 'name="agree" value="privacy' in page) == (True, False)
    for way in ("/join/way", "/join/way/passkey"):
        refused = shown(browser, browser.post(way, {**CHOSEN, "agree": "terms:0"})).text
        assert ("Bitte kreuzen Sie an, wem Sie zustimmen." in words(refused), " checked" in refused) == (True, False)
    assert browser.post("/join/way", {**CHOSEN, "agree": "terms:1"}).status_code == 303
    account = account_of_person(brunnenhof.db(), guest.person_id)
    assert answers(brunnenhof) == [(account, "terms", 1, "agreed", "de", "registration")]


def test_programs_read_documents_and_answers(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    published(brunnenhof, "terms", asks=True, de="Seien Sie freundlich.")
    verena.browser.post("/agree", {"agree": "terms:1"})
    browser = brunnenhof.visitor()
    (terms,) = (browser.get("/api/v1/legal").json or {})["items"]
    assert (terms["key"], terms["in_force"], terms["asked"]) == ("terms", 1, 1)
    assert (terms["versions"][0]["text"], terms["url"].endswith("/terms")) == ({"de": "Seien Sie freundlich."}, True)
    token = {"Authorization": f"Bearer {brunnenhof.token('legal.publish')}"}
    page = browser.get(f"/api/v1/legal/consents?account_id={verena.account_id}", headers=token).json or {}
    assert [(one["document"], one["number"], one["answer"]) for one in page["items"]] == [("terms", 1, "agreed")]
    assert browser.get("/api/v1/legal/consents?answer=declined", headers=token).json == {"items": [], "next": None}


def test_programs_write_drafts_and_publish_what_they_have_read(brunnenhof: SomeCompany) -> None:
    browser, tokens = brunnenhof.visitor(), {one: brunnenhof.token(one) for one in ("legal.edit", "legal.publish")}

    def ask(method: str, path: str, body: object = None, etag: str = "", scope: str = "legal.edit") -> TestResponse:
        headers = {"Authorization": f"Bearer {tokens[scope]}", **({"If-Match": etag} if etag else {})}
        return browser.open(
            method, f"/api/v1/legal/{path}", headers=headers, **({} if body is None else {"json": body})
        )

    first = ask("GET", "terms/draft")
    assert (first.json or {})["saved_at"] is None
    text = {"text": {"de": "Seien Sie [[wie?]] freundlich."}}
    assert ask("PUT", "terms/draft", text).status_code == 428
    saved = ask("PUT", "terms/draft", text, first.headers["ETag"])
    assert (saved.status_code, ask("PUT", "terms/draft", text, first.headers["ETag"]).status_code) == (200, 412)
    publish = {"needs_agreement": True, "note": {"de": "Neu."}}
    assert ask("POST", "terms/versions", publish, saved.headers["ETag"]).status_code == 403
    gap = ask("POST", "terms/versions", publish, saved.headers["ETag"], "legal.publish")
    assert (gap.status_code, "wie?" in gap.text) == (422, True)
    saved = ask("PUT", "terms/draft", {"text": {"de": "Seien Sie freundlich."}}, saved.headers["ETag"])
    made = ask("POST", "terms/versions", publish, saved.headers["ETag"], "legal.publish")
    assert (made.status_code, (made.json or {})["number"]) == (201, 1)
    again = ask("GET", "terms/draft").headers["ETag"]
    assert ask("POST", "terms/versions", publish, again, "legal.publish").status_code == 409  # there is no draft
    assert (ask("DELETE", "terms/draft", etag=again).status_code, ask("GET", "house/draft").status_code) == (204, 404)
