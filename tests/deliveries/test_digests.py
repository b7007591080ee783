"""Summaries: in the morning of the company, once, and with nothing that is not wanted any more."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from quartier.app import Platform
from quartier.deliveries.digests import COLLECT, turns, wake
from quartier.deliveries.models import MailDelivery, MailSettings
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver_many, send_again
from quartier.mail.invitations import Invitation, Meeting
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Action, Letter
from quartier.testing import SomeCompany
from tests.deliveries.desk import LINK, NEWS, change_address, deliveries, runner_with, send, write
from tests.mail.server import MailHost, mail_host

VERENA, URS = "verena@example.ch", "urs@example.ch"
ZURICH = ZoneInfo("Europe/Zurich")


def board(_company: str) -> Letter:
    return Letter("Velo zu verkaufen", "Guten Tag", ("Fast neu.",), Action("Lesen", "https://brunnenhof.example/p/1"))


BOARD = MailKind("core.board", {"de": "Pinnwand", "en": "Board", "fr": "Babillard"}, board, default="weekly")


def event(number: str, sequence: int, title: str, *, over: bool = False) -> Invitation:
    times = ("2027-07-01T14:00:00+02:00", "2027-07-01T18:00:00+02:00")
    return Invitation("CANCEL" if over else "REQUEST", title, (Meeting(number, sequence, *times),), place="EG")


@pytest.fixture
def host() -> Iterator[MailHost]:
    with mail_host() as running:
        yield running


@pytest.fixture(autouse=True)
def kinds(platform: Platform) -> Iterator[None]:
    platform.shell.mails |= {"core.news": NEWS, "core.board": BOARD}
    yield
    del platform.shell.mails["core.news"], platform.shell.mails["core.board"]


def age(company: SomeCompany, days: int, event: str = "%") -> None:
    """What waits has waited for so long."""
    with company.db() as db:
        waiting = update(MailDelivery).where(MailDelivery.state == "collected", MailDelivery.event.like(event))
        db.execute(waiting.values(created_at=datetime.now(UTC) - timedelta(days=days)))
        db.commit()


def collect(company: SomeCompany) -> None:
    runner = runner_with(company.platform, None)
    runner(runner.known.jobs[COLLECT], company.id, {}, 1)


def states(company: SomeCompany) -> list[tuple[str, str, str]]:
    return sorted((one.address, one.kind, one.state) for one in deliveries(company))


def test_what_is_wanted_daily_comes_in_one_mail_and_once(brunnenhof: SomeCompany, host: MailHost) -> None:
    write(brunnenhof, VERENA, kind=LINK)
    change_address(brunnenhof, VERENA, paces={"core.news": "daily", "core.board": "daily"})
    write(brunnenhof, VERENA, event="house:1")
    write(brunnenhof, VERENA, event="house:2")
    write(brunnenhof, VERENA, kind=BOARD)
    assert write(brunnenhof, VERENA, event="house:1") == []
    age(brunnenhof, 1)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(collect, (brunnenhof, brunnenhof)))
    collect(brunnenhof)
    (digest,) = (one for one in deliveries(brunnenhof) if one.kind == "mail.digest")
    send(brunnenhof, host, [digest.id])
    (mail,) = host.taken
    plain, html = (mail.message.get_body((part,)).get_content() for part in ("plain", "html"))
    assert mail.message["Subject"] == "Ihre Zusammenfassung: 3 Nachrichten"
    said = [line.strip(" *") for line in plain.splitlines()]
    assert [said.count(one) for one in ("Neues", "Neues im Haus", "Pinnwand", "Velo zu verkaufen")] == [1, 2, 1, 1]
    assert "https://brunnenhof.example/p/1" in html
    assert {one.state for one in deliveries(brunnenhof) if one.kind != "core.link"} == {"sent", "summed_up"}


def test_what_is_weekly_waits_for_monday_and_what_came_since_the_morning_for_the_next(brunnenhof: SomeCompany) -> None:
    brunnenhof.plant(MailSettings(paces={"core.news": "daily"}))
    write(brunnenhof, VERENA)
    collect(brunnenhof)
    assert states(brunnenhof) == [(VERENA, "core.news", "collected")]
    write(brunnenhof, URS, kind=BOARD)
    age(brunnenhof, 8)
    change_address(brunnenhof, VERENA, paces={"core.news": "never"})
    collect(brunnenhof)
    assert states(brunnenhof) == [
        (URS, "core.board", "summed_up"), (URS, "mail.digest", "waiting"), (VERENA, "core.news", "withheld")
    ]  # fmt: skip


def test_what_is_left_when_todays_summary_is_written_waits_and_what_is_old_is_no_news(brunnenhof: SomeCompany) -> None:
    brunnenhof.plant(MailSettings(paces={"core.news": "daily"}))
    for event, days in (("house:1", 1), ("house:2", 1), ("house:3", 30)):
        write(brunnenhof, VERENA, event=event)
        age(brunnenhof, days, event)
        collect(brunnenhof)
    assert [one.state for one in deliveries(brunnenhof)] == ["summed_up", "waiting", "collected", "failed"]


def test_essential_and_secret_mails_wait_for_no_summary(brunnenhof: SomeCompany) -> None:
    brunnenhof.plant(MailSettings(paces={"core.link": "weekly", "core.news": "never"}))
    write(brunnenhof, VERENA, kind=LINK)
    (ended,) = write(brunnenhof, VERENA)
    assert states(brunnenhof) == [(VERENA, "core.link", "waiting"), (VERENA, "core.news", "withheld")]
    with brunnenhof.db() as db:
        assert send_again(db, db.get_one(MailDelivery, (brunnenhof.id, ended))) is False


@pytest.mark.parametrize(
    ("now", "morning", "monday"),
    [
        ("2026-11-24T06:30", "2026-11-24T07:00+01:00", "2026-11-23T07:00+01:00"),
        ("2026-11-23T05:59", "2026-11-22T07:00+01:00", "2026-11-16T07:00+01:00"),
        ("2026-10-25T06:30", "2026-10-25T07:00+01:00", "2026-10-19T07:00+02:00"),
    ],
)
def test_the_morning_is_the_companys(now: str, morning: str, monday: str) -> None:
    found = turns(datetime.fromisoformat(now).replace(tzinfo=UTC), ZURICH)
    assert found == (datetime.fromisoformat(morning), datetime.fromisoformat(monday))


def test_a_company_is_woken_in_its_morning_and_if_something_waits(brunnenhof: SomeCompany) -> None:
    def woken(zone: str) -> int:
        shell = brunnenhof.platform.shell
        with Session(shell.platform) as db:
            db.execute(text("UPDATE company SET timezone = :zone WHERE id = :id"), {"zone": zone, "id": brunnenhof.id})
            wake(runner_with(brunnenhof.platform, None).house, db)
            count = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :job AND args ->> 'company' = :id")
            found = db.scalar(count, {"job": COLLECT, "id": str(brunnenhof.id)})
            db.rollback()
        return found or 0

    hour = datetime.now(UTC).hour
    eight, night = (f"Etc/GMT{(hour - at + 11) % 24 - 11:+d}" for at in (8, 22))
    assert woken(eight) == 0
    brunnenhof.plant(MailSettings(paces={"core.news": "daily"}))
    write(brunnenhof, VERENA)
    assert (woken(eight), woken(night)) == (1, 0)


def test_a_summary_tells_calendars_what_its_mails_say_in_the_end(brunnenhof: SomeCompany, host: MailHost) -> None:
    write(brunnenhof, VERENA)
    change_address(brunnenhof, VERENA, paces={"core.news": "daily"})
    told = [event("1", 0, "Saal"), event("2", 0, "Sauna"), event("1", 1, "Saal", over=True)]
    with brunnenhof.db() as db:
        for one in told:
            letter = replace(NEWS.sample("Brunnenhof"), invitation=one)
            deliver_many(db, NEWS, [Reader(VERENA)], lambda _reader, it=letter: it, event=f"{one.meetings}")
        db.commit()
    age(brunnenhof, 1)
    collect(brunnenhof)
    (digest,) = (one for one in deliveries(brunnenhof) if one.kind == "mail.digest")
    send(brunnenhof, host, [digest.id])
    (part,) = (one for one in host.taken[0].message.walk() if one.get_content_type() == "text/calendar")
    found = Calendar.from_ical(part.get_payload(decode=True))
    said = [(*(str(one[key]) for key in ("uid", "status", "sequence", "summary", "location")),)
            for one in found.walk("VEVENT")]  # fmt: skip
    assert (str(found["method"]), part.get_param("method")) == ("PUBLISH", "PUBLISH")
    assert said == [("1", "CANCELLED", "1", "Saal", "EG"), ("2", "CONFIRMED", "0", "Sauna", "EG")]
