"""One's own absences for programs, such as a calendar that knows of holidays: "one" is whose token it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields
from werkzeug.exceptions import NotFound

from quartier.accounts.models import Agent
from quartier.api.blueprint import ApiBlueprint
from quartier.i18n.localized import LocalizedTextField
from quartier.profile import queries, services
from quartier.profile.api import account_of_token
from quartier.profile.models import Absence
from quartier.profile.services import AbsenceError
from quartier.web.gate import OWN
from quartier.web.visit import Visit

ALL, ONE = "/me/absences", "/me/absences/<uuid:absence_id>"
NAMED = {"until": "ends", "deputy": "deputy_id"}
"""What the API calls fields of the form."""

blueprint = ApiBlueprint("own_absences", __name__, description="When whoever issued the token is away.")


class NewAbsenceSchema(Schema):
    """Days on which somebody is away, who stands in, and a word to residents."""

    starts = fields.Date(required=True)
    ends = fields.Date(required=True, metadata={"description": "The first day back."})
    deputy_id = fields.UUID(
        allow_none=True, load_default=None, metadata={"description": "A colleague's id, as in the list of the team."}
    )
    note = LocalizedTextField(load_default=dict, max_length=200)


class OwnAbsenceSchema(NewAbsenceSchema):
    """An absence that is planned, or runs."""

    id = fields.UUID(required=True)


class OwnAbsencesSchema(Schema):
    """All of them, the next one first; it has no pages."""

    items = fields.List(fields.Nested(OwnAbsenceSchema), required=True)


@blueprint.operation("GET", ALL, needs=OWN)
@blueprint.response(200, OwnAbsencesSchema)
def own_absences(visit: Visit) -> dict[str, Any]:
    """When the token's own colleague is away, now and later."""
    return {"items": queries.absences_of(visit.db, _agent(visit).id, since=visit.today)}


@blueprint.operation("POST", ALL, needs=OWN)
@blueprint.arguments(NewAbsenceSchema)
@blueprint.response(201, OwnAbsenceSchema)
def plan_absence(visit: Visit, values: dict[str, Any]) -> Absence:
    """Say that one is away. On each of these days somebody must be at the end of those who stand in (422)."""
    try:
        return services.plan_absence(visit.db, _agent(visit), **values, today=visit.today)
    except AbsenceError as error:
        raise ValidationError({NAMED.get(error.field, error.field): [str(error)]}) from error


@blueprint.operation("DELETE", ONE, needs=OWN)
@blueprint.response(204)
def end_absence(visit: Visit, absence_id: UUID) -> None:
    """Be back from today on, or not away after all."""
    found = visit.db.get(Absence, (visit.company.id, absence_id))
    if found is None or found.agent_id != _agent(visit).id:
        raise NotFound
    services.end_absence(visit.db, found, on=visit.today)


def _agent(visit: Visit) -> Agent:
    found = queries.agent_of(visit.db, account_of_token(visit).person_id)
    if found is None:
        raise NotFound
    return found
