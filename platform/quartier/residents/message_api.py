"""Important messages for programs: what was sent, the proof of who was reached how, and the letters that were made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select
from werkzeug.exceptions import NotFound

from quartier.api.blueprint import ApiBlueprint
from quartier.api.paging import PageArguments, make_page, next_link, page_of, read_cursor
from quartier.deliveries.policies import READ
from quartier.deliveries.wording import why
from quartier.invitations.models import LetterBatch
from quartier.notifications import important
from quartier.notifications.models import Notification
from quartier.notifications.past import past_rows
from quartier.notifications.proof_pages import found_important, said_of
from quartier.residents.schemas import ImportantSchema, MessageLettersSchema, ReceiptSchema
from quartier.web.visit import Visit

ALL, ONE = "/important-messages", "/important-messages/<uuid:notification_id>"

blueprint = ApiBlueprint(
    "important_messages",
    __name__,
    description="What was sent as important, to everybody whom it meant: in the portal, by mail, on devices and by "
    "letter. For whoever may read mails in the whole company; others find nothing.",
)

Answer = tuple[dict[str, Any], dict[str, str]]


@blueprint.operation("GET", ALL, needs=READ)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(ImportantSchema))
def important_messages(visit: Visit, query: dict[str, Any]) -> Answer:
    """Important messages, the newest first, with how many each reached."""
    if visit.viewer.within(READ):
        raise NotFound
    cursor, limit = read_cursor(query["after"], UUID), query["limit"]
    rows = past_rows(visit.db, "", after=cursor[0] if cursor else None, limit=limit + 1)
    page = make_page(rows, limit, key=lambda row: (row.id,), show=lambda row: _shown(visit, row, row))
    return page, next_link(page)


@blueprint.operation("GET", ONE, needs=READ)
@blueprint.response(200, ImportantSchema)
def important_message(visit: Visit, notification_id: UUID) -> Any:
    """One important message, with how many it reached by now."""
    told, _kind = found_important(visit, notification_id)
    return _shown(visit, told, important.states(visit.db, told))


@blueprint.operation("GET", f"{ONE}/recipients", needs=READ)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(ReceiptSchema))
def recipients(visit: Visit, query: dict[str, Any], notification_id: UUID) -> Answer:
    """The proof of delivery: everybody who was told, by name, and what became of it."""
    told, _kind = found_important(visit, notification_id)
    cursor, limit = read_cursor(query["after"], UUID), query["limit"]
    rows = important.proof(visit.db, told, after=cursor[0] if cursor else None, limit=limit + 1)
    page = make_page(rows, limit, key=lambda row: (row.person_id,), show=_received)
    return page, next_link(page)


@blueprint.operation("GET", f"{ONE}/letters", needs=READ)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(MessageLettersSchema))
def letters(visit: Visit, query: dict[str, Any], notification_id: UUID) -> Answer:
    """Letters that were made together of a message, the newest first: who made them, and who opened them to print."""
    told, _kind = found_important(visit, notification_id)
    cursor, limit = read_cursor(query["after"], UUID), query["limit"]
    of_it = select(LetterBatch).filter_by(notification_id=told.id)
    if cursor is not None:
        of_it = of_it.where(LetterBatch.id < cursor[0])
    rows = visit.db.scalars(of_it.order_by(LetterBatch.id.desc()).limit(limit + 1)).all()
    page = make_page(rows, limit, key=lambda row: (row.id,))
    return page, next_link(page)


def _shown(visit: Visit, told: Notification | Any, counts: Any) -> dict[str, Any]:
    words = said_of(visit, told.kind, told.facts)
    return {
        "id": told.id, "kind": told.kind, "title": words.title if words else "", "about": words.about if words else "",
        "sent_by": told.sent_by, "created_at": told.created_at, "told_at": told.told_at,
        "reached": {name: getattr(counts, name) for name in ("people", "read", "sent", "rung", "letters", "unreached")},
    }  # fmt: skip


def _received(row: Any) -> dict[str, Any]:
    return {
        "person_id": row.person_id, "name": row.name, "registered": row.registered, "read_at": row.read_at,
        "rung_at": row.rung_at, "address": row.address, "mail_state": row.state, "mail_ended_at": row.ended_at,
        "mail_reason": why(row.state, row.reason) if row.state else "",
        "letter_at": row.letter_at, "letter_by": row.letter_by,
    }  # fmt: skip
