"""Reading the reports that come back when a mail could not be delivered after all (RFC 3464)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from typing import Final, cast
from uuid import UUID

from quartier.mail.letters import one_line
from quartier.mail.smtp import LONGEST_REASON, verdict

ADDRESSED: Final = re.compile(r"\+([0-9a-f]{32})@")
NUMBERED: Final = re.compile(r"^Message-ID:\s*<([0-9a-f]{32})[.@]", re.IGNORECASE | re.MULTILINE)
ENVELOPE: Final = ("To", "Delivered-To", "X-Original-To", "Envelope-To")


@dataclass(frozen=True)
class Report:
    """Which mail was not delivered, whether that is the address's fault, and what its server said."""

    number: UUID
    state: str
    reason: str


def read_report(raw: bytes) -> Report | None:
    """The report, or None for what is none: an absence note, word of a delay, a mail about no mail of ours."""
    mail = message_from_bytes(raw, policy=default)
    status = next((part for part in mail.walk() if part.get_content_type() == "message/delivery-status"), None)
    number = _number(mail, raw)
    if status is None or number is None:
        return None
    for recipient in cast("list[Message]", status.get_payload()):
        if str(recipient.get("Action", "")).strip().lower() == "failed":
            return Report(number, *_reason(recipient))
    return None


def _reason(recipient: Message) -> tuple[str, str]:
    code = one_line(str(recipient.get("Status", ""))).split(" ", 1)[0]
    words = one_line(str(recipient.get("Diagnostic-Code", "")).partition(";")[2])
    state = verdict(500, code, mailbox=True)
    return state, (words if code in words else f"{code} {words}".strip())[:LONGEST_REASON]


def _number(mail: EmailMessage, raw: bytes) -> UUID | None:
    """From the address that the report went to, or else from the mail that it gives back."""
    for name in ENVELOPE:
        for value in mail.get_all(name, []):
            if found := ADDRESSED.search(str(value)):
                return UUID(found[1])
    given_back = NUMBERED.findall(raw.decode("utf-8", "replace"))
    return UUID(given_back[-1]) if given_back else None
