"""A letter as the bytes that travel: headers, plain text, HTML, and what goes with them."""

from __future__ import annotations

from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, localtime
from secrets import token_hex

from quartier.i18n.voice import Voice
from quartier.mail.addresses import Mailbox
from quartier.mail.invitations import calendar_file
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


@dataclass(frozen=True)
class Enclosure:
    """What goes with a mail: a file where it has a `name` (in ASCII), and else one more way to read the mail."""

    kind: str
    content: bytes
    name: str = ""


def message(head: Letterhead, voice: Voice, letter: Letter, label: Label) -> bytes:
    """The whole mail. `Auto-Submitted` keeps absence notes from answering it (RFC 3834)."""
    parts = compose(head, voice, letter, unsubscribe=label.unsubscribe)
    return assemble(head, voice.tag, letter.subject, label, parts, enclosures=_enclosures(head, letter, label))


def assemble(
    head: Letterhead, tag: str, subject: str, label: Label, parts: tuple[str, str], *,
    enclosures: Sequence[Enclosure] = (),
) -> bytes:  # fmt: skip
    """The same of `parts` that are written already, as plain text and as HTML, in the language of the `tag`, and of
    files that go with them.

    The library writes the headers, where everything is about what people call themselves. The body is written here:
    texts between boundaries, which the library takes four times as long for.
    """
    outside = EmailMessage(policy=HEADERS[label.to.is_plain])
    for name, value in _headers(head, tag, subject, label):
        outside[name] = value
    return outside.as_bytes().removesuffix(b"\r\n") + _body(parts, enclosures)


def sender(head: Letterhead) -> str:
    """The From line."""
    return str(Address(one_line(head.name), addr_spec=head.address))


def return_path(bounces: str | None, sender: str, number: str) -> str:
    """Where the report goes that this very mail bounced: `bounces+<number>@…`, if there is such a place.

    Else to the platform's own `sender`, also for a company that writes from an address of its own: the platform's
    servers are those that its domain names (SPF).
    """
    if not bounces:
        return sender
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


def _enclosures(head: Letterhead, letter: Letter, label: Label) -> list[Enclosure]:
    """An invitation twice, as mail programs want it: as one more way to read the mail, and as a file to open."""
    if letter.invitation is None:
        return []
    url = letter.action.url if letter.action else None
    file = calendar_file(head, letter.invitation, name=one_line(label.name), address=label.to.address, url=url)
    calendar = f"text/calendar; charset=utf-8; method={letter.invitation.method}"
    return [Enclosure(calendar, file), Enclosure("application/ics", file, "invitation.ics")]


def _body(parts: tuple[str, str], enclosures: Sequence[Enclosure]) -> bytes:
    texts = [
        _part(f"text/{kind}; charset=utf-8", "quoted-printable", _quoted(text))
        for kind, text in zip(("plain", "html"), parts, strict=True)
    ]
    ways = [_part(one.kind, "base64", _base64(one.content)) for one in enclosures if not one.name]
    body = _multipart("alternative", [*texts, *ways])
    if files := [_file(one) for one in enclosures if one.name]:
        body = _multipart("mixed", [body, *files])
    return b"MIME-Version: 1.0\r\n" + body


def _multipart(kind: str, parts: Iterable[bytes]) -> bytes:
    boundary = f"=_{token_hex(16)}"  # an equals sign never stands before an underscore in what follows
    written = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n'.encode()
    for part in parts:
        written += f"\r\n--{boundary}\r\n".encode() + part
    return written + f"\r\n--{boundary}--\r\n".encode()


def _part(kind: str, encoding: str, content: bytes, more: str = "") -> bytes:
    return f"Content-Type: {kind}\r\n{more}Content-Transfer-Encoding: {encoding}\r\n\r\n".encode() + content


def _file(one: Enclosure) -> bytes:
    disposition = f'Content-Disposition: attachment; filename="{one.name}"\r\n'
    return _part(f'{one.kind}; name="{one.name}"', "base64", _base64(one.content), disposition)


def _base64(content: bytes) -> bytes:
    return encodebytes(content).replace(b"\n", b"\r\n")


def _quoted(text: str) -> bytes:
    """Quoted-printable with the line ends of mail (RFC 2045 §6.7)."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return b2a_qp(lines.encode()).replace(b"\n", b"\r\n")
