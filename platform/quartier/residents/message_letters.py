"""The page of letters to those whom an important message did not reach; its proof leads here."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response
from werkzeug.exceptions import NotFound

from quartier.deliveries.policies import READ
from quartier.i18n.texts import gettext as _
from quartier.invitations.acts import print_soon
from quartier.invitations.models import LetterBatch
from quartier.invitations.printing import AT_ONCE
from quartier.notifications.proof_pages import found_important, said_of
from quartier.people.policies import READ as READ_PEOPLE
from quartier.residents.area import cockpit, found_resident, page
from quartier.residents.letters import as_pdf, kept_file, note_opened
from quartier.residents.messages import PRINT, Message, batches_of, make_letters, missed_by, print_message
from quartier.viewer import COMPANY
from quartier.web.flash import back_to
from quartier.web.shell import file_storage
from quartier.web.visit import Visit

MESSAGES: Final = "/cockpit/residents/messages/<uuid:notification_id>"
SHOWN: Final = 200
PRINTED: Final = """
    UPDATE notification_receipt SET printed_at = now(), printed_by = %(by)s
     WHERE letter_id = %(letter)s AND person_id = %(person)s RETURNING id
"""


@cockpit.page(MESSAGES, needs=READ)
def message_letters(visit: Visit, notification_id: UUID) -> str:
    """Letters that were made, whom more can be made for, and who has no postal address either."""
    message = _found(visit, notification_id)
    told = message.told
    return page(
        visit, "message_letters", told=told, words=said_of(visit, told.kind, told.facts), at_once=AT_ONCE, shown=SHOWN,
        found=missed_by(visit.db, visit.company, message, today=visit.today), rows=batches_of(visit.db, told),
    )  # fmt: skip


@cockpit.action(MESSAGES, needs=READ)
def make_message_letters(visit: Visit, notification_id: UUID) -> Response:
    """One click: a letter for everybody whom it did not reach and a letter finds; who clicks twice makes them once."""
    message = _found(visit, notification_id)
    made = make_letters(visit.db, visit.company, message, by=visit.viewer.name, today=visit.today)
    words = "" if made else _("Nobody is left whom a letter would find.")
    return back_to(f"/cockpit/residents/messages/{notification_id}", words)


@cockpit.page(f"{MESSAGES}/<uuid:letter_id>.pdf", needs=READ)
def message_letters_file(visit: Visit, notification_id: UUID, letter_id: UUID) -> Any:
    """The letters: set now if they are few, else the file that a worker made."""
    message = _found(visit, notification_id)
    batch = _batch(visit, notification_id, letter_id)
    if batch.letters <= AT_ONCE:
        body = print_message(visit.db, file_storage(), visit.company, message, batch, today=visit.today)
    else:
        body = kept_file(visit, batch)
    if not body:
        return back_to(f"/cockpit/residents/messages/{notification_id}", _("Nothing is left to print."))
    note_opened(visit, batch)
    return as_pdf(body)


@cockpit.action(f"{MESSAGES}/<uuid:letter_id>", needs=READ)
def message_letters_again(visit: Visit, notification_id: UUID, letter_id: UUID) -> Response:
    """Set letters once more whose file is gone, or that could not be set."""
    _found(visit, notification_id)
    batch = _batch(visit, notification_id, letter_id)
    if batch.state in {"gone", "failed"}:
        print_soon(visit.db, batch, PRINT)
    return back_to(f"/cockpit/residents/messages/{notification_id}")


@cockpit.page("/cockpit/residents/<uuid:person_id>/messages/<uuid:letter_id>.pdf", needs=READ)
def message_letter(visit: Visit, person_id: UUID, letter_id: UUID) -> Response:
    """Somebody's own letter once more."""
    row = found_resident(visit, person_id)
    batch = visit.db.get(LetterBatch, (visit.company.id, letter_id))
    if batch is None or batch.notification_id is None:
        raise NotFound
    message = _found(visit, batch.notification_id)
    body = print_message(visit.db, file_storage(), visit.company, message, batch, today=visit.today, only=row.id)
    if not body:
        raise NotFound
    visit.db.rows(PRINTED, {"letter": letter_id, "person": row.id, "by": visit.viewer.name})
    if batch.letters == 1:
        note_opened(visit, batch)
    visit.db.commit()
    return as_pdf(body)


def _found(visit: Visit, notification_id: UUID) -> Message:
    """For who may see in the whole company who was written to, and where people live."""
    if not visit.viewer.may(READ_PEOPLE, at=COMPANY):
        raise NotFound
    return Message(*found_important(visit, notification_id))


def _batch(visit: Visit, notification_id: UUID, letter_id: UUID) -> LetterBatch:
    found = visit.db.get(LetterBatch, (visit.company.id, letter_id))
    if found is None or found.notification_id != notification_id:
        raise NotFound
    return found
