"""Sending what waits. Each mail is a transaction of its own: what is sent is written down before the next one goes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from random import uniform
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import delete, func, update
from sqlalchemy.orm import Session

from quartier.deliveries.letterhead import company_letterhead
from quartier.deliveries.models import OPEN, MailDelivery
from quartier.deliveries.operators import OPERATORS, send_to_operators
from quartier.deliveries.own_sender import sender_of, signer_of
from quartier.deliveries.services import SEND, send_soon, settings_of
from quartier.i18n.texts import using
from quartier.i18n.voice import Voice
from quartier.jobs.definition import Chore, House, Job, Later, Work
from quartier.jobs.queue import begin
from quartier.keys import key_of
from quartier.mail.addresses import mailbox
from quartier.mail.letters import Letter, compose, one_line
from quartier.mail.messages import Label, message, return_path, sender
from quartier.mail.models import OutboxMail
from quartier.mail.smtp import UNANSWERED, Outcome, Parcel, Postman, Unreachable
from quartier.people.homes import home_of_person

log = structlog.get_logger(__name__)

PATIENCE = timedelta(days=3)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
MINUTE = timedelta(minutes=1)
WORDS_KEPT, LOG_KEPT = timedelta(days=90), timedelta(days=400)

CLAIM = """
    SELECT d.*, a.token, coalesce(a.paces ->> d.kind, s.paces ->> d.kind) = 'never' AS unwanted, a.bounced_at,
           d.queued_at < now() - make_interval(secs => %(patience)s) AS late
      FROM mail_delivery d JOIN mail_address a ON a.company_id = d.company_id AND a.address_key = d.address_key
      LEFT JOIN mail_settings s ON s.company_id = d.company_id
     WHERE d.id = %(id)s AND d.state = 'waiting' FOR UPDATE OF d SKIP LOCKED
"""
HELD = "SELECT FROM mail_delivery WHERE id = %s AND state = 'waiting'"
END = """
    UPDATE mail_delivery SET state = %(state)s, reason = %(reason)s, ended_at = now(),
           letter = CASE WHEN secret THEN NULL ELSE letter END WHERE id = %(id)s
"""
WAIT = """
    UPDATE mail_delivery SET attempts = attempts + 1,
           reason = CASE WHEN reason = 'unanswered' THEN reason ELSE %(reason)s END
     WHERE id = ANY(%(ids)s) AND state = 'waiting' RETURNING id, attempts
