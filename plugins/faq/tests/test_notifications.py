"""Residents are told of a new article when they can read it, and of nothing where the module is off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from plugins.faq import services
from plugins.faq.tests.sample import EDITOR, draft
from quartier.sdk import Audience, new_id
from quartier.testing import SomeBody, SomeCompany


def seen(body: SomeBody) -> tuple[bool, bool]:
    """Whether the bell has a number, and whether the article stands in the list."""
    page = body.browser.get("/notifications").text
    return 'class="count"' in page, "Altglas" in page


def test_an_article_is_told_when_it_can_be_read(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    owner = brunnenhof.resident("Lea Eigen", kind="ownership")
    with brunnenhof.db() as db:
        article = draft(db, "Altglas", audience=Audience(who=frozenset({"tenants"})))
        services.publish(db, article.id, by=EDITOR, at=datetime.now(UTC) + timedelta(days=1))
        db.commit()
    hurry(brunnenhof)
    assert seen(verena) == (False, False)
    with brunnenhof.db() as db:
        services.publish(db, article.id, by=EDITOR)
        services.publish(db, article.id, by=EDITOR)
        db.commit()
    brunnenhof.work()
    assert (seen(verena), seen(owner)) == ((True, True), (False, False))
    link = verena.browser.get("/notifications").text.partition('href="/notifications/')[2].partition('"')[0]
    brunnenhof.switch("faq", properties=(brunnenhof.house()[0],))
    assert seen(verena) == (False, False)
    brunnenhof.switch("faq", on=False)
    assert (seen(verena), verena.browser.get(f"/notifications/{link}").status_code) == ((False, False), 404)
    brunnenhof.switch("faq")
    assert verena.browser.get(f"/notifications/{link}").headers["Location"] == f"/faq/{article.slug}"
    assert seen(verena) == (False, True)


def hurry(company: SomeCompany) -> None:
    """The job for tomorrow comes today: too early, for the article is not there yet."""
    with company.platform.shell.platform.begin() as connection:
        connection.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'"))
    company.work()


def test_what_is_important_reaches_everybody_after_a_look_at_who_that_is(brunnenhof: SomeCompany) -> None:
    verena, nadja = (
        brunnenhof.resident("Verena Keller"),
        brunnenhof.agent("Nadja Frei", "faq.edit", "faq.publish", "mail.read"),
    )
    with brunnenhof.db() as db:
        article = draft(db, "Wasser", "Am *Montag* kein Wasser.\n\nBitte vorsorgen.")
        url = f"/cockpit/faq/{article.id}/important"
        db.commit()
    browser = nadja.browser
    assert browser.get(url).headers["Location"] == f"/cockpit/faq/{article.id}/edit"
    assert browser.post(url).headers["Location"] == f"/cockpit/faq/{article.id}/edit"
    with brunnenhof.db() as db:
        services.publish(db, article.id, by=EDITOR)
        db.commit()
    by_mail = brunnenhof.person("Ruth Ohne", email="ruth@example.ch")
    lives_with(brunnenhof, by_mail, brunnenhof.person("Alma Still"))
    page = browser.get(url).text
    seal = page.partition('name="seal" value="')[2].partition('"')[0]
    assert (seal, "Alma Still" in page, "ruth@example.ch" in page) == ("3-1-2-1", True, True)
    urs = brunnenhof.resident("Urs Frei")
    assert browser.post(url, {"seal": seal}).status_code == 409
    sent = browser.post(url, {"seal": "4-2-3-1"})
    again = browser.post(url, {"seal": "4-2-3-1"})
    assert again.headers["Location"] == f"/cockpit/faq/{article.id}/edit"
    brunnenhof.work()  # finds the people
    brunnenhof.work()  # sends
    assert (seen(urs), verena.browser.get("/notifications").text.count("Wasser")) == ((True, False), 2)
    proof = browser.get(sent.headers["Location"])
    assert [name in proof.text for name in ("Alma Still", "Ruth Ohne", "Urs Frei", "ruth@example.ch")] == [True] * 4
    lines = browser.get(f"{sent.headers['Location']}.csv").text.splitlines()
    assert [line.split(";")[:2] + line.split(";")[4:5] for line in lines[1:]] == [
        ["Urs Frei", "ja", "Aufbewahrt"], ["Verena Keller", "ja", "Aufbewahrt"], ["Ruth Ohne", "nein", "Aufbewahrt"],
        ["Alma Still", "nein", ""],
    ]  # fmt: skip
    mails = brunnenhof.db().rows("SELECT recipient, subject, text FROM outbox_mail ORDER BY recipient")
    ruth = next(mail for mail in mails if mail.recipient == "ruth@example.ch")
    assert (len(mails), ruth.subject, "Bitte vorsorgen." in ruth.text) == (3, "Wichtig: Wasser", True)
    assert "/notifications/" not in ruth.text
    past = "/cockpit/notifications/important"
    page = browser.get(f"{past}?q=wass").text
    assert (sent.headers["Location"] in page, "4 Personen" in page, "3 E-Mails" in page) == (True, True, True)
    assert "1 nicht erreicht" in page
    assert "Wasser" not in browser.get(f"{past}?q=100%").text.partition("<main")[2]
    nobody = brunnenhof.agent("Dragan Fern", "mail.read").limited_to(brunnenhof.house()[0])
    assert {nobody.browser.get(one).status_code for one in (sent.headers["Location"], past)} == {404}
    brunnenhof.switch("faq", on=False)
    assert browser.get(url).status_code == 404


def lives_with(company: SomeCompany, *people: Any) -> None:
    """They share somebody's flat, without an account."""
    with company.db() as db:
        period = db.rows("SELECT occupancy_id FROM occupant ORDER BY id LIMIT 1")[0].occupancy_id
    with company.platform.shell.platform.begin() as connection:
        for person in people:
            connection.execute(
                text(
                    "INSERT INTO occupant (company_id, id, occupancy_id, person_id, role) "
                    "VALUES (:company, :id, :period, :person, 'co_tenant')"
                ),
                {"company": company.id, "id": new_id(), "period": period, "person": person.id},
            )
