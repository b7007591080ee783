"""Reports that come later: matched to their mail by its number, and to nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from click.testing import CliRunner

from quartier.cli import cli
from quartier.db.base import new_id
from quartier.mail.reports import Report, read_report
from quartier.testing import SomeCompany
from tests.deliveries.desk import address_of, deliveries, send, write
from tests.mail.server import MailHost, mail_host

VERENA = "verena@example.ch"
REPORT = """\
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; verena@example.ch
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <verena@example.ch>: Recipient
    address rejected

--b
Content-Type: message/rfc822

Message-ID: <{given_back}@portal.example>
Subject: Neues im Haus

--b--
"""


def report(number: UUID, *, way: str = "verp", action: str = "failed", status: str = "5.1.1") -> bytes:
    to = f"bounces+{number.hex}@portal.example" if way == "verp" else "bounces@portal.example"
    given_back = f"{number.hex}.1" if way == "message" else "abc"
    return REPORT.format(to=to, action=action, status=status, given_back=given_back).encode()


@pytest.fixture
def host() -> Iterator[MailHost]:
    with mail_host() as running:
        yield running


@pytest.mark.parametrize("way", ["verp", "message"])
def test_a_report_is_matched_by_its_address_or_by_the_mail_it_gives_back(way: str) -> None:
    number = new_id()
    words = "550 5.1.1 <verena@example.ch>: Recipient address rejected"
    assert read_report(report(number, way=way)) == Report(number, "bounced", words)


def test_a_refusal_for_other_reasons_is_no_fault_of_the_address() -> None:
    found = read_report(report(new_id(), status="5.7.1"))
    assert found is not None
    assert found.state == "failed"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe not a mail",
        b"To: bounces+0123@portal.example\n\nI am on holiday.",
        report(new_id(), action="delayed"),
        report(new_id(), way="neither"),
        report(new_id()).replace(b"message/delivery-status", b"text/plain"),
    ],
)
def test_what_is_no_report_about_a_mail_of_ours_is_left_alone(raw: bytes) -> None:
    assert read_report(raw) is None


def take_in(company: SomeCompany, raw: bytes) -> str:
    result = CliRunner().invoke(cli, ["mail", "bounced"], input=raw, env=environment(company))
    assert result.exit_code == 0, result.output
    return result.output


def environment(company: SomeCompany) -> dict[str, str]:
    config = company.platform.shell.config
    return {"DATABASE_URL": str(config.database_url), "DATABASE_PLATFORM_URL": str(config.database_platform_url)}


def test_a_mail_that_comes_back_later_is_known_to_have_bounced(brunnenhof: SomeCompany, host: MailHost) -> None:
    (one,) = write(brunnenhof, VERENA)
    assert "There is no sent mail" in take_in(brunnenhof, report(one))  # it waits: nobody can have sent it back
    send(brunnenhof, host, [one], bounces="bounces@portal.example")
    number = UUID(host.taken[0].sender.removeprefix("bounces+").partition("@")[0])
    assert str(one) in take_in(brunnenhof, report(number))
    (row,) = deliveries(brunnenhof)
    known = address_of(brunnenhof, VERENA)
    assert (row.state, row.reason.split(" ")[1], known.bounced_at is not None) == ("bounced", "5.1.1", True)
    assert "There is no sent mail" in take_in(brunnenhof, report(one))  # once is enough
    assert "no report" in take_in(brunnenhof, b"Hello")


def test_a_report_touches_no_other_companys_address(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, host: MailHost
) -> None:
    for company in (brunnenhof, nordlicht):
        send(company, host, write(company, VERENA))
    take_in(brunnenhof, report(deliveries(brunnenhof)[0].id, status="5.1.1"))
    assert [one.state for one in deliveries(nordlicht)] == ["sent"]
    assert address_of(nordlicht, VERENA).bounced_at is None
