"""Letters to those whom an important message did not reach: who they are, made once for each, printed at any time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from quartier.db.base import new_id
from quartier.deliveries.readers import voice_for
from quartier.files.storage import Storage
from quartier.i18n.formats import format_date
from quartier.i18n.texts import current_voice, using
from quartier.i18n.texts import gettext as _
from quartier.invitations.acts import print_soon
from quartier.invitations.models import LetterBatch
from quartier.invitations.paper import address_lines, greeting
from quartier.invitations.printing import AT_ONCE, Papers, by_houses
from quartier.invitations.reaching import has_address
from quartier.letters.press import Page, printed_each
from quartier.mail.kinds import NotificationKind, letter_of
from quartier.mail.letters import Letter
from quartier.notifications.important import missed, note_letters
from quartier.notifications.models import Notification
from quartier.notifications.queries import author_of
from quartier.notifications.sight import still
from quartier.notifications.words import words_of
from quartier.people.stages import residents_by_id
from quartier.tenancy.company import company_of
from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot

PRINT: Final = "residents.message_letters"
BATCHES: Final = "SELECT * FROM letter_batch WHERE notification_id = %s ORDER BY id DESC"
READERS: Final = "SELECT person_id FROM notification_receipt WHERE letter_id = %s"


@dataclass(frozen=True)
class Message:
    """Something important that was told, and the kind that has the words for it."""

    told: Notification
    kind: NotificationKind

    def said(self, company: Snapshot, author: str | None = None) -> Letter:
        """What its mail says, in the voice that is bound."""
        facts = {**self.told.facts, "important": True}
        return letter_of(words_of(self.kind, facts, author, company.default_language), "", None)


@dataclass
class Missed:
    """People (rows of `people.stages`) whom a message did not reach: those a letter finds, and the others."""

    to_write: list[Any] = field(default_factory=list)
    without: list[Any] = field(default_factory=list)


def missed_by(db: CompanySession, company: Snapshot, message: Message, *, today: date) -> Missed:
    """Whom it did not reach so far, of those whom it is still for."""
    found, people = Missed(), missed(db, message.told)
    meant = still(db, company, message.kind, message.told, people, on=today) if people else ()
    for row in residents_by_id(db, meant, within=(), today=today):
        (found.to_write if has_address(row) else found.without).append(row)
    return found


def make_letters(
    db: CompanySession, company: Snapshot, message: Message, *, by: str, today: date
) -> LetterBatch | None:
    """Write down a letter for each of them, once; many are set by a worker. None where nobody is left to write to."""
    told = message.told
    db.refresh(told, with_for_update=True)  # who clicks at the same moment waits, and then finds nobody left
    rows = missed_by(db, company, message, today=today).to_write
    if not rows:
        return None
    batch = LetterBatch(
        id=new_id(),
        created_by=by,
        notification_id=told.id,
        letters=len(rows),
        state="ready",
        ended_at=datetime.now(UTC),
    )
    db.add(batch)
    db.flush()
    note_letters(db, told, batch.id, [row.id for row in rows])
    if len(rows) > AT_ONCE:
        print_soon(db, batch, PRINT)
    return batch


def batches_of(db: CompanySession, told: Notification) -> list[Any]:
    """The letters that were made of a message, the last first."""
    return db.rows(BATCHES, (told.id,))


def print_message(
    db: CompanySession,
    storage: Storage,
    company: Snapshot,
    message: Message,
    batch: LetterBatch,
    *,
    today: date,
    only: UUID | None = None,
) -> bytes:
    """The letters of a batch as a PDF; `only` is one person of them. Empty where nobody of them is there any more."""
    letters = list(letters_of(db, company, message, batch, today=today, only=only))
    if not letters:
        return b""
    with using(voice_for(company_of(db), None)):
        title = message.said(company).subject
    papers = Papers(db, storage, company, [person_id for person_id, _page in letters], today)
    return printed_each(((papers.of(person_id), page) for person_id, page in letters), title=title)


def letters_of(
    db: CompanySession,
    company: Snapshot,
    message: Message,
    batch: LetterBatch,
    *,
    today: date,
    only: UUID | None = None,
) -> Iterator[tuple[UUID, Page]]:
    """Each, and for whom, with the date on which they were made, in the order in which one walks by the houses."""
    people = [row.person_id for row in db.rows(READERS, (batch.id,)) if only in {None, row.person_id}]
    rows = [row for row in residents_by_id(db, people, within=(), today=today) if has_address(row)]
    stored, author = company_of(db), author_of(db, message.told)
    day = batch.created_at.astimezone(company.zone).date()
    for row in by_houses(rows):
        with using(voice_for(stored, row.language)):
            yield row.id, _page(row, message.said(company, author), company, day)


def _page(row: Any, said: Letter, company: Snapshot, day: date) -> Page:
    return Page(
        language=current_voice().language,
        address=address_lines(row, company.country),
        date=format_date(day),
        subject=said.subject,
        greeting=greeting(row),
        paragraphs=[part for part in said.paragraphs if part.strip()],
        notes=(
            _("You get this as a letter because we could not reach you by e-mail or in the portal. "
              "Please tell us your e-mail address: then you will know at once the next time."),
        ),
        closing=_("Kind regards"),
        signature=company.name,
    )  # fmt: skip
