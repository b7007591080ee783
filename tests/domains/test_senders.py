"""A company's mails come from its own address, signed, while its name server has the key; else from ours."""

from __future__ import annotations

import re

import dkim
import pytest
from sqlalchemy import select, text

from quartier.accounts.permissions import COMPANY_SETTINGS
from quartier.deliveries.models import OwnSender
from quartier.domains.lookup import NameServers
from quartier.domains.senders import Heard, dkim_name, dkim_text, listen
from quartier.testing import Browser, SomeCompany
from tests.deliveries.desk import send, write
from tests.domains.conftest import NameServer
from tests.mail.server import mail_host

SENDER = "/cockpit/settings/sender"


@pytest.fixture
def regula(brunnenhof: SomeCompany) -> Browser:
    """May change the company's settings."""
    return brunnenhof.agent("Regula Steiner", COMPANY_SETTINGS, language="en").browser


def row_of(company: SomeCompany) -> OwnSender:
    with company.db() as db:
        return db.scalars(select(OwnSender)).one()


def quoted(words: str) -> str:
    """A TXT record has pieces of 255 bytes at most."""
    return " ".join(f'"{words[at : at + 255]}"' for at in range(0, len(words), 255))


def set_key(server: NameServer, company: SomeCompany) -> OwnSender:
    row = row_of(company)
    server.records[dkim_name(row), "TXT"] = quoted(dkim_text(row))
    return row


def asked_about(company: SomeCompany, browser: Browser) -> OwnSender:
    browser.post(f"{SENDER}/check")
    company.work()
    return row_of(company)


def arrived(company: SomeCompany, to: str) -> tuple[str, str, bytes]:
    """From line, envelope and bytes of a mail that goes through a server now."""
    with mail_host() as host:
        send(company, host, write(company, to))
    (taken,) = host.to(to)
    return str(taken.message["From"]), taken.sender, taken.raw


def verified(raw: bytes, server: NameServer) -> bool:
    def texts(name: bytes, timeout: int = 5) -> bytes | None:
        found = server.records.get((name.decode().rstrip("."), "TXT"))
        return "".join(re.findall(r'"([^"]*)"', found)).encode() if found else None

    return bool(dkim.verify(raw, dnsfunc=texts))


def test_mails_come_from_the_companys_own_address_with_a_signature_that_holds(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    assert regula.post(SENDER, {"address": "Portal@Brunnenhof.example"}).status_code == 303
    row = set_key(asked, brunnenhof)
    page = regula.get(SENDER).text
    assert (dkim_name(row) in page, dkim_text(row).replace("+", "&#43;") in page or dkim_text(row) in page) == (
        True,
        True,
    )
    assert "BEGIN" not in page
    before, _envelope, unsigned = arrived(brunnenhof, "a@post.example")
    assert ("no-reply@" in before, b"DKIM-Signature" in unsigned) == (True, False)
    assert asked_about(brunnenhof, regula).dkim == "ok"
    regula.post(f"{SENDER}/use", {"way": "use"})
    said, envelope, raw = arrived(brunnenhof, "b@post.example")
    assert "<Portal@brunnenhof.example>" in said
    assert envelope == brunnenhof.platform.shell.config.sender
    assert verified(raw, asked)
    assert not verified(raw.replace(b"Subject: ", b"Subject: Not "), asked)


def test_without_the_key_mails_come_from_the_platform_again_and_the_team_is_told_once(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    regula.post(SENDER, {"address": "portal@brunnenhof.example"})
    row = set_key(asked, brunnenhof)
    asked_about(brunnenhof, regula)
    regula.post(f"{SENDER}/use", {"way": "use"})
    del asked.records[dkim_name(row), "TXT"]
    for _time in range(2):
        assert asked_about(brunnenhof, regula).is_used is False
    assert "no-reply@" in arrived(brunnenhof, "c@post.example")[0]
    with brunnenhof.db() as db:
        told = db.scalar(text("SELECT count(*) FROM outbox_mail WHERE subject LIKE '%portal@brunnenhof.example%'"))
    assert told == 1
    set_key(asked, brunnenhof)
    asked_about(brunnenhof, regula)
    assert "<portal@brunnenhof.example>" in arrived(brunnenhof, "d@post.example")[0]


def test_nobody_writes_from_an_address_that_is_not_proved(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    regula.post(SENDER, {"address": "ceo@nordlicht.example"})
    brunnenhof.work()
    regula.post(f"{SENDER}/use", {"way": "use"})
    assert row_of(brunnenhof).wanted is False
    assert "no-reply@" in arrived(brunnenhof, "e@post.example")[0]


def test_a_key_that_cannot_be_read_any_more_signs_nothing_and_sends_from_the_platform(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    regula.post(SENDER, {"address": "portal@brunnenhof.example"})
    set_key(asked, brunnenhof)
    asked_about(brunnenhof, regula)
    regula.post(f"{SENDER}/use", {"way": "use"})
    with brunnenhof.db() as db:
        db.execute(text("UPDATE own_sender SET private_key = 'sealed:1:AAAA'"))
        db.commit()
    said, _envelope, raw = arrived(brunnenhof, "f@post.example")
    assert ("no-reply@" in said, b"DKIM-Signature" in raw) == (True, False)


def test_what_the_name_server_says_of_the_three_records(
    brunnenhof: SomeCompany, regula: Browser, name_server: NameServer
) -> None:
    regula.post(SENDER, {"address": "portal@mail.brunnenhof.example"})
    row, servers = row_of(brunnenhof), NameServers(f"127.0.0.1:{name_server.port}")
    name = dkim_name(row)
    assert listen(servers, row) == Heard("missing", "missing", "missing")
    name_server.records = {
        (name, "TXT"): quoted("v=DKIM1; p=AAAA"),
        ("mail.brunnenhof.example", "TXT"): '"v=spf1 mx -all"',
        ("_dmarc.brunnenhof.example", "TXT"): '"v=DMARC1; p=reject"',
    }
    assert listen(servers, row) == Heard("wrong", "ok", "ok")
    name_server.records[name, "TXT"] = quoted(dkim_text(row).replace("; ", ";"))
    name_server.records["_dmarc.mail.brunnenhof.example", "TXT"] = '"v=DMARC1; rua=x"'
    assert listen(servers, row) == Heard("ok", "ok", "wrong")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("brunnenhof.ch", "This is not an e-mail address."),
        ("", "This is not an e-mail address."),
        ("a@b@c.ch", "This is not an e-mail address."),
    ],
)
def test_what_is_no_address_is_said_at_the_field(regula: Browser, typed: str, sentence: str) -> None:
    wrong = regula.post(SENDER, {"address": typed})
    found = re.search(r'id="address-error".*?</p>', wrong.text, re.DOTALL)
    assert (wrong.status_code, found is not None and sentence in found[0]) == (422, True)


def test_another_domain_gets_another_key_and_the_same_one_keeps_it(
    brunnenhof: SomeCompany, regula: Browser, asked: NameServer
) -> None:
    keys = []
    for address in ("portal@brunnenhof.example", "post@brunnenhof.example", "portal@andere.example"):
        regula.post(SENDER, {"address": address})
        keys.append(row_of(brunnenhof).public_key)
    assert (keys[0] == keys[1], keys[1] == keys[2]) == (True, False)
    regula.post(f"{SENDER}/remove")
    with brunnenhof.db() as db:
        assert db.scalar(text("SELECT count(*) FROM own_sender")) == 0