"""
MARK = "UPDATE mail_address SET bounced_at = %(at)s, reason = %(reason)s WHERE address_key = %(key)s"
LATELY = "SELECT count(*) FROM mail_delivery WHERE state = 'sent' AND ended_at > now() - interval '1 minute'"


def send(work: Work, *, deliveries: list[str]) -> None:
    """Send these mails, those of them that still wait. A server that is not there makes all the rest wait."""
    ids = [UUID(one) for one in deliveries]
    desk = _Desk(work)
    with closing(desk):
        for place, one in enumerate(ids):
            if len(ids) > 1 and desk.is_fast():
                raise Later(MINUTE)
            try:
                desk.send(one)
            except Unreachable as error:
                work.db.rollback()
                begin(work.db)
                log.warning("mail_server_unreachable", reason=str(error), waiting=len(ids) - place)
                desk.put_off(ids[place:], str(error))
                return
            work.db.commit()
            begin(work.db)


def gave_up(work: Work, *, deliveries: list[str]) -> None:
    """Something unforeseen, again and again: the mails end, and whoever looks after them sees it."""
    for one in deliveries:
        work.db.rows(f"{END} AND state = 'waiting' RETURNING id", _end(UUID(one), "failed", "internal"))


class _Desk:
    """Where a company's mails are sealed: its paper, its settings, and one connection to the server."""

    def __init__(self, work: Work) -> None:
        self._db, self._company, self._config = work.db, work.company, work.house.config
        self._modules, self._hidden = work.house.plugins.installed.keys(), partial(work.house.hidden, work)
        self._server = None if work.company.demo_ends else work.house.config.smtp  # of a sandbox, no mail leaves
        self._postman = Postman(self._server) if self._server else None
        self._own, sender = settings_of(work.db), sender_of(work.db)
        self._signer = signer_of(sender, key_of(self._config)) if sender is not None and sender.is_used else None
        self._paper = sender if self._signer is not None else None

    def is_fast(self) -> bool:
        """Whether the company has sent as many mails in the last minute as it may."""
        if self._server is None or not self._server.per_minute:
            return False
        return bool(self._db.row(LATELY).count >= self._server.per_minute)

    def send(self, one: UUID) -> None:
        """Send a mail, unless it is done already.

        One that another worker holds is looked at again later: that worker may be dead and not yet known to be.
        """
        row = self._db.row(CLAIM, {"id": one, "patience": PATIENCE.total_seconds()})
        if row is None:
            if self._db.row(HELD, (one,)) is not None:
                send_soon(self._db, [one], at=datetime.now(UTC) + MINUTE)
            return
        state, reason = self._withheld(row) or ("", "")
        if state:
            self._end(row, state, reason)
        elif self._postman is None:
            self._keep(row)
            self._end(row, "kept", "")
        else:
            self._settle(row, self._hand_over(row, self._postman))

    def put_off(self, ids: Sequence[UUID], reason: str) -> None:
        """These mails wait, longer each time."""
        waiting = self._db.rows(WAIT, {"ids": list(ids), "reason": reason})
        if waiting:
            pause = pause_after(max(row.attempts for row in waiting))
            send_soon(self._db, [row.id for row in waiting], at=datetime.now(UTC) + pause)

    def close(self) -> None:
        """Hang up."""
        if self._postman is not None:
            self._postman.close()

    def _withheld(self, row: Any) -> tuple[str, str] | None:
        module = row.kind.partition(".")[0]
        if module in self._modules and not self._company.has(module):
            return "withheld", "module"
        if row.unwanted and not row.essential:
            return "withheld", "unwanted"
        if row.bounced_at and not row.essential and row.copies == 1:
            return "withheld", "bounced"
        if self._hidden([row]):
            return "withheld", "hidden"
        return ("failed", row.reason or "late") if row.late else None

    def _settle(self, row: Any, outcome: Outcome) -> None:
        if outcome.state == "later":
            self.put_off([row.id], outcome.reason)
            return
        if outcome.state == "unclear":
            self._settle_unclear(row, outcome.reason)
            return
        self._end(row, outcome.state, outcome.reason)
        if outcome.state == "bounced" or row.bounced_at:
            at = datetime.now(UTC) if outcome.state != "sent" else None
            self._db.rows(f"{MARK} RETURNING id", {"at": at, "reason": outcome.reason, "key": row.address_key})

    def _settle_unclear(self, row: Any, reason: str) -> None:
        """The server had the text, and no answer came. Nobody can know whether the mail is on its way, so each of two
        evils is for one kind of mail. What is essential goes once more, under the same Message-ID: without it somebody
        does not get in. Anything else counts as sent, and so does the second copy: whoever misses it finds it in the
        portal, and a server that always breaks off there would fill a mailbox for three days."""
        log.warning("mail_unanswered", delivery=str(row.id), reason=reason)
        if row.essential and row.reason != UNANSWERED:
            self.put_off([row.id], UNANSWERED)
        else:
            self._end(row, "sent", UNANSWERED)

    def _end(self, row: Any, state: str, reason: str) -> None:
        self._db.rows(f"{END} RETURNING id", _end(row.id, state, reason))

    def _hand_over(self, row: Any, postman: Postman) -> Outcome:
        to = mailbox(row.address)
        if to is None:
            return Outcome("failed", "address")
        head, letter, number = self._head(row), Letter.from_json(row.letter), f"{row.id.hex}.{row.copies}"
        voice = self._voice(row)
        with using(voice):
            mail = message(head, voice, letter, Label(number, row.name, to, self._unsubscribe(row)))
        path = return_path(self._server.bounces if self._server else None, self._config.sender, row.id.hex)
        if self._signer is not None:
            mail = self._signer.signed(mail)
        return postman.hand_over(Parcel(path, to.address, mail, to.is_plain))

    def _keep(self, row: Any) -> None:
        head, voice = self._head(row), self._voice(row)
        with using(voice):
            text, html = compose(head, voice, Letter.from_json(row.letter), unsubscribe=self._unsubscribe(row))
        self._db.add(
            OutboxMail(
                company_id=self._company.id, sender=sender(head), recipient=row.address, language=row.language,
                subject=one_line(row.subject), text=text, html=html,
            )
        )  # fmt: skip
        self._db.flush()

    def _head(self, row: Any) -> Any:
        today = datetime.now(self._company.zone).date()
        home = home_of_person(self._db, self._company, row.person_id, today=today)
        return company_letterhead(self._config, self._company, row.language, self._own, self._paper, home=home)

    def _voice(self, row: Any) -> Voice:
        return Voice(row.language, self._company.tone, self._company.country)  # type: ignore[arg-type]

    def _unsubscribe(self, row: Any) -> str | None:
        return None if row.essential else f"{self._config.origin(self._company.host)}/mails/{row.token}/{row.kind}"


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many tries; a little by chance, so that not all come at once."""
    times: int = 3 ** min(attempts - 1, 10)
    return min(FIRST_PAUSE * times, LONGEST_PAUSE) * uniform(0.9, 1.1)  # noqa: S311 - no secret


def sweep(_house: House, db: Session) -> None:
    """Forget the words of old mails, and after more than a year that they were sent."""
    old = update(MailDelivery).where(MailDelivery.letter.is_not(None), MailDelivery.state.not_in(OPEN))
    db.execute(old.where(MailDelivery.ended_at < func.now() - WORDS_KEPT).values(letter=None))
    db.execute(delete(MailDelivery).where(MailDelivery.created_at < func.now() - LOG_KEPT))
    db.execute(delete(OutboxMail).where(OutboxMail.created_at < func.now() - LOG_KEPT))


def _end(one: UUID, state: str, reason: str) -> dict[str, Any]:
    return {"id": one, "state": state, "reason": reason}


JOBS = [Job(SEND, send, gave_up=gave_up)]
CHORES = [
    Chore("mail.sweep", sweep, every="37 3 * * *"),
    Chore(OPERATORS, send_to_operators, every="*/5 * * * *"),
]
