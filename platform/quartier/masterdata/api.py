"""Corrections for programs: the team's wishes to the ERP are fetched and answered, and programs may wish as well."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from werkzeug.exceptions import NotFound

from quartier.api.blueprint import ApiBlueprint
from quartier.api.paging import make_page, next_link, page_of, read_cursor
from quartier.api.problems import Problem
from quartier.db.base import new_id
from quartier.erp.policies import WRITE
from quartier.estate.policies import EDIT
from quartier.i18n.texts import gettext as _
from quartier.locks import corrections
from quartier.locks.corrections import TooMany, Wish
from quartier.locks.fields import OWNABLE, owner_of
from quartier.locks.models import Correction
from quartier.masterdata import area
from quartier.masterdata.correcting import INPUTS, compared, fields_of, schema_for
from quartier.masterdata.corrections import already, send_wish
from quartier.masterdata.schemas import AnswerSchema, CorrectionArguments, CorrectionSchema, NewCorrectionSchema
from quartier.people.models import Person
from quartier.people.policies import EDIT as EDIT_PEOPLE
from quartier.people.queries import is_reachable
from quartier.web.forms import Form, load_json
from quartier.web.visit import Visit

blueprint = ApiBlueprint(
    "corrections", __name__,
    description="What the team asks the company's own system to change, where that system owns a field.",
)  # fmt: skip
ALL: Final = "/corrections"
ONE: Final = f"{ALL}/<uuid:correction_id>"
NUMBERS: Final = {noun: f"SELECT id, external_id FROM {noun} WHERE id = ANY(%(ids)s)" for noun in OWNABLE}  # noqa: S608

Answer = tuple[dict[str, Any], dict[str, str]]


@blueprint.operation("GET", ALL, needs=WRITE)
@blueprint.arguments(CorrectionArguments, location="query")
@blueprint.response(200, page_of(CorrectionSchema))
def all_corrections(visit: Visit, query: dict[str, Any]) -> Answer:
    """Wishes to the ERP, the newest first."""
    cursor = read_cursor(query["after"], UUID)
    found = corrections.wishes(
        visit.db, is_open=query["state"] == "open", nouns=list(OWNABLE), before=cursor[0] if cursor else None,
        limit=query["limit"] + 1, for_team=False,
    )  # fmt: skip
    shown = _shown(visit, found)
    page = make_page(
        found, query["limit"], key=lambda wish: (wish.correction.id,), show=lambda wish: shown[wish.correction.id]
    )
    return page, next_link(page)


@blueprint.operation("GET", ONE, needs=WRITE)
@blueprint.response(200, CorrectionSchema)
def one_correction(visit: Visit, correction_id: UUID) -> dict[str, Any]:
    """One wish, and what became of it."""
    return _one(visit, _found(visit, correction_id))


@blueprint.operation("POST", f"{ONE}/answer", needs=WRITE)
@blueprint.arguments(AnswerSchema)
@blueprint.response(200, CorrectionSchema)
def answer_correction(visit: Visit, values: dict[str, Any], correction_id: UUID) -> dict[str, Any]:
    """Say that a wish is in hand, or that it is declined and why.

    One that is in hand is done as soon as the values arrive; nothing has to be said then.
    """
    found = _found(visit, correction_id, lock=True)
    if found.closed_at is not None:
        raise Problem(409, _("This wish is not open any more."))
    if not values["accepted"] and not values["reason"]:
        raise Problem(422, errors={"reason": [_("Please say why.")]})
    corrections.answer(visit.db, found, accepted=values["accepted"], reason=values["reason"], by=visit.viewer.name)
    return _one(visit, found)


@blueprint.operation("POST", ALL, needs=EDIT)
@blueprint.arguments(NewCorrectionSchema)
@blueprint.response(201, CorrectionSchema)
def new_correction(visit: Visit, values: dict[str, Any]) -> Answer:
    """Propose to the ERP what fields that it owns should say.

    The same mail goes out as from the Cockpit. For a person, `people.edit` is needed as well.
    """
    chain = _chain(visit, values["noun"], values["id"])
    thing, noun = chain[-1], values["noun"]
    erp = owner_of(visit.db, noun)
    if erp is None or erp.correction_email is None:
        raise Problem(409, _("The company has not said where wishes to its ERP go."))
    fields = fields_of(erp, noun)
    form, changed = compared(_read(visit, noun, fields, values["values"]), thing, fields)
    for field, wish in corrections.wished_already(visit.db, thing.id, changed).items():
        form = form.wrong(INPUTS.get(field, field), already(visit, wish))
    if not form.ok:
        raise Problem(422, errors={"values": {name: list(sentences) for name, sentences in form.errors.items()}})
    made = new_id()
    try:
        send_wish(visit, chain, erp.correction_email, (made, values["note"]), changed)
    except TooMany as error:
        raise Problem(429, _("There were many wishes lately. Please try again in an hour.")) from error
    return _one(visit, visit.db.get_one(Correction, (visit.company.id, made))), {"Location": f"/api/v1{ALL}/{made}"}


def _read(visit: Visit, noun: str, fields: list[str], sent: dict[str, Any]) -> Form:
    """By the rules of the form in the Cockpit, for the fields that are there; `ends` is the last day, as there."""
    allowed = {INPUTS.get(field, field) for field in fields}
    if strange := sent.keys() - allowed:
        sentence = _("The ERP does not own this field.")
        return Form(errors={name: [sentence] for name in sorted(strange)})
    wanted = [field for field in fields if INPUTS.get(field, field) in sent]
    return load_json(schema_for(visit, noun, wanted), sent)


def _chain(visit: Visit, noun: str, thing_id: UUID) -> Sequence[Any]:
    """The thing with all above it, itself last."""
    try:
        match noun:
            case "property":
                return [area.found_property(visit, thing_id)]
            case "building":
                return area.found_building(visit, thing_id)
            case "unit":
                return area.found_unit(visit, thing_id)
            case "occupancy":
                return area.found_period(visit, thing_id)
        if not visit.viewer.may(EDIT_PEOPLE):
            raise Problem(403)
        return [_person(visit, thing_id)]
    except NotFound as error:
        raise Problem(422, errors={"id": [_("There is nothing with this ID.")]}) from error


def _person(visit: Visit, person_id: UUID) -> Person:
    found = visit.db.get(Person, (visit.company.id, person_id))
    if found is None or not is_reachable(visit.db, person_id, within=visit.viewer.within(EDIT_PEOPLE)):
        raise NotFound
    return found


def _found(visit: Visit, correction_id: UUID, *, lock: bool = False) -> Correction:
    found = visit.db.get(Correction, (visit.company.id, correction_id), with_for_update=True if lock else None)
    if found is None or found.recipient == corrections.TEAM:
        raise Problem(404)
    return found


def _one(visit: Visit, found: Correction) -> dict[str, Any]:
    (wish,) = corrections.with_fields(visit.db, [found])
    return _shown(visit, [wish])[found.id]


def _shown(visit: Visit, wishes: Sequence[Wish]) -> dict[UUID, dict[str, Any]]:
    """Each as the schema takes it, with the number by which the ERP knows the thing."""
    numbers: dict[UUID, str | None] = {}
    for noun in {wish.correction.noun for wish in wishes}:
        ids = [wish.correction.noun_id for wish in wishes if wish.correction.noun == noun]
        numbers |= {row.id: row.external_id for row in visit.db.rows(NUMBERS[noun], {"ids": ids})}
    return {
        one.id: {
            "id": one.id, "noun": one.noun, "object": {"id": one.noun_id, "external_id": numbers.get(one.noun_id)},
            "label": one.label, "note": one.note, "proposed_by": one.proposed_by, "created_at": one.created_at,
            "state": state_of(one), "answer": one.answer, "answered_at": one.answered_at, "closed_at": one.closed_at,
            "fields": wish.fields,
        }
        for wish in wishes
        for one in (wish.correction,)
    }  # fmt: skip


def state_of(one: Correction) -> str:
    """What became of a wish, in one word."""
    if one.closed_at is None:
        return "accepted" if one.answered_at is not None else "open"
    return "put_aside" if one.closed_as == "agent" else one.closed_as
