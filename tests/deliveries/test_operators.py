"""The platform's own mail: to operators, over the same server, without any company."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.app import Platform
from quartier.deliveries.operators import deliver_to_operator, send_to_operators
from quartier.i18n.voice import Voice
from quartier.mail.messages import Enclosure
from quartier.mail.models import OutboxMail
from tests.deliveries.desk import link, runner_with
from tests.mail.server import MailHost, mail_host


@pytest.fixture
def host() -> Iterator[MailHost]:
    with mail_host() as running:
        yield running


def write(platform: Platform, host: MailHost | None, address: str) -> None:
    house = runner_with(platform, host).house
    with Session(platform.shell.platform) as db:
        deliver_to_operator(db, house.config, address, Voice("en"), link())
        db.commit()


def send(platform: Platform, host: MailHost | None) -> None:
    with Session(platform.shell.platform) as db:
        send_to_operators(runner_with(platform, host).house, db)
        db.commit()


def mail_to(platform: Platform, address: str) -> OutboxMail:
    with Session(platform.shell.platform) as db:
        return db.scalars(select(OutboxMail).filter_by(recipient=address)).one()


def summoned(platform: Platform) -> int:
    with platform.shell.platform.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'mail.operators' AND status = 'todo'"
        )
        return int(found.scalar_one())


def test_a_mail_to_an_operator_is_sent_soon_and_its_words_are_gone(platform: Platform, host: MailHost) -> None:
    before = summoned(platform)
    write(platform, host, "mara@quartier.example")
    assert summoned(platform) == before + 1
    send(platform, host)
    (taken,) = host.to("mara@quartier.example")
    assert (taken.message["From"], taken.message["Subject"]) == ("Quartier <no-reply@localhost>", "Ihr Link")
    mail = mail_to(platform, "mara@quartier.example")
    assert (mail.sent_at is not None, mail.text, mail.html) == (True, "", "")
    send(platform, host)
    assert len(host.to("mara@quartier.example")) == 1


def test_who_buys_gets_a_file_with_the_mail_and_answers_to_who_sells(platform: Platform, host: MailHost) -> None:
    house, paper = (
        runner_with(platform, host).house,
        Enclosure("application/pdf", b"%PDF-1.7 " * 2000, "Q-2026-0001.pdf"),
    )
    with Session(platform.shell.platform) as db:
        to = "ruth@brunnenhof.example"
        deliver_to_operator(db, house.config, to, Voice("de"), link(), reply_to="mara@x.example", enclosure=paper)
        db.commit()
    send(platform, host)
    (taken,) = host.to("ruth@brunnenhof.example")
    [file] = [part for part in taken.message.walk() if part.get_filename()]
    assert (file.get_filename(), file.get_content_type(), file.get_payload(decode=True)) == (
        "Q-2026-0001.pdf", "application/pdf", paper.content,
    )  # fmt: skip
    assert taken.message["Reply-To"] == "Quartier <mara@x.example>"
    with Session(platform.shell.platform) as db:
        kept = db.scalars(select(OutboxMail).filter_by(recipient="ruth@brunnenhof.example")).one()
        assert (kept.enclosure, kept.enclosure_name) == (None, "Q-2026-0001.pdf")


def test_a_refusal_is_written_down_and_a_server_that_is_down_is_tried_again(platform: Platform, host: MailHost) -> None:
    host.on_rcpt = lambda address: {"a": "550 5.1.1 Unknown", "b": "450 Later"}.get(address[0])
    for name in ("anna@quartier.example", "boris@quartier.example"):
        write(platform, host, name)
    send(platform, host)
    gone, waiting = (mail_to(platform, f"{name}@quartier.example") for name in ("anna", "boris"))
    assert (gone.reason, gone.sent_at, gone.text) == ("550 5.1.1 Unknown", None, "")
    assert (waiting.reason, waiting.sent_at, waiting.text != "") == ("450 Later", None, True)
    with mail_host() as down:
        pass
    send(platform, down)
    host.on_rcpt = lambda _address: None
    send(platform, host)
    assert [one.recipients[0] for one in host.taken] == ["boris@quartier.example"]


def test_without_a_server_it_stays_where_operators_can_see_it(platform: Platform) -> None:
    before = summoned(platform)
    write(platform, None, "carla@quartier.example")
    send(platform, None)
    assert summoned(platform) == before
    assert "https://brunnenhof.example/reset/geheim" in mail_to(platform, "carla@quartier.example").text
