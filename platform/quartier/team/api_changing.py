"""Changing the team over the API: the same rules and the same words as on its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from werkzeug.exceptions import NotFound

from quartier.accounts.models import Agent
from quartier.accounts.permissions import TEAM_ADMIN
from quartier.api.conditions import require_match
from quartier.api.problems import Problem
from quartier.deliveries.readers import Reader
from quartier.i18n.texts import gettext as _
from quartier.people.phones import parse_phone
from quartier.team import grants, policies, queries, services
from quartier.team.api_reading import Answer, answer, blueprint, spot_of
from quartier.team.api_schemas import AgentChangeSchema, AgentSchema, GiveSchema, NewAgentSchema
from quartier.team.area import DAY, found_member, only_chiefs, past
from quartier.team.chiefs import TeamError
from quartier.team.giving import checked
from quartier.team.grants import Rights
from quartier.team.services import Edited, Invited
from quartier.team.writing import write_to_newcomer
from quartier.web.forms import WHOLE, Form
from quartier.web.visit import Visit

NAMED = {"place": "place_id", "until": "ends", "leaves": "ends"}
"""What the API calls fields of the forms."""


@blueprint.operation("POST", "/team", needs=TEAM_ADMIN)
@blueprint.arguments(NewAgentSchema)
@blueprint.response(201, AgentSchema)
def invite(visit: Visit, values: dict[str, Any]) -> Answer:
    """Invite a new colleague, with the first rights; the link goes by mail and is good for three days."""
    outsider = bool(values["employer"])
    _ends_in_time(visit, values)
    facts = {**values, "phone": _phone(visit, values["phone"])}
    rights = _rights(visit, values["grant"], outsider=outsider, inside="grant")
    with refusing():
        made = services.invite(visit.db, facts, rights, by=visit.viewer)
    name = f"{values['given_name']} {values['family_name']}".strip()
    write_to_newcomer(visit, made, Reader(values["email"], name, values["language"], made.person_id))
    return answer(visit, made.agent_id)


@blueprint.operation("POST", "/team/<uuid:agent_id>/invitation", needs=TEAM_ADMIN)
@blueprint.response(200, AgentSchema)
def invite_again(visit: Visit, agent_id: UUID) -> Answer:
    """Send another link, good for three days; the one before opens nothing. 409 for whoever has come."""
    _agent(visit, agent_id)
    row = found_member(visit, agent_id).row
    token = services.invite_again(visit.db, agent_id, by=visit.viewer) if row.deactivated_at is None else None
    if token is None:
        raise Problem(409)
    reader = Reader(row.email, row.name, row.language, row.person_id)
    write_to_newcomer(visit, Invited(agent_id, row.person_id, token), reader)
    return answer(visit, agent_id)


@blueprint.operation("PATCH", "/team/<uuid:agent_id>", needs=TEAM_ADMIN, versioned=True)
@blueprint.arguments(AgentChangeSchema)
@blueprint.response(200, AgentSchema)
def change(visit: Visit, values: dict[str, Any], agent_id: UUID) -> Answer:
    """Change what residents read about somebody, and until when they are in the team."""
    agent = _agent(visit, agent_id)
    require_match(agent.version)
    _ends_in_time(visit, {"employer": agent.employer, "ends": agent.ends, **values}, sent=values)
    with refusing():
        try:
            services.change(visit.db, agent, values, version=agent.version)
        except Edited as error:
            raise Problem(412) from error
    return answer(visit, agent_id)


@blueprint.operation("POST", "/team/<uuid:agent_id>/deactivate", needs=TEAM_ADMIN)
@blueprint.response(200, AgentSchema)
def deactivate(visit: Visit, agent_id: UUID) -> Answer:
    """Sign somebody out everywhere and for good, until they are taken back; twice is the same as once."""
    _agent(visit, agent_id)
    with refusing():
        services.deactivate(visit.db, agent_id, by=visit.viewer)
    return answer(visit, agent_id)


@blueprint.operation("POST", "/team/<uuid:agent_id>/reactivate", needs=TEAM_ADMIN)
@blueprint.response(200, AgentSchema)
def reactivate(visit: Visit, agent_id: UUID) -> Answer:
    """Take somebody back, with the rights that did not end meanwhile."""
    _agent(visit, agent_id)
    services.reactivate(visit.db, agent_id)
    return answer(visit, agent_id)


@blueprint.operation("POST", "/team/<uuid:agent_id>/grants", needs=TEAM_ADMIN)
@blueprint.arguments(GiveSchema)
@blueprint.response(201, AgentSchema)
def give(visit: Visit, values: dict[str, Any], agent_id: UUID) -> Answer:
    """Give rights. What is given there already is left out; 422 where nothing new is left, or the days overlap."""
    found = found_member(visit, agent_id)
    rights = _rights(visit, values, outsider=bool(found.row.employer))
    with refusing():
        grants.give(visit.db, agent_id, rights, by=visit.viewer)
    return answer(visit, agent_id)


@blueprint.operation("DELETE", "/team/<uuid:agent_id>/grants/<uuid:grant_id>", needs=TEAM_ADMIN)
@blueprint.response(200, AgentSchema)
def end_grant(visit: Visit, agent_id: UUID, grant_id: UUID) -> Answer:
    """End rights at once; what held until now stays known."""
    given = next((one for one in found_member(visit, agent_id).grants if one.id == grant_id), None)
    if given is None or not policies.may_end(visit.viewer, given.spot.at):
        raise NotFound
    with refusing():
        grants.end_grant(visit.db, agent_id, grant_id, by=visit.viewer)
    return answer(visit, agent_id)


@contextmanager
def refusing() -> Iterator[None]:
    """What must not happen to a team, as a problem at its field."""
    try:
        yield
    except TeamError as error:
        if error.field == WHOLE:
            raise Problem(409, str(error)) from error
        raise ValidationError({NAMED.get(error.field, error.field): [str(error)]}) from error


def _agent(visit: Visit, agent_id: UUID) -> Agent:
    only_chiefs(visit)
    found = visit.db.get(Agent, (visit.company.id, agent_id))
    if found is None:
        raise NotFound
    return found


def _rights(visit: Visit, sent: dict[str, Any], *, outsider: bool, inside: str = "") -> Rights:
    spot = spot_of(visit, sent)
    until = sent["ends"] - DAY if sent["ends"] else None
    typed = {"permissions": sent["permissions"], "starts": sent["starts"], "until": until}
    key = spot.key if spot is not None else queries.NO_PLACE
    form, rights = checked(visit, Form({**typed, "place": key}), outsider=outsider)
    if rights is None:
        wrong = {NAMED.get(field, field): sentences for field, sentences in form.errors.items()}
        raise ValidationError({inside: wrong} if inside else wrong)
    return rights


def _ends_in_time(visit: Visit, values: Mapping[str, Any], *, sent: Mapping[str, Any] | None = None) -> None:
    ends: date | None = values["ends"]
    if values["employer"] and ends is None:
        raise ValidationError({"ends": [_("For somebody of another company, a last day is needed.")]})
    if ends is not None and "ends" in (values if sent is None else sent) and past(ends - DAY, visit.today):
        raise ValidationError({"ends": [_("This day lies in the past.")]})


def _phone(visit: Visit, text: str | None) -> str | None:
    try:
        return parse_phone(text, visit.company.country) if text else None
    except ValueError as error:
        raise ValidationError({"phone": [_("This is not a phone number.")]}) from error
