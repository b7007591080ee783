"""What is wrong about somebody, said in their own words: the team answers, and nobody else can."""

from __future__ import annotations

import re

from sqlalchemy import select, update

from quartier.locks.models import Correction
from quartier.locks.services import save_link
from quartier.people.models import Person
from quartier.people.policies import EDIT
from quartier.testing import SomeBody, SomeCompany
from tests.accounts.desk import mails_to
from tests.notifications.desk import under_the_bell
from tests.profile.desk import REFUSED, sent

DATA, DESK = "/account/data", "/cockpit/estate/corrections"
WORDS = "Ich wohne seit Mai hier, nicht seit Juni."


def said(company: SomeCompany, body: SomeBody, words: str = WORDS) -> Correction:
    """A wish, sent twice with one form."""
    shown = re.search(r'name="correction_id" value="([^"]+)"', body.browser.get(DATA).text)
    assert shown is not None
    for _again in range(2):
        assert body.browser.post(f"{DATA}/correct", {"wrong": words, "correction_id": shown[1]}).status_code == 303
    with company.db() as db:
        return db.scalars(select(Correction)).one()


def test_a_resident_says_what_is_wrong_and_reads_what_became_of_it(brunnenhof: SomeCompany) -> None:
    team = brunnenhof.agent("Nadja Frei", EDIT, "people.read", "estate.read", language="de")
    nadja = team.browser
    verena = brunnenhof.resident("Verena Keller", language="de")
    for refused in ("", "a\0b"):
        assert sent(verena, f"{DATA}/correct", {"wrong": refused})[0] == REFUSED
    long = verena.browser.post(f"{DATA}/correct", {"wrong": "x" * 2001})
    assert (long.status_code, "x" * 2001 in long.text) == (422, True), "nothing that was typed is lost"
    url = f"{DESK}/{said(brunnenhof, verena).id}/answer"
    heard = "Jemand meldet: Etwas zur eigenen Person stimmt nicht"
    number, bell = under_the_bell(team, "/cockpit/notifications")
    (told,) = re.findall(r'href="(/notifications/[0-9a-f-]{36})"', bell)
    assert (number, heard in bell, nadja.get(told).headers["Location"]) == (1, True, url)
    assert [(one.subject, "Keller" in one.text) for one in mails_to(brunnenhof, team.email)] == [(heard, False)]
    with brunnenhof.db() as db:
        save_link(db, system="ImmoTop", correction_email="erp@erp.example", owned=["person.phone"])
        db.execute(update(Person).filter_by(id=verena.person_id).values(title="Dr."))
        db.commit()
    assert (WORDS in nadja.get(DESK).text, url in nadja.get(DESK).text) == (True, True)
    assert nadja.post(url, {"decline": "1"}).status_code == 422
    assert nadja.post(url, {"decline": "1", "reason": "Im Vertrag steht Juni."}).status_code == 303
    assert nadja.post(url, {}).headers["Location"].endswith(DESK)  # answered already
    number, bell = under_the_bell(verena)
    assert (number, "Das Team hat auf Ihren Hinweis geantwortet" in bell) == (1, True)
    (told,) = re.findall(r'href="(/notifications/[0-9a-f-]{36})"', bell)
    assert verena.browser.get(told).headers["Location"] == DATA
    page = verena.browser.get(DATA).text
    assert ("Im Vertrag steht Juni." in page, "nicht geändert" in page) == (True, True)
    brunnenhof.work()
    assert ["Im Vertrag steht Juni." in one.text for one in mails_to(brunnenhof, verena.email)] == [True]


def test_who_may_change_nobody_there_hears_of_no_wish(brunnenhof: SomeCompany) -> None:
    home, _building = brunnenhof.house()
    team = {
        "all": brunnenhof.agent("Nadja Frei", EDIT), "there": brunnenhof.agent("Urs Wyss", EDIT),
        "elsewhere": brunnenhof.agent("Rosa Roth", EDIT).limited_to(home),
        "reads": brunnenhof.agent("Jan Meier", "people.read"),
    }  # fmt: skip
    verena = brunnenhof.resident("Verena Keller")
    team["there"].limited_to(brunnenhof.property_id)
    said(brunnenhof, verena)
    assert {who: under_the_bell(one, "/cockpit/notifications")[0] for who, one in team.items()} == {
        "all": 1, "there": 1, "elsewhere": 0, "reads": 0,
    }  # fmt: skip


def test_only_who_changes_this_person_answers(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    wish = said(brunnenhof, brunnenhof.resident("Verena Keller"))
    home, _building = brunnenhof.house()
    others = {
        "elsewhere": nordlicht.agent("Svenja Petersen", EDIT),
        "in another house": brunnenhof.agent("Urs Wyss", EDIT).limited_to(home),
        "a reader": brunnenhof.agent("Jan Meier", "people.read"),
        "a neighbour": brunnenhof.resident("Emil Kunz"),
    }
    url = f"{DESK}/{wish.id}/answer"
    assert {who: one.browser.post(url, {}).status_code for who, one in others.items()} == {
        "elsewhere": 404, "in another house": 404, "a reader": 403, "a neighbour": 403,
    }  # fmt: skip
    with brunnenhof.db() as db:
        assert db.get_one(Correction, (brunnenhof.id, wish.id)).closed_at is None
