"""Handing mails to a mail server, and understanding what it says to each."""

from __future__ import annotations

import re
import smtplib
import ssl
from dataclasses import dataclass
from typing import Literal

from quartier.config import MailServer

ENHANCED = re.compile(r"(?:[45]\d\d[ -])?([245]\.\d{1,3}\.\d{1,3})\b")
LONGEST_REASON = 300
UNANSWERED = "unanswered"
DOTS = re.compile(rb"(?m)^\.")
PATIENCE = 4
"""So many times longer than for any other answer we wait for the last one: whoever hangs up before it does not know
whether the mail is on its way (RFC 5321 §4.5.3.2.6)."""
OURS = ("5.2.2", "5.2.3", "5.3", "5.5", "5.6", "5.7")
"""Refusals that say nothing against the address: a full mailbox, a size, a policy, a fault of the mail or of ours."""


@dataclass(frozen=True)
class Parcel:
    """One mail for one address, ready for the envelope. `plain` is False where an address needs SMTPUTF8."""

    sender: str
    recipient: str
    body: bytes
    plain: bool = True


@dataclass(frozen=True)
class Outcome:
    """What became of a parcel. "later" means try again; a bounce is the address's fault, a failure is not.

    "unclear": the server had the whole text and did not answer. Perhaps the mail is on its way.
    """

    state: Literal["sent", "bounced", "failed", "later", "unclear"]
    reason: str = ""


class Unreachable(Exception):
    """The server takes nothing now: not there, busy, or of another opinion on who we are. All mail waits."""


class Postman:
    """One connection to the mail server, made when the first parcel comes and again when it was lost."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def hand_over(self, parcel: Parcel) -> Outcome:
        """Give a parcel to the server. Raises Unreachable when the server is the trouble and not the parcel."""
        try:
            self._begin(parcel)
            code, answer = self._connected().rcpt(parcel.recipient)
            if code not in {250, 251}:
                return self._refused(code, answer)
            return self._say(parcel)
        except smtplib.SMTPNotSupportedError:
            return Outcome("failed", "utf8")
        except (smtplib.SMTPException, OSError) as error:
            self._drop()
            raise Unreachable(reason_of(error)) from error

    def close(self) -> None:
        """Say goodbye, if anybody listens."""
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                self._drop()
            self._smtp = None

    def _begin(self, parcel: Parcel) -> None:
        """MAIL FROM; an idle connection that the server has closed meanwhile is made anew, once."""
        kept = self._smtp is not None
        try:
            code, answer = self._mail(parcel)
        except (smtplib.SMTPServerDisconnected, OSError):
            if not kept:
                raise
            self._drop()
            code, answer = self._mail(parcel)
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, answer, parcel.sender)

    def _mail(self, parcel: Parcel) -> tuple[int, bytes]:
        smtp = self._connected()
        smtp.ehlo_or_helo_if_needed()
        return smtp.mail(parcel.sender, [] if parcel.plain else ["SMTPUTF8", "BODY=8BITMIME"])

    def _say(self, parcel: Parcel) -> Outcome:
        """The text. Not with the library's own `data`: it does not say whether the text had left when all broke off."""
        smtp = self._connected()
        state: Literal["later", "unclear"] = "later"
        try:
            code, answer = smtp.docmd("DATA")
            if code == 354:
                smtp.send(DOTS.sub(b"..", parcel.body.removesuffix(b"\r\n")) + b"\r\n.\r\n")
                state = "unclear"
                code, answer = self._last_answer(smtp)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            self._drop()
            return Outcome(state, reason_of(error))
        return Outcome("sent") if code == 250 else self._refused(code, answer, mailbox=False)

    def _last_answer(self, smtp: smtplib.SMTP) -> tuple[int, bytes]:
        if smtp.sock is not None:
            smtp.sock.settimeout(self._server.timeout * PATIENCE)
        found = smtp.getreply()
        if smtp.sock is not None:
            smtp.sock.settimeout(self._server.timeout)
        return found

    def _refused(self, code: int, answer: bytes, *, mailbox: bool = True) -> Outcome:
        words = said(code, answer)
        if code == 421:
            raise smtplib.SMTPResponseException(code, answer)
        self._connected().rset()
        return Outcome(verdict(code, words, mailbox=mailbox), words)

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = _connect(self._server)
        return self._smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None


def verdict(code: int, words: str, *, mailbox: bool) -> Literal["bounced", "failed", "later"]:
    """What a refusal means: 4xx may pass, 5xx lasts. `mailbox` tells that it was said of the address itself."""
    if code < 500:
        return "later"
    found = ENHANCED.match(words)
    if found is None:
        return "bounced" if mailbox else "failed"
    status = found[1]
    return "bounced" if status.startswith("5.") and not status.startswith(OURS) else "failed"


def said(code: int, answer: bytes) -> str:
    """A server's answer on one line."""
    return f"{code} {' '.join(answer.decode('utf-8', 'replace').split())}"[:LONGEST_REASON]


def reason_of(error: Exception) -> str:
    """What went wrong with a server, without anything that we said to it."""
    if isinstance(error, smtplib.SMTPResponseException):
        return said(error.smtp_code, _bytes(error.smtp_error))
    return (str(error) or type(error).__name__)[:LONGEST_REASON]


def _bytes(answer: bytes | str) -> bytes:
    return answer if isinstance(answer, bytes) else answer.encode()


def _connect(server: MailServer) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "tls":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, server.helo, timeout=server.timeout, context=context
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, server.helo, timeout=server.timeout)
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp
