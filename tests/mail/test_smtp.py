"""Talking to a mail server: what it takes, what it refuses, and what it says nothing about."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult

from quartier.config import Config, MailServer
from quartier.mail.smtp import Outcome, Parcel, Postman, Unreachable, verdict
from tests.mail.server import MailHost, mail_host

BODY = b"From: p@portal.example\r\nTo: v@example.ch\r\nSubject: Hello\r\nMessage-ID: <1@portal.example>\r\n\r\nText\r\n"


@pytest.fixture
def host() -> Iterator[MailHost]:
    with mail_host() as running:
        yield running


def parcel(recipient: str = "verena@example.ch", *, plain: bool = True) -> Parcel:
    return Parcel("portal@portal.example", recipient, BODY, plain)


def handed(server: MailServer, *parcels: Parcel) -> list[Outcome]:
    postman = Postman(server)
    try:
        return [postman.hand_over(one) for one in parcels]
    finally:
        postman.close()


def test_several_mails_go_over_one_connection(host: MailHost) -> None:
    outcomes = handed(host.config, parcel(), parcel("urs@example.ch"), parcel('"a b"@example.ch'))
    assert outcomes == [Outcome("sent")] * 3
    assert [one.recipients for one in host.taken] == [["verena@example.ch"], ["urs@example.ch"], ['"a b"@example.ch']]
    assert ({one.sender for one in host.taken}, host.connections) == ({"portal@portal.example"}, 1)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ("550 5.1.1 No such user", "bounced"),
        ("550 No such user", "bounced"),
        ("553 5.1.3 Bad syntax", "bounced"),
        ("550 5.7.1 Relaying denied", "failed"),
        ("552 5.2.2 Mailbox full", "failed"),
        ("450 4.2.0 Greylisted, come back", "later"),
        ("452 Too many recipients", "later"),
    ],
)
def test_a_refused_recipient_is_told_from_a_refused_mail(host: MailHost, answer: str, state: str) -> None:
    host.on_rcpt = lambda address: answer if address.startswith("verena") else None
    assert handed(host.config, parcel(), parcel("urs@example.ch")) == [Outcome(state, answer), Outcome("sent")]


def test_a_text_that_is_refused_says_nothing_against_the_address(host: MailHost) -> None:
    host.on_data = lambda address: {"verena": "554 Looks like spam", "urs": "451 4.3.0 Later"}.get(address[:-11])
    assert [one.state for one in handed(host.config, parcel(), parcel("urs@example.ch"), parcel("a@example.ch"))] == [
        "failed", "later", "sent",
    ]  # fmt: skip


def test_a_refused_sender_is_our_own_trouble_and_all_mail_waits(host: MailHost) -> None:
    host.on_mail = lambda _address: "550 5.7.1 Sender not allowed"
    with pytest.raises(Unreachable, match=r"550 5\.7\.1 Sender not allowed"):
        handed(host.config, parcel())


def test_a_server_that_is_going_down_makes_all_mail_wait(host: MailHost) -> None:
    host.on_rcpt = lambda _address: "421 4.3.2 Shutting down"
    with pytest.raises(Unreachable, match="421"):
        handed(host.config, parcel())


def test_a_server_that_is_not_there_makes_all_mail_wait() -> None:
    with mail_host() as host:
        gone = host.config
    with pytest.raises(Unreachable):
        handed(gone, parcel())


def test_silence_after_the_text_leaves_open_whether_it_is_on_its_way(host: MailHost) -> None:
    def hang_up(_address: str) -> None:
        raise ConnectionError

    host.on_data = hang_up
    postman = Postman(host.config)
    assert postman.hand_over(parcel()).state == "unclear"
    host.on_data = lambda _address: None
    assert postman.hand_over(parcel()) == Outcome("sent")
    postman.close()
    assert ([one.number for one in host.taken], host.connections) == (["<1@portal.example>"] * 2, 2)


def test_a_connection_that_was_closed_meanwhile_is_made_anew(host: MailHost) -> None:
    postman = Postman(host.config)
    assert postman.hand_over(parcel()) == Outcome("sent")
    assert postman._smtp is not None
    assert postman._smtp.sock is not None
    postman._smtp.sock.shutdown(2)
    assert postman.hand_over(parcel("urs@example.ch")) == Outcome("sent")
    postman.close()
    assert (len(host.taken), host.connections) == (2, 2)


def test_a_name_in_another_script_goes_where_it_is_understood(host: MailHost) -> None:
    assert handed(host.config, parcel("zoë@example.ch", plain=False)) == [Outcome("sent")]
    assert host.taken[0].recipients == ["zoë@example.ch"]


def test_without_an_enhanced_code_the_place_of_a_refusal_decides() -> None:
    assert [verdict(550, "550 no", mailbox=where) for where in (True, False)] == ["bounced", "failed"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine that nobody else has signed, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    paths = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-out", paths[0], "-keyout", paths[1]],
        check=True, capture_output=True,
    )  # fmt: skip
    return paths


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_way_to_the_server_is_closed_to_others_and_it_is_asked_who_it_is(
    certificate: tuple[Path, Path], security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)
    options = {"ssl_context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    with mail_host(**options) as host:
        server = replace(host.config, security=security)
        with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
            handed(server, parcel())
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert handed(server, parcel()) == [Outcome("sent")]


def test_a_server_may_want_to_know_who_we_are() -> None:
    def knows(_server: object, _session: object, _envelope: object, _how: str, data: object) -> AuthResult:
        return AuthResult(success=getattr(data, "password", b"") == b"geheim", handled=False)

    with mail_host(authenticator=knows, auth_require_tls=False) as host:
        right = replace(host.config, user="portal", password="geheim")
        assert handed(right, parcel()) == [Outcome("sent")]
        with pytest.raises(Unreachable, match="535"):
            handed(replace(right, password="falsch"), parcel())


def test_the_environment_says_where_mail_goes() -> None:
    environ = {
        "SMTP_HOST": "mx.example", "SMTP_SECURITY": "TLS", "SMTP_USER": "portal", "SMTP_PASSWORD": "geheim",
        "SMTP_PER_MINUTE": "600", "QUARTIER_DOMAIN": "portal.example", "SMTP_BOUNCES": "b@portal.example",
    }  # fmt: skip
    config = Config.from_env(environ)
    assert config.smtp == MailServer(
        "mx.example", 465, "tls", "portal", "geheim", "portal.example", "b@portal.example", 600
    )
    assert "geheim" not in repr(config)
    assert config.sender == "no-reply@portal.example"
    assert Config.from_env(environ | {"SMTP_SENDER": "post@portal.example"}).sender == "post@portal.example"
    assert Config.from_env({}).smtp is None
    with pytest.raises(ValueError, match="SMTP_SECURITY"):
        Config.from_env(environ | {"SMTP_SECURITY": "ssl"})
