"""A letter as the bytes that travel: headers, plain text and HTML."""

from __future__ import annotations

from binascii import b2a_qp
from collections.abc import Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, localtime
from secrets import token_hex

from quartier.i18n.voice import Voice
from quartier.mail.addresses import Mailbox
from quartier.mail.letters import Letter, Letterhead, compose, one_line

# Addresses of pages stand in headers in one piece: not every mail program unfolds them.
HEADERS = {plain: policy.clone(max_line_length=250) for plain, policy in ((True, SMTP), (False, SMTPUTF8))}


@dataclass(frozen=True)
class Label:
    """What stands on the outside. `number` names this mail and no other, also in the report that it bounced."""

    number: str
    name: str
    to: Mailbox
    unsubscribe: str | None = None


def message(head: Letterhead, voice: Voice, letter: Letter, label: Label) -> bytes:
    """The whole mail. `Auto-Submitted` keeps absence notes from answering it (RFC 3834)."""
    parts = compose(head, voice, letter, unsubscribe=label.unsubscribe)
    return assemble(head, voice.tag, letter.subject, label, parts)


def assemble(head: Letterhead, tag: str, subject: str, label: Label, parts: tuple[str, str]) -> bytes:
    """The same of `parts` that are written already, as plain text and as HTML, in the language of the `tag`.

    The library writes the headers, where everything is about what people call themselves. The body is written here:
    two texts between boundaries, which the library takes four times as long for.
    """
    outside = EmailMessage(policy=HEADERS[label.to.is_plain])
    for name, value in _headers(head, tag, subject, label):
        outside[name] = value
    return outside.as_bytes().removesuffix(b"\r\n") + _body(parts)


def sender(head: Letterhead) -> str:
    """The From line."""
    return str(Address(one_line(head.name), addr_spec=head.address))


def return_path(bounces: str | None, head: Letterhead, number: str) -> str:
    """Where the report goes that this very mail bounced: `bounces+<number>@…`, if there is such a place."""
    if not bounces:
        return head.address
    name, _at, domain = bounces.rpartition("@")
    return f"{name}+{number}@{domain}"


def _headers(head: Letterhead, tag: str, subject: str, label: Label) -> Iterator[tuple[str, str | Address]]:
    yield "From", Address(one_line(head.name), addr_spec=head.address)
    if head.reply_to:
        yield "Reply-To", Address(one_line(head.name), addr_spec=head.reply_to)
    yield "To", _address(label)
    yield "Subject", one_line(subject)
    yield "Date", format_datetime(localtime())
    yield "Message-ID", f"<{label.number}@{head.address.rpartition('@')[2]}>"
    yield "Content-Language", tag
    yield "Auto-Submitted", "auto-generated"
    if label.unsubscribe:
        yield "List-Unsubscribe", f"<{label.unsubscribe}>"
        yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _address(label: Label) -> Address:
    local, _at, domain = label.to.address.rpartition("@")
    if local.startswith('"'):
        local = local[1:-1].replace("\\", "")
    return Address(one_line(label.name), username=local, domain=domain)


def _body(parts: tuple[str, str]) -> bytes:
    boundary = f"=_{token_hex(16)}"  # an equals sign never stands before an underscore in what follows
    written = f'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="{boundary}"\r\n'.encode()
    for kind, text in zip(("plain", "html"), parts, strict=True):
        written += (
            f"\r\n--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
        ).encode() + _quoted(text)
    return written + f"\r\n--{boundary}--\r\n".encode()


def _quoted(text: str) -> bytes:
    """Quoted-printable with the line ends of mail (RFC 2045 §6.7)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return b2a_qp(lines.encode()).replace(b"\n", b"\r\n")
