"""The console's bell: who hears of what happens at companies, once, in their language, and reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator
from quartier.accounts.permissions import TEAM_ADMIN
from quartier.alerts.jobs import leads_due, ring
from quartier.alerts.models import OperatorAlert
from quartier.alerts.wording import words
from quartier.app import Platform, house_of
from quartier.db.base import new_id
from quartier.i18n.texts import using
from quartier.i18n.voice import Language, Voice
from quartier.leads.models import Lead
from quartier.leads.services import ask_sales
from quartier.mail.models import OutboxMail
from quartier.support import services as support
from quartier.support.jobs import end_in_time
from quartier.support.services import Asking
from quartier.tenancy.models import Company
from quartier.testing import Browser, SomeCompany, work_off

TODAY = datetime.now(UTC).date()


@pytest.fixture
def db(platform: Platform) -> Iterator[Session]:
    with Session(platform.shell.platform, expire_on_commit=False) as session:
        yield session


def me(db: Session, role: str) -> Operator:
    """Whom `console(role)` has just made."""
    return db.scalars(select(Operator).filter_by(role=role).order_by(Operator.id.desc()).limit(1)).one()


def given(db: Session, company: SomeCompany, operator: Operator) -> None:
    db.execute(update(Company).where(Company.id == company.id).values(manager_id=operator.id))
    db.commit()


def told(db: Session, company: SomeCompany) -> list[tuple[UUID, str]]:
    db.expire_all()
    rows = db.scalars(select(OperatorAlert).filter_by(customer_id=company.id).order_by(OperatorAlert.id))
    return [(row.operator_id, row.kind) for row in rows]


def mails(db: Session, operator: Operator) -> list[str]:
    found = select(OutboxMail.subject).filter_by(company_id=None, recipient=operator.email).order_by(OutboxMail.id)
    return list(db.scalars(found))


def test_a_lead_rings_who_looks_after_the_company_at_once(
    console: Callable[..., Browser], brunnenhof: SomeCompany, nordlicht: SomeCompany, db: Session
) -> None:
    """And nobody else: of a company that nobody looks after, all of sales."""
    other, mara = console("sales"), console("sales")
    zoe = me(db, "sales")
    given(db, brunnenhof, zoe)
    for company in (brunnenhof, nordlicht):
        with company.db() as portal:
            ask_sales(portal, source="marketplace", topic="bookings", asks="Nadja Frei", today=TODAY)
            portal.commit()
    work_off(brunnenhof.platform)
    assert told(db, brunnenhof) == [(zoe.id, "lead.asked")]
    sellers = set(db.scalars(select(Operator.id).filter_by(role="sales", is_active=True)))
    assert {reader for reader, _kind in told(db, nordlicht)} == sellers
    assert [subject for subject in mails(db, zoe) if "Brunnenhof" in subject] == [
        "Brunnenhof AG: asks about “Bookings”"
    ]
    body = select(OutboxMail.text).filter_by(recipient=zoe.email, subject="Brunnenhof AG: asks about “Bookings”")
    assert "Brunnenhof AG asks about “Bookings”." in db.scalars(body).one().splitlines()
    page = mara.get("/notifications").text
    assert ("Brunnenhof AG: asks about “Bookings”" in page, page.count('class="row-new"')) == (True, 2)
    assert "Brunnenhof AG" not in other.get("/notifications").text
    lead = db.scalars(select(Lead.id).filter_by(customer_id=brunnenhof.id)).one()
    one = db.scalars(select(OperatorAlert.id).filter_by(customer_id=brunnenhof.id)).one()
    assert other.get(f"/notifications/{one}").status_code == 404
    assert mara.get(f"/notifications/{one}").headers["Location"] == f"/leads/{lead}"
    page = mara.get("/notifications").text
    assert (page.count('class="row-new"'), "1 unread notification" in page) == (1, True)
    until = re.findall(r'name="until" value="([^"]+)"', page)[0]
    mara.post("/notifications/read", {"until": until})
    assert 'class="row-new"' not in mara.get("/notifications").text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ["Régie SA has ordered “Chat”, and nobody there may approve it.",
                "A lead is due: Régie SA asks about “Chat”.", "A lead is due: Parking."]),
        ("de", ["Régie SA hat «Chat» bestellt, und niemand dort darf es freigeben.",
                "Ein Lead ist fällig: Régie SA fragt nach «Chat».", "Ein Lead ist fällig: Parking."]),
        ("fr", ["Régie SA a commandé « Chat », et personne là-bas ne peut l’approuver.",
                "Une opportunité arrive à échéance : Régie SA s’intéresse à « Chat ».",
                "Une opportunité arrive à échéance : Parking."]),
    ],
)  # fmt: skip
def test_a_mail_begins_with_a_whole_sentence(language: Language, said: list[str]) -> None:
    """Who it is about stands in the subject; what they ask for is nothing that can be read without who asks."""
    told = [("lead.asked", {"product": "Chat", "stuck": True}), ("lead.due", {"product": "Chat", "who": ""}),
            ("lead.due", {"title": "Parking", "who": ""})]  # fmt: skip
    with using(Voice(language, "formal", "CH")):
        sentences = [words(kind, facts, "Régie SA").sentence for kind, facts in told]
    assert [one.replace("\xa0", " ").replace("\u202f", " ") for one in sentences] == said


def test_who_heard_of_it_is_told_once_however_often_a_worker_tries(
    console: Callable[..., Browser], brunnenhof: SomeCompany, db: Session
) -> None:
    console("sales")
    given(db, brunnenhof, zoe := me(db, "sales"))
    with brunnenhof.db() as portal:
        ring(portal, "host", host="portal.example.ch")
        portal.commit()
    work_off(brunnenhof.platform)
    again = text("UPDATE procrastinate_jobs SET status = 'todo' WHERE task_name = 'alerts.tell' AND status <> 'doing'")
    with brunnenhof.platform.shell.platform.connect() as connection:
        connection.execute(again)
        connection.commit()
    work_off(brunnenhof.platform)
    assert told(db, brunnenhof) == [(zoe.id, "host.lost")]
    assert mails(db, zoe) == ["Brunnenhof AG: the portal no longer answers at portal.example.ch"]


def test_support_hears_of_the_companys_answer(
    console: Callable[..., Browser], brunnenhof: SomeCompany, db: Session
) -> None:
    """Whoever asked, in their language; an end that they have chosen themselves is no news."""
    browser = console("support")
    ida = me(db, "support")
    ida.language = "fr"
    db.commit()
    regula = brunnenhof.agent("Regula Steiner", TEAM_ADMIN, language="en")
    for ends in (True, False):
        with brunnenhof.db() as portal:
            asked = support.ask(portal, Asking(ida.id, ida.name, new_id()), reason="Ticket 12", hours=4)
            portal.commit()
        assert regula.browser.post(f"/cockpit/support/{asked}/agree", {"hours": "1"}).status_code == 303
        if ends:
            regula.browser.post(f"/cockpit/support/{asked}/end", {})
        else:
            browser.post(f"/companies/{brunnenhof.id}/support/{asked}/end", {})
    with brunnenhof.db() as portal:
        asked = support.ask(portal, Asking(ida.id, ida.name, new_id()), reason="Ticket 13", hours=4)
        portal.commit()
    assert regula.browser.post(f"/cockpit/support/{asked}/agree", {"hours": "1"}).status_code == 303
    work_off(brunnenhof.platform)
    end_in_time(house_of(brunnenhof.platform.shell), db)  # nothing is over yet
    work_off(brunnenhof.platform)
    db.execute(text("UPDATE support_access SET agreed_at = now() - interval '2 h', ends_at = now() WHERE id = :id"),
               {"id": asked})  # fmt: skip
    db.commit()
    for _twice in range(2):
        end_in_time(house_of(brunnenhof.platform.shell), db)
        work_off(brunnenhof.platform)
    *before, last = mails(db, ida)
    assert (sorted(before), last) == (
        [
            "Brunnenhof AG : l’entreprise a mis fin à votre accès",
            *["Brunnenhof AG : vous avez maintenant accès, pendant 1 heure"] * 3,
        ],
        "Brunnenhof AG : la durée de votre accès est écoulée",
    )
    assert "by its time, " in regula.browser.get(f"/cockpit/support/{asked}").text
    assert regula.browser.get("/cockpit/support").text.count("ended, its time was over") == 1


def test_a_lead_that_is_due_is_told_to_who_is_responsible_each_date_once(
    console: Callable[..., Browser], platform: Platform, db: Session
) -> None:
    console("sales")
    zoe, word = me(db, "sales"), new_id().hex[-8:]
    facts = {"source": "console", "created_by": "x", "owner_id": zoe.id, "title": word, "prospect": f"{word} SA"}
    due, later, long_ago = (
        Lead(id=new_id(), due=TODAY + timedelta(days=days), **facts) for days in (0, 1, -30)
    )  # fmt: skip
    db.add_all([due, later, long_ago])
    db.commit()
    for _twice in range(2):
        leads_due(house_of(platform.shell), db)
    assert mails(db, zoe) == [f"{word} SA: a lead is due: {word}"]
    due.due = TODAY - timedelta(days=1)
    db.commit()
    leads_due(house_of(platform.shell), db)
    assert len(mails(db, zoe)) == 2


def test_who_is_given_a_company_or_a_lead_hears_of_it_and_who_takes_it_does_not(
    console: Callable[..., Browser], brunnenhof: SomeCompany, db: Session
) -> None:
    console("sales")
    zoe, mara = me(db, "sales"), console("sales")
    myself = me(db, "sales")
    mara.post(f"/companies/{brunnenhof.id}/manager", {"to": str(myself.id), "was": ""})
    mara.post(f"/companies/{brunnenhof.id}/manager", {"to": str(zoe.id), "was": str(myself.id)})
    lead = {"who": "Muster SA", "title": "Besichtigung"}
    mara.post("/leads/new", {**lead, "owner": str(myself.id)})
    mara.post("/leads/new", {**lead, "owner": str(zoe.id)})
    assert (told(db, brunnenhof), mails(db, myself)) == ([(zoe.id, "company.given")], [])
    assert mails(db, zoe) == [
        "Brunnenhof AG: you look after this company now", "Muster SA: a lead is yours: Besichtigung"
    ]  # fmt: skip
    assert "Nothing to tell you yet" in mara.get("/notifications").text
