"""Requests to be erased, for programs: how far each has come, and what the team decides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate
from sqlalchemy import select

from quartier.api.blueprint import ApiBlueprint
from quartier.api.paging import PageArguments, make_page, next_link, page_of, read_cursor
from quartier.api.problems import Problem
from quartier.i18n.texts import gettext as _
from quartier.people.policies import EDIT
from quartier.rights.deciding import Changed, basis_of, begin_review, erase_now, erased_of, keep
from quartier.rights.models import ERASURE_STATES, PENDING, ErasureRequest
from quartier.rights.schemas import NumberSchema
from quartier.rights.telling import due, reasons_of
from quartier.viewer import COMPANY
from quartier.web.visit import Visit

REQUESTS, REQUEST = "/erasures", "/erasures/<uuid:request_id>"
DECISIONS = ("review", "keep", "erase")

blueprint = ApiBlueprint("erasures", __name__, description="People who want to be forgotten, and what becomes of it.")

Answer = tuple[dict[str, Any], dict[str, str]]


class ErasureArguments(PageArguments):
    """In one state, or of one person."""

    state = fields.String(load_default=None, validate=validate.OneOf(ERASURE_STATES))
    person_id = fields.UUID(load_default=None)


class ReasonSchema(Schema):
    """Something that has to be kept."""

    kind = fields.String(required=True, metadata={"description": "team, running, books or own."})
    sentence = fields.String(required=True)
    until = fields.Date(
        required=True, allow_none=True, metadata={"description": "The first day on which it can go; null: not known."}
    )


class ErasureSchema(Schema):
    """Somebody has asked to be erased. When it is `done` nothing says any more who it was."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True, allow_none=True)
    state = fields.String(required=True, validate=validate.OneOf(ERASURE_STATES))
    asked_at = fields.AwareDateTime(required=True)
    answer_by = fields.Date(required=True, metadata={"description": "The day by which the law wants an answer."})
    reviewed_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_at = fields.AwareDateTime(required=True, allow_none=True)
    decided_by = fields.String(required=True)
    until = fields.Date(
        required=True, allow_none=True, metadata={"description": "When the rest goes by itself, if that day is known."}
    )
    ended_at = fields.AwareDateTime(required=True, allow_none=True)


class FullErasureSchema(ErasureSchema):
    """A request with what has to be kept today."""

    reasons = fields.List(fields.Nested(ReasonSchema), required=True)
    basis = fields.String(required=True, metadata={"description": "What these reasons are; a decision names it."})


class DecisionSchema(Schema):
    """What is done about a request."""

    decision = fields.String(
        required=True, validate=validate.OneOf(DECISIONS),
        metadata={"description": "review: somebody looks at it. keep: nothing is erased yet, the person is told why. "
                  "erase: what nothing asks to be kept goes, for good."},
    )  # fmt: skip
    basis = fields.String(
        load_default="", metadata={"description": "For `erase`: the `basis` that was read, so that it is still true."}
    )


@blueprint.operation("GET", REQUESTS, needs=EDIT)
@blueprint.arguments(ErasureArguments, location="query")
@blueprint.response(200, page_of(ErasureSchema))
def erasures(visit: Visit, query: dict[str, Any]) -> Answer:
    """All requests, the oldest first; those that are done without the person."""
    _check(visit)
    limit, cursor = query.pop("limit"), read_cursor(query.pop("after"), UUID)
    rows = select(ErasureRequest).filter_by(**{name: value for name, value in query.items() if value is not None})
    if cursor:
        rows = rows.where(ErasureRequest.id > cursor[0])
    found = visit.db.scalars(rows.order_by(ErasureRequest.id).limit(limit + 1)).all()
    page = make_page(found, limit, key=lambda row: (row.id,), show=lambda row: _facts(visit, row))
    return page, next_link(page)


@blueprint.operation("GET", REQUEST, needs=EDIT)
@blueprint.response(200, FullErasureSchema)
def erasure(visit: Visit, request_id: UUID) -> dict[str, Any]:
    """One request, and what has to be kept of the person today."""
    _check(visit)
    return _shown(visit, _found(visit, request_id))


@blueprint.operation("POST", f"{REQUEST}/decision", needs=EDIT)
@blueprint.arguments(DecisionSchema)
@blueprint.response(200, FullErasureSchema)
def decide(visit: Visit, values: dict[str, Any], request_id: UUID) -> dict[str, Any]:
    """Decide about a request, as the desk does.

    The person is told. To erase is not taken back; it is done within minutes, and `state` says when.
    """
    _check(visit)
    wanted = _found(visit, request_id, held=True)
    if wanted.state not in PENDING:
        raise Problem(409, _("This request is decided already."))
    try:
        if values["decision"] == "erase":
            erase_now(visit, wanted, values["basis"])
        elif values["decision"] == "keep":
            keep(visit, wanted)
        else:
            begin_review(visit, wanted)
    except Changed as changed:
        raise Problem(409, _("Something has changed meanwhile. Please look again.")) from changed
    return _shown(visit, wanted)


@blueprint.operation("POST", f"{REQUESTS}/numbers", needs=EDIT)
@blueprint.arguments(NumberSchema)
@blueprint.response(204)
def take_in_again(visit: Visit, values: dict[str, Any]) -> None:
    """Take somebody in again who was erased wholly.

    Imports and batches leave such a person out. From now on `number`, the external id, means a new person. 404: nobody
    who was erased had it.
    """
    _check(visit)
    if not erased_of(visit).allow([values["number"]]):
        raise Problem(404)


def _found(visit: Visit, request_id: UUID, *, held: bool = False) -> ErasureRequest:
    wanted = visit.db.get(ErasureRequest, (visit.company.id, request_id), with_for_update=held or None)
    if wanted is None:
        raise Problem(404)
    return wanted


def _facts(visit: Visit, one: ErasureRequest) -> dict[str, Any]:
    names = ("id", "person_id", "state", "reviewed_at", "decided_at", "decided_by", "until", "ended_at")
    facts = {name: getattr(one, name) for name in names}
    return {**facts, "asked_at": one.created_at, "answer_by": due(visit, one)}


def _shown(visit: Visit, one: ErasureRequest) -> dict[str, Any]:
    found = reasons_of(visit, one) if one.person_id else []
    return {**_facts(visit, one), "reasons": found, "basis": basis_of(found)}


def _check(visit: Visit) -> None:
    """To forget somebody concerns the whole company."""
    if not visit.viewer.may(EDIT, at=COMPANY):
        raise Problem(403)
