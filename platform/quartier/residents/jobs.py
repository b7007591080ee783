"""What workers do: set many letters of an important message."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from quartier.invitations.jobs import gave_up, keep_letters
from quartier.invitations.models import LetterBatch
from quartier.jobs.definition import Job, Work
from quartier.mail.kinds import NotificationKind
from quartier.notifications.models import Notification
from quartier.residents.messages import PRINT, Message, print_message


def print_message_letters(work: Work, *, batch: str) -> None:
    """Set the letters of a message and keep the file; a second run finds them done."""
    found = work.db.get(LetterBatch, (work.company.id, UUID(batch)))
    if found is None or found.state != "waiting":
        return
    told = work.db.get(Notification, (work.company.id, found.notification_id))
    kind = work.house.mails.get(told.kind) if told is not None else None
    body, today = b"", datetime.now(work.company.zone).date()
    if told is not None and isinstance(kind, NotificationKind):
        body = print_message(work.db, work.storage, work.company, Message(told, kind), found, today=today)
    keep_letters(work, found, body)


JOBS: Final = [Job(PRINT, print_message_letters, attempts=2, gave_up=gave_up)]
