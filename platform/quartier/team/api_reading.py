"""Reading the team over the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from werkzeug.exceptions import NotFound

from quartier.accounts.models import Agent
from quartier.accounts.permissions import TEAM_READ
from quartier.api.blueprint import ApiBlueprint
from quartier.api.conditions import etag
from quartier.i18n.texts import gettext as _
from quartier.plugin.manifest import Permission
from quartier.team import queries
from quartier.team.api_schemas import AgentSchema, PlaceArguments, PresetsSchema, RightHoldersSchema, TeamSchema
from quartier.team.area import found_member, known_permissions
from quartier.team.policies import PRESETS, jobs_in
from quartier.team.queries import Given, Held, Member, Spot
from quartier.web.visit import Visit

blueprint = ApiBlueprint("team", __name__, description="The company's team, and what each may do where.")

Answer = tuple[dict[str, Any], dict[str, str]]


@blueprint.operation("GET", "/team", needs=TEAM_READ)
@blueprint.response(200, TeamSchema)
def team(visit: Visit) -> dict[str, Any]:
    """Everybody of the team by name, with the grants that hold or will hold; who left comes last."""
    found = queries.members(visit.db, today=visit.today, now=visit.now)
    return {"items": [shown(one) for one in found]}


@blueprint.operation("GET", "/team/<uuid:agent_id>", needs=TEAM_READ, versioned=True)
@blueprint.response(200, AgentSchema)
def member(visit: Visit, agent_id: UUID) -> Answer:
    """Somebody of the team, with the grants that hold or will hold."""
    return answer(visit, agent_id)


@blueprint.operation("GET", "/team/rights", needs=TEAM_READ)
@blueprint.arguments(PlaceArguments, location="query")
@blueprint.response(200, RightHoldersSchema)
def rights(visit: Visit, query: dict[str, Any]) -> dict[str, Any]:
    """Who may do what at a place on a day, and by which grants: those of the place and of all above it."""
    spot, day = spot_of(visit, query), query["day"] or visit.today
    if spot is None:
        raise NotFound
    everybody = queries.members(visit.db, today=visit.today, now=visit.now, past=day < visit.today)
    held = queries.who_may(everybody, spot.at, day, visit.company.zone)
    some, known = [one for one in everybody if held.get(one.row.id)], known_permissions(visit)
    items = [{"agent_id": one.row.id, "name": one.name, "rights": _rights(held[one.row.id], known)} for one in some]
    return {"day": day, "items": items}


@blueprint.operation("GET", "/team/presets", needs=TEAM_READ)
@blueprint.response(200, PresetsSchema)
def presets(visit: Visit) -> dict[str, Any]:
    """What people of a job usually get."""
    known = known_permissions(visit)
    return {"items": [{"key": key, "name": one.name, "permissions": one.among(known)} for key, one in PRESETS.items()]}


def answer(visit: Visit, agent_id: UUID) -> Answer:
    """Somebody of the team as they are now, and which version that is; 404 for nobody."""
    found = found_member(visit, agent_id)
    agent = visit.db.get_one(Agent, (visit.company.id, agent_id), populate_existing=True)
    return shown(found), {"ETag": etag(agent.version)}


def spot_of(visit: Visit, sent: dict[str, Any]) -> Spot | None:
    """The place that was sent; None when there is none here."""
    if (sent["level"] == "company") != (sent["place_id"] is None):
        raise ValidationError({"place_id": [_("A place has an id, and the whole company has none.")]})
    place = f"{sent['level']}:{sent['place_id']}" if sent["place_id"] else "company"
    return queries.spot_of(visit.db, place)


def shown(one: Member) -> dict[str, Any]:
    """Somebody of the team, with the grants that hold or will hold."""
    names = ("id", "person_id", "name", "email", "employer", "ends", "seen_at", "hours", "is_public")
    facts = {name: getattr(one.row, name) for name in names}
    held = [_grant(given) for given in one.grants if given.state in {"now", "later"}]
    return {**facts, "job": one.job, "state": one.state, "grants": held}


def _grant(given: Given) -> dict[str, Any]:
    return {
        "id": given.id, "permissions": given.permissions, **_place(given.spot), "starts": given.starts,
        "ends": given.ends, "holds": given.state == "now", "given_by": given.given_by, "given_at": given.created_at,
    }  # fmt: skip


def _rights(held: Held, known: Mapping[str, Permission]) -> list[dict[str, Any]]:
    given = {one.id: one for grants in held.values() for one in grants}
    jobs = {grant_id: jobs_in(one.permissions, known) for grant_id, one in given.items()}
    return [
        {
            "permission": permission,
            "origins": [
                {"grant_id": one.id, **_place(one.spot), "starts": one.starts, "ends": one.ends,
                 "preset": next((key for key, some in jobs[one.id].items() if permission in some), None)}
                for one in grants
            ],
        }
        for permission, grants in sorted(held.items())
    ]  # fmt: skip


def _place(spot: Spot) -> dict[str, Any]:
    return {"level": spot.level, "place_id": spot.at[-1] if spot.at else None}
