"""Telling in time that something ends: those who may buy, or who manages the team, and sales; each end once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from quartier.accounts.permissions import TEAM_ADMIN
from quartier.app import Platform, house_of
from quartier.contracts.entitlement import DENY, TRIAL, Span
from quartier.contracts.models import Contract, ModuleTrial
from quartier.db.base import new_id
from quartier.lapse.jobs import look_at
from quartier.lapse.models import LapseReminder
from quartier.lapse.queries import End, companies_to_look_at, ends_due
from quartier.tenancy.models import Company
from quartier.testing import SomeCompany, work_off
from quartier.web.read_only import BUY

ZURICH = ZoneInfo("Europe/Zurich")
TODAY = datetime.now(UTC).astimezone(ZURICH).date()


def span(ends: date | None, starts: date = date(2020, 1, 1), **more: Any) -> Span:
    return Span("faq", starts, ends, ZURICH, **more)


@pytest.mark.parametrize(("left", "told"), [(31, None), (30, 30), (29, 30), (8, 30), (7, 7), (2, 7), (1, 1), (0, 1)])
def test_the_most_pressing_step_is_told(left: int, told: int | None) -> None:
    """Also when the hour for an earlier one was missed: a worker that was away for a week tells once."""
    ends = TODAY + timedelta(days=left + 1)
    expected = [End("faq", ends, told)] if told else []
    assert ends_due([span(ends)], datetime.now(UTC)) == expected


def test_what_is_followed_by_more_or_has_just_begun_does_not_end() -> None:
    now, end = datetime.now(UTC), TODAY + timedelta(days=8)
    assert ends_due([span(end), span(None, starts=end)], now) == []
    assert ends_due([span(TODAY + timedelta(days=30), starts=TODAY, rank=TRIAL)], now) == []
    assert ends_due([span(end, starts=end - timedelta(days=30), rank=TRIAL)], now) == [End("faq", end, 7)]
    denied = Span("faq", end, None, ZURICH, allows=False, rank=DENY)
    assert ends_due([span(None), denied], now) == [End("faq", end, 7)]
    assert ends_due([span(None)], now) == []


def move_end(company: SomeCompany, ends: date | None) -> None:
    with Session(company.platform.shell.platform) as db:
        db.execute(update(Contract).where(Contract.company_id == company.id).values(ends=ends))
        db.commit()
    company.platform.shell.snapshots.forget(company.id)


def look(company: SomeCompany) -> None:
    """What the hourly look does for this company, at any hour; and what follows from it."""
    shell = company.platform.shell
    with Session(shell.platform, expire_on_commit=False) as db:
        if company.id in companies_to_look_at(db, datetime.now(UTC).date()):
            look_at(house_of(shell), db, db.get_one(Company, company.id), datetime.now(UTC))
        db.commit()
    work_off(company.platform)


def told(company: SomeCompany) -> list[tuple[str, str]]:
    """Who was told of what at the bell, in the order of their names."""
    with company.db() as db:
        rows = db.rows(
            "SELECT p.given_name AS who, n.kind || ' ' || (n.facts ->> 'last') AS what FROM notification_receipt r "
            "JOIN notification n ON n.company_id = r.company_id AND n.id = r.notification_id "
            "JOIN person p ON p.company_id = r.company_id AND p.id = r.person_id ORDER BY p.given_name, n.id"
        )
    return [(row.who, row.what) for row in rows]


def sales_mail(platform: Platform, company: SomeCompany) -> list[tuple[str, str]]:
    """Mails to operators about this company: to whom, and the subject."""
    with platform.shell.platform.connect() as db:
        name = db.scalar(text("SELECT name FROM company WHERE id = :one"), {"one": company.id})
        query = text(
            "SELECT recipient, subject FROM outbox_mail WHERE company_id IS NULL AND subject LIKE :start ORDER BY id"
        )
        return [(row.recipient, row.subject) for row in db.execute(query, {"start": f"{name}:%"})]


@pytest.fixture
def firm(make_company: Callable[..., SomeCompany], platform: Platform) -> SomeCompany:
    return make_company(f"Brunnenhof {new_id().hex[-8:]}", modules=("faq", "pinboard"))


def test_each_end_is_told_once_to_who_may_buy_and_to_sales(firm: SomeCompany, console: Callable[..., Any]) -> None:
    console("sales")
    firm.agent("Nadja Frei", BUY)
    firm.agent("Regula Steiner", TEAM_ADMIN)
    firm.resident("Verena Keller")
    last = TODAY + timedelta(days=7)
    move_end(firm, last + timedelta(days=1))
    for _again in range(2):
        look(firm)
        assert told(firm) == [("Nadja", f"lapse.ending {last}")]
    mails = sales_mail(firm.platform, firm)
    assert len(mails) == len({recipient for recipient, _subject in mails}) > 0
    moved = last + timedelta(days=10)  # nothing of the first is true any more: it is taken back, and the other is told
    move_end(firm, moved + timedelta(days=1))
    look(firm)
    assert told(firm) == [("Nadja", f"lapse.ending {moved}")]
    move_end(firm, None)
    look(firm)
    assert told(firm) == []


def test_who_manages_the_team_is_told_where_nobody_may_buy_and_reads_it_in_their_language(firm: SomeCompany) -> None:
    regula = firm.agent("Regula Steiner", TEAM_ADMIN, language="fr")
    last = TODAY + timedelta(days=1)
    move_end(firm, last + timedelta(days=1))
    look(firm)
    assert told(firm) == [("Regula", f"lapse.nobody_buys {last}")]
    assert "Fin de contrat le" in regula.browser.get("/cockpit/notifications").text


def test_the_end_of_a_trial_is_told_as_one_and_not_as_the_end_of_a_contract(firm: SomeCompany) -> None:
    nadja = firm.agent("Nadja Frei", BUY, language="en")
    start = TODAY - timedelta(days=23)
    with Session(firm.platform.shell.platform) as db:
        db.execute(text("DELETE FROM contract_line WHERE company_id = :one AND module = 'pinboard'"), {"one": firm.id})
        db.add(
            ModuleTrial(
                company_id=firm.id, id=new_id(), module="pinboard", starts=start, ends=start + timedelta(days=30),
                reason="", author="",
            )
        )  # fmt: skip
        db.commit()
    look(firm)
    page = nadja.browser.get("/cockpit/notifications").text
    assert ("Trial ends on" in page, "Contract ends on" in page) == (True, False)


def test_two_workers_at_once_tell_once(firm: SomeCompany) -> None:
    firm.agent("Nadja Frei", BUY)
    move_end(firm, TODAY + timedelta(days=8))
    shell, both = firm.platform.shell, threading.Barrier(2)

    def worker() -> None:
        with Session(shell.platform, expire_on_commit=False) as db:
            company = db.get_one(Company, firm.id)
            both.wait()
            look_at(house_of(shell), db, company, datetime.now(UTC))
            db.commit()

    threads = [threading.Thread(target=worker) for _each in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    work_off(firm.platform)
    assert len(told(firm)) == 1
    with Session(shell.platform) as db:
        assert len(db.scalars(select(LapseReminder).filter_by(company_id=firm.id)).all()) == 2
