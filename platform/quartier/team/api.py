"""The team for programs: who is in it, and what everybody may do where and until when."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from quartier.accounts.permissions import TEAM_READ
from quartier.api.blueprint import ApiBlueprint
from quartier.i18n.localized import LocalizedTextField
from quartier.team import queries
from quartier.team.queries import Given, Member
from quartier.web.visit import Visit

blueprint = ApiBlueprint("team", __name__, description="The company's team, and what each may do where.")


class GrantSchema(Schema):
    """Permissions at a place; an end is the first day on which they do not hold."""

    id = fields.UUID(required=True)
    permissions = fields.List(fields.String(), required=True)
    level = fields.String(required=True, metadata={"description": "company, property, building or unit."})
    place_id = fields.UUID(required=True, allow_none=True, metadata={"description": "Empty for the whole company."})
    starts = fields.Date(required=True, allow_none=True)
    ends = fields.Date(required=True, allow_none=True)
    holds = fields.Boolean(required=True, metadata={"description": "Whether it holds today."})
    given_by = fields.String(required=True)
    given_at = fields.DateTime(required=True)


class AgentSchema(Schema):
    """Somebody of the team. Somebody of another company has its name as `employer`, and an end."""

    id = fields.UUID(required=True)
    person_id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    job = LocalizedTextField(required=True)
    employer = fields.String(required=True)
    ends = fields.Date(required=True, allow_none=True)
    state = fields.String(
        required=True, metadata={"description": "active, invited, late (the link is too old), withdrawn, over or off."}
    )
    seen_at = fields.DateTime(required=True, allow_none=True)
    grants = fields.List(fields.Nested(GrantSchema), required=True)


class TeamSchema(Schema):
    """All of the team; it has no pages."""

    items = fields.List(fields.Nested(AgentSchema), required=True)


@blueprint.operation("GET", "/team", needs=TEAM_READ)
@blueprint.response(200, TeamSchema)
def team(visit: Visit) -> dict[str, Any]:
    """Everybody of the team by name, with the grants that hold or will hold; who left comes last."""
    found = queries.members(visit.db, today=visit.today, now=visit.now)
    return {"items": [_agent(one) for one in found]}


def _agent(one: Member) -> dict[str, Any]:
    names = ("id", "person_id", "name", "email", "employer", "ends", "seen_at")
    facts = {name: getattr(one.row, name) for name in names}
    return {**facts, "job": one.job, "state": one.state, "grants": [_grant(given) for given in one.grants]}


def _grant(given: Given) -> dict[str, Any]:
    return {
        "id": given.id, "permissions": given.permissions, "level": given.spot.level,
        "place_id": given.spot.at[-1] if given.spot.at else None, "starts": given.starts, "ends": given.ends,
        "holds": given.state == "now", "given_by": given.given_by, "given_at": given.created_at,
    }  # fmt: skip
