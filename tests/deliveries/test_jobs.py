"""Sending: what is sent is sent once, what is not comes again, and nobody speaks under another company's name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.deliveries.jobs import pause_after, sweep
from quartier.deliveries.models import MailSettings
from quartier.mail.models import OutboxMail
from quartier.testing import SomeCompany
from tests.deliveries.desk import (
    LINK,
    NEWS,
    address_of,
    change_address,
    change_deliveries,
    deliveries,
    queued,
    runner_with,
    send,
    states,
    write,
)
from tests.mail.server import MailHost, mail_host

VERENA, URS = "verena@example.ch", "urs@example.ch"


@pytest.fixture
def host() -> Iterator[MailHost]:
    with mail_host() as running:
        yield running


def test_a_mail_arrives_on_the_companys_paper(brunnenhof: SomeCompany, host: MailHost) -> None:
    brunnenhof.plant(MailSettings(sender_name="Ihr Brunnenhof", reply_to="post@brunnenhof.example"))
    (one,) = write(brunnenhof, VERENA)
    send(brunnenhof, host, [one])
    (mail,) = host.taken
    token = address_of(brunnenhof, VERENA).token
    origin = brunnenhof.platform.shell.config.origin(brunnenhof.host)
    assert (mail.recipients, mail.message["From"]) == ([VERENA], "Ihr Brunnenhof <no-reply@localhost>")
    assert (mail.message["Reply-To"], mail.message["Subject"]) == (
        "Ihr Brunnenhof <post@brunnenhof.example>",
        "Neues im Haus",
    )
    assert mail.message["List-Unsubscribe"] == f"<{origin}/mails/{token}/core.news>"
    assert (mail.number, mail.message["Content-Language"]) == (f"<{one.hex}.1@localhost>", "de-CH")
    (row,) = deliveries(brunnenhof)
    assert (row.state, row.reason, row.ended_at is not None) == ("sent", "", True)


def test_what_is_sent_is_not_sent_again(brunnenhof: SomeCompany, host: MailHost) -> None:
    ids = write(brunnenhof, VERENA, URS)
    for attempt in (1, 2):
        send(brunnenhof, host, ids, attempt=attempt)
    assert [len(host.to(address)) for address in (VERENA, URS)] == [1, 1]


def test_what_another_worker_holds_is_looked_at_again_and_not_lost(brunnenhof: SomeCompany, host: MailHost) -> None:
    (one,) = write(brunnenhof, VERENA)
    before = queued(brunnenhof)
    with brunnenhof.db() as other:
        other.row("SELECT id FROM mail_delivery WHERE id = %s FOR UPDATE", (one,))
        send(brunnenhof, host, [one])
        assert (host.taken, queued(brunnenhof)) == ([], [*before, (1, True, 10)])
    send(brunnenhof, host, [one])
    assert (len(host.taken), len(queued(brunnenhof))) == (1, 2)


def test_a_secret_is_forgotten_as_soon_as_it_is_on_its_way(brunnenhof: SomeCompany, host: MailHost) -> None:
    ids = [*write(brunnenhof, VERENA, kind=LINK), *write(brunnenhof, VERENA, kind=NEWS)]
    send(brunnenhof, host, ids)
    assert [one.letter is None for one in deliveries(brunnenhof)] == [True, False]
    assert "geheim" in str(host.taken[0].message.get_body(("plain",)))
    assert "List-Unsubscribe" not in host.taken[0].message


def test_a_bounce_is_written_down_and_the_address_is_known_by_it(brunnenhof: SomeCompany, host: MailHost) -> None:
    host.on_rcpt = lambda address: "550 5.1.1 No such user" if address == VERENA else None
    send(brunnenhof, host, write(brunnenhof, VERENA, URS))
    assert states(brunnenhof) == {VERENA: "bounced", URS: "sent"}
    known = address_of(brunnenhof, VERENA)
    assert (known.reason, known.bounced_at is not None) == ("550 5.1.1 No such user", True)
    assert address_of(brunnenhof, URS).bounced_at is None


def test_after_a_bounce_only_what_is_essential_is_tried_and_a_success_clears_it(
    brunnenhof: SomeCompany, host: MailHost
) -> None:
    ids = write(brunnenhof, VERENA)
    change_address(brunnenhof, VERENA, bounced_at=datetime.now(UTC), reason="550 5.1.1 No such user")
    send(brunnenhof, host, ids)
    assert [(one.state, one.reason) for one in deliveries(brunnenhof)] == [("withheld", "bounced")]
    send(brunnenhof, host, write(brunnenhof, VERENA, kind=LINK))
    assert len(host.taken) == 1
    assert address_of(brunnenhof, VERENA).bounced_at is None


def test_who_wants_no_such_mail_gets_none_but_what_is_essential(brunnenhof: SomeCompany, host: MailHost) -> None:
    ids = [*write(brunnenhof, VERENA), *write(brunnenhof, VERENA, kind=LINK)]
    change_address(brunnenhof, VERENA, paces={"core.news": "never", "core.link": "never"})
    send(brunnenhof, host, ids)
    assert [(one.kind, one.state) for one in deliveries(brunnenhof)] == [
        ("core.news", "withheld"),
        ("core.link", "sent"),
    ]


def test_a_module_that_is_off_sends_nothing(brunnenhof: SomeCompany, host: MailHost) -> None:
    kind = type(NEWS)("faq.news", NEWS.label, NEWS.sample)
    (one,) = write(brunnenhof, VERENA, kind=kind)
    brunnenhof.switch("faq", on=False)
    send(brunnenhof, host, [one])
    assert ([(one.state, one.reason) for one in deliveries(brunnenhof)], host.taken) == ([("withheld", "module")], [])


def test_one_that_is_put_off_waits_alone_and_longer_each_time(brunnenhof: SomeCompany, host: MailHost) -> None:
    brunnenhof.work()  # nothing yet; so that only what follows is in the queue
    host.on_rcpt = lambda address: "450 4.2.0 Greylisted" if address == VERENA else None
    ids = write(brunnenhof, VERENA, URS)
    before = queued(brunnenhof)
    for attempt in (1, 2):
        send(brunnenhof, host, ids)
        waiting = next(one for one in deliveries(brunnenhof) if one.address == VERENA)
        assert (waiting.state, waiting.attempts, waiting.reason) == ("waiting", attempt, "450 4.2.0 Greylisted")
    assert states(brunnenhof)[URS] == "sent"
    assert queued(brunnenhof) == [*before, (1, True, 10), (1, True, 10)]
    host.on_rcpt = lambda _address: None
    send(brunnenhof, host, ids)
    assert (states(brunnenhof)[VERENA], len(host.to(VERENA))) == ("sent", 1)


def test_of_a_mail_that_was_taken_without_an_answer_goes_one_copy_more_if_somebody_needs_it(
    brunnenhof: SomeCompany, host: MailHost
) -> None:
    def hang_up(_address: str) -> None:
        raise ConnectionError

    host.on_data = hang_up
    ids = [*write(brunnenhof, VERENA, kind=LINK), *write(brunnenhof, URS)]
    expected = [("waiting", "sent"), ("sent", "sent"), ("sent", "sent")]
    for lot in expected:
        send(brunnenhof, host, ids)
        found = deliveries(brunnenhof)
        assert (tuple(one.state for one in found), {one.reason for one in found}) == (lot, {"unanswered"})
    assert (len(host.to(URS)), len({one.number for one in host.to(VERENA)}), len(host.to(VERENA))) == (1, 1, 2)
    assert found[0].letter is None


def test_a_server_that_is_down_makes_a_whole_portion_wait_and_loses_nothing(brunnenhof: SomeCompany) -> None:
    with mail_host() as gone:
        pass
    ids = write(brunnenhof, *(f"p{number}@example.ch" for number in range(12)))
    before = queued(brunnenhof)
    send(brunnenhof, gone, ids, timeout=5)
    assert {(one.state, one.attempts) for one in deliveries(brunnenhof)} == {("waiting", 1)}
    assert queued(brunnenhof) == [*before, (12, True, 0)]
    with mail_host() as back:
        send(brunnenhof, back, ids)
        assert len(back.taken) == 12
    assert set(states(brunnenhof).values()) == {"sent"}


def test_after_three_days_a_mail_ends_with_the_last_reason(brunnenhof: SomeCompany, host: MailHost) -> None:
    ids = [*write(brunnenhof, VERENA, kind=LINK), *write(brunnenhof, URS)]
    change_deliveries(brunnenhof, queued_at=datetime.now(UTC) - timedelta(days=3, minutes=1), reason="450 Greylisted")
    send(brunnenhof, host, ids)
    assert {(one.state, one.reason) for one in deliveries(brunnenhof)} == {("failed", "450 Greylisted")}
    assert (host.taken, [one.letter is None for one in deliveries(brunnenhof)]) == ([], [True, False])


def test_pauses_grow_from_a_minute_to_four_hours() -> None:
    pauses = [pause_after(attempt) / timedelta(minutes=1) for attempt in (1, 2, 3, 6, 40)]
    assert [round(pause, -1) // 10 for pause in pauses[2:]] == pytest.approx([1, 24, 24], abs=3)
    assert all(low <= pause <= high for pause, low, high in zip(pauses[:2], (0.9, 2.7), (1.1, 3.3), strict=True))


def test_a_company_sends_no_faster_than_it_may(brunnenhof: SomeCompany, host: MailHost) -> None:
    ids = write(brunnenhof, *(f"p{number}@example.ch" for number in range(5)))
    before = queued(brunnenhof)
    send(brunnenhof, host, ids, per_minute=3)
    assert (len(host.taken), queued(brunnenhof)) == (3, [*before, (5, True, 0)])
    (letter,) = write(brunnenhof, VERENA, kind=LINK)
    send(brunnenhof, host, [letter], per_minute=3)
    assert len(host.to(VERENA)) == 1  # a letter to one person does not wait behind a mailing
    change_deliveries(brunnenhof, ended_at=datetime.now(UTC) - timedelta(minutes=2))
    send(brunnenhof, host, ids, per_minute=3)
    assert len(host.taken) == 6


def test_a_company_never_sends_another_ones_mail(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, host: MailHost
) -> None:
    theirs, ours = write(nordlicht, "ayse@example.de"), write(brunnenhof, VERENA)
    send(brunnenhof, host, [*theirs, *ours])
    assert ([one.recipients for one in host.taken], states(nordlicht)) == ([[VERENA]], {"ayse@example.de": "waiting"})
    send(nordlicht, host, theirs)
    mails = {one.recipients[0]: one.message.as_string() for one in host.taken}
    assert all(
        ("Brunnenhof" in mail, "Nordlicht" in mail) == (to == VERENA, to != VERENA) for to, mail in mails.items()
    )


def test_without_a_server_mail_is_kept_for_operators(brunnenhof: SomeCompany) -> None:
    send(brunnenhof, None, write(brunnenhof, VERENA, kind=LINK))
    with brunnenhof.db() as db:
        mail = db.scalars(select(OutboxMail)).one()
    assert (mail.recipient, mail.subject, mail.sender) == (VERENA, "Ihr Link", "Brunnenhof AG <no-reply@localhost>")
    assert "https://brunnenhof.example/reset/geheim" in mail.text
    (row,) = deliveries(brunnenhof)
    assert (row.state, row.letter) == ("kept", None)


def test_what_cannot_be_done_at_all_ends_and_is_seen(brunnenhof: SomeCompany, host: MailHost) -> None:
    ids = write(brunnenhof, VERENA, URS)
    send(brunnenhof, host, ids[:1])
    runner = runner_with(brunnenhof.platform, host)
    arguments = {"deliveries": [str(one) for one in ids]}
    runner.give_up(runner.known.jobs["mail.send"], brunnenhof.id, arguments, 8)
    assert {one.address: (one.state, one.reason) for one in deliveries(brunnenhof)} == {
        VERENA: ("sent", ""), URS: ("failed", "internal"),
    }  # fmt: skip


def test_words_are_forgotten_after_a_season_and_the_log_after_a_year(brunnenhof: SomeCompany, host: MailHost) -> None:
    send(brunnenhof, host, write(brunnenhof, VERENA))
    now, runner = datetime.now(UTC), runner_with(brunnenhof.platform, None)

    def swept() -> list[bool]:
        with Session(brunnenhof.platform.shell.platform) as db:
            sweep(runner.house, db)
            db.commit()
        return [one.letter is None for one in deliveries(brunnenhof)]

    assert swept() == [False]
    change_deliveries(brunnenhof, ended_at=now - timedelta(days=91))
    assert swept() == [True]
    change_deliveries(brunnenhof, created_at=now - timedelta(days=401))
    assert swept() == []
