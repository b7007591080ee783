"""The platform's own mail, to operators and to who buys: it goes through the outbox, and a chore sends it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.config import Config
from quartier.db.base import new_id
from quartier.deliveries.letterhead import platform_letterhead
from quartier.i18n.voice import Voice
from quartier.jobs.definition import House
from quartier.jobs.queue import summon
from quartier.mail.addresses import mailbox
from quartier.mail.letters import Letter, compose, one_line
from quartier.mail.messages import Enclosure, Label, assemble, return_path, sender
from quartier.mail.models import OutboxMail
from quartier.mail.smtp import UNANSWERED, Outcome, Parcel, Postman, Unreachable

log = structlog.get_logger(__name__)

OPERATORS = "mail.operators"
PATIENCE = timedelta(days=3)
AT_ONCE = 100
PDF = "application/pdf"


def deliver_to_operator(
    db: Session, config: Config, address: str, voice: Voice, letter: Letter, *, reply_to: str | None = None,
    enclosure: Enclosure | None = None,
) -> OutboxMail:  # fmt: skip
    """Write to an operator, or to who buys from the platform, from its own session; it goes out after the commit."""
    head = platform_letterhead(config)
    text, html = compose(head, voice, letter)
    mail = OutboxMail(
        id=new_id(), company_id=None, sender=sender(head), recipient=one_line(address), language=voice.language,
        subject=one_line(letter.subject), text=text, html=html, reply_to=reply_to,
        enclosure=enclosure.content if enclosure else None, enclosure_name=enclosure.name if enclosure else None,
    )  # fmt: skip
    db.add(mail)
    db.flush()
    if config.smtp is not None:
        summon(db, OPERATORS)
    return mail


def send_to_operators(house: House, db: Session) -> None:
    """Send what waits, if there is a server. What is sent is a secret link: its words are gone with it."""
    if house.config.smtp is None:
        return
    waiting = (
        select(OutboxMail)
        .where(OutboxMail.company_id.is_(None), OutboxMail.sent_at.is_(None), OutboxMail.text != "")
        .where(OutboxMail.created_at > datetime.now(UTC) - PATIENCE)
        .order_by(OutboxMail.created_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    with closing(Postman(house.config.smtp)) as postman:
        for mail in db.scalars(waiting).all():
            try:
                _settle(mail, _hand_over(house.config, mail, postman))
            except Unreachable as error:
                mail.reason = str(error)
                log.warning("mail_server_unreachable", reason=str(error))
                return
            db.commit()


def _hand_over(config: Config, mail: OutboxMail, postman: Postman) -> Outcome:
    to = mailbox(mail.recipient)
    if to is None or config.smtp is None:
        return Outcome("failed", "address")
    head, label = replace(platform_letterhead(config), reply_to=mail.reply_to), Label(mail.id.hex, "", to)
    files = [Enclosure(PDF, mail.enclosure, mail.enclosure_name)] if mail.enclosure and mail.enclosure_name else []
    written = assemble(head, mail.language, mail.subject, label, (mail.text, mail.html), enclosures=files)
    path = return_path(config.smtp.bounces, config.sender, mail.id.hex)
    return postman.hand_over(Parcel(path, to.address, written, to.is_plain))


def _settle(mail: OutboxMail, outcome: Outcome) -> None:
    if outcome.state == "unclear" and mail.reason != UNANSWERED:  # once more, as with companies' mail
        mail.reason = UNANSWERED
        return
    mail.reason = outcome.reason
    if outcome.state == "later":
        return
    mail.sent_at = datetime.now(UTC) if outcome.state in {"sent", "unclear"} else None
    mail.text = mail.html = ""
    mail.enclosure = None
