"""What became of an act, its letters, and all letters that were ever made together."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from flask import Response, abort, request
from werkzeug.exceptions import NotFound

from quartier.deliveries.policies import READ as READ_MAILS
from quartier.files.models import StoredFile
from quartier.i18n.texts import gettext as _
from quartier.invitations import acts, plans
from quartier.invitations.models import LetterBatch
from quartier.invitations.printing import AT_ONCE, print_act
from quartier.people.policies import INVITE, READ
from quartier.people.queries import PAGE, THERE
from quartier.people.stages import seen
from quartier.residents.area import HOME, cockpit, inviter, one_id, page
from quartier.viewer import COMPANY
from quartier.web.flash import back_to
from quartier.web.shell import file_storage
from quartier.web.visit import Visit

LETTERS: Final = f"{HOME}letters"
OF_OTHERS: Final = f"""
    SELECT 1 FROM invitation_sending s
      JOIN invitation i ON i.company_id = s.company_id AND i.id = s.invitation_id
      JOIN person q ON q.company_id = i.company_id AND q.id = i.person_id
     WHERE s.event = {{event}} AND NOT {THERE}
"""  # noqa: S608
OUTSIDE: Final = OF_OTHERS.format(event="%(event)s") + " LIMIT 1"
BATCHES: Final = f"""
    SELECT b.* FROM letter_batch b
     WHERE (%(after)s::uuid IS NULL OR b.id < %(after)s) AND (%(messages)s OR b.notification_id IS NULL)
       AND (cardinality(%(within)s::uuid[]) = 0 OR NOT EXISTS ({OF_OTHERS.format(event="b.id")}))
     ORDER BY b.id DESC LIMIT %(limit)s
"""  # noqa: S608


@cockpit.page(LETTERS, needs=INVITE)
def batches(visit: Visit) -> str:
    """Letters that were made together, the newest first: who made them when, and who opened them last."""
    after = one_id(request.args.get("after"))
    if request.args.get("after") and after is None:
        abort(400)
    messages = all(visit.viewer.may(one, at=COMPANY) for one in (INVITE, READ, READ_MAILS))
    values = {
        "after": after, "within": list(visit.viewer.within(INVITE)), "messages": messages, "limit": PAGE + 1,
    }  # fmt: skip
    rows = visit.db.rows(BATCHES, values)
    more = f"{LETTERS}?after={rows[PAGE - 1].id}" if len(rows) > PAGE else None
    return page(visit, "letters", rows=rows[:PAGE], more=more, at_once=AT_ONCE)


@cockpit.page("/cockpit/residents/acts/<uuid:act_id>", needs=INVITE)
def result(visit: Visit, act_id: UUID) -> str:
    """What came of it: how many mails left, and the letters to print."""
    if (plan := plans.under_way(visit.db, act_id)) is not None:
        people = [*plan.mail, *plan.letter]
        if len(seen(visit.db, people, visit.viewer.within(visit.needs))) < len(people):
            raise NotFound
        return page(visit, "under_way", plan=plan, people=len(people), act=act_id)
    found = _found_act(visit, act_id)
    return page(visit, "result", found=found, batch=_batch(visit, act_id), act=act_id, at_once=AT_ONCE)


@cockpit.page("/cockpit/residents/acts/<uuid:act_id>/letters.pdf", needs=INVITE)
def letters(visit: Visit, act_id: UUID) -> Any:
    """The letters of an act: set now if they are few, else the file that a worker made."""
    found, batch = _found_act(visit, act_id), _batch(visit, act_id)
    if found.letters == 0:
        raise NotFound
    body = print_now(visit, act_id) if found.letters <= AT_ONCE else kept_file(visit, batch)
    if not body:
        nothing = _("Nothing is left to print: these invitations were withdrawn or accepted meanwhile.")
        return back_to(f"/cockpit/residents/acts/{act_id}", nothing)
    if batch is not None:
        note_opened(visit, batch)
    return as_pdf(body)


@cockpit.action("/cockpit/residents/acts/<uuid:act_id>/letters", needs=INVITE)
def letters_again(visit: Visit, act_id: UUID) -> Response:
    """Set letters once more whose file is gone, or that could not be set."""
    _found_act(visit, act_id)
    batch = _batch(visit, act_id)
    if batch is not None and batch.state in {"gone", "failed"}:
        acts.print_soon(visit.db, batch)
    return back_to(f"/cockpit/residents/acts/{act_id}")


def print_now(visit: Visit, act_id: UUID, *, only: UUID | None = None) -> bytes:
    """Set the letters of an act, or one of them."""
    return print_act(visit.db, file_storage(), visit.company, inviter(visit), act_id, today=visit.today, only=only)


def note_opened(visit: Visit, batch: LetterBatch) -> None:
    """Who had the letters before them last, and when: as near to printing as a portal gets."""
    batch.printed_at, batch.printed_by = datetime.now(UTC), visit.viewer.name
    visit.db.commit()


def as_pdf(body: bytes) -> Response:
    """A file that nobody keeps on the way: it holds codes."""
    answer = Response(body, mimetype="application/pdf")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers.set("Content-Disposition", "inline", filename=_("Letters") + ".pdf")
    return answer


def _found_act(visit: Visit, act_id: UUID) -> acts.Result:
    """An act, if all people of it are in the viewer's part of the estate, or 404."""
    found, limits = acts.result_of(visit.db, act_id), visit.viewer.within(visit.needs)
    if found is None or (limits and visit.db.row(OUTSIDE, {"event": act_id, "within": list(limits)}) is not None):
        raise NotFound
    return found


def _batch(visit: Visit, act_id: UUID) -> LetterBatch | None:
    return visit.db.get(LetterBatch, (visit.company.id, act_id))


def kept_file(visit: Visit, batch: LetterBatch | None) -> bytes:
    """What a worker made of many letters, or 404."""
    file = visit.db.get(StoredFile, (visit.company.id, batch.file_id)) if batch and batch.file_id else None
    body = file_storage().get(file.key) if file else None
    if body is None:
        raise NotFound
    return body
