"""A mail server to talk to: it takes, refuses, or falls silent, as a test tells it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from quartier.config import MailServer

Rule = Callable[[str], str | None]
FINE = "250 2.0.0 Ok"


@dataclass
class Taken:
    """A mail that the server took."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    raw: bytes = b""

    @property
    def number(self) -> str:
        """Its Message-ID."""
        return str(self.message["Message-ID"])


@dataclass
class MailHost:
    """`on_mail`, `on_rcpt` and `on_data` answer an address with a refusal, or None to go on.

    `on_data` is asked with the recipient when the text is there; what it raises ends the connection without an answer.
    """

    on_mail: Rule = field(default=lambda _address: None)
    on_rcpt: Rule = field(default=lambda _address: None)
    on_data: Rule = field(default=lambda _address: None)
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def config(self) -> MailServer:
        """How to reach it."""
        return MailServer("127.0.0.1", self.port, security="none", helo="portal.example", timeout=20)

    def to(self, recipient: str) -> list[Taken]:
        """What it took for somebody."""
        return [one for one in self.taken if one.recipients == [recipient]]

    async def handle_EHLO(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Somebody calls."""
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """From whom."""
        envelope.mail_from = address
        return self.on_mail(address) or FINE

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """To whom."""
        if refusal := self.on_rcpt(address):
            return refusal
        envelope.rcpt_tos.append(address)
        return FINE

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """The text."""
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message = cast("EmailMessage", message_from_bytes(content, policy=policy.SMTP))
        taken = Taken(str(envelope.mail_from), list(envelope.rcpt_tos), message, content)
        try:
            if refusal := self.on_data(envelope.rcpt_tos[0]):
                return refusal
        except ConnectionError:
            self.taken.append(taken)
            cast("Any", server).transport.abort()
            return FINE
        self.taken.append(taken)
        return FINE


class OnAnyPort(Controller):
    """Listens on a port that the machine chooses."""

    def _trigger_server(self) -> None:
        self.port = cast("Any", self.server).sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_host(**options: Any) -> Iterator[MailHost]:
    """A server on a free port of this machine; `options` are those of aiosmtpd."""
    host = MailHost()
    controller = OnAnyPort(host, hostname="127.0.0.1", port=0, enable_SMTPUTF8=True, **options)
    controller.start()
    try:
        host.connections = 0  # the controller has called itself to see whether it listens
        host.port = controller.port
        yield host
    finally:
        controller.stop()
