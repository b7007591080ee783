"""Roles in properties over the API: which there are, what they are called, and who has them where."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from quartier.accounts.permissions import TEAM_ADMIN, TEAM_READ
from quartier.api.conditions import etag, require_match
from quartier.api.problems import Problem
from quartier.i18n.texts import gettext as _
from quartier.team import policies, queries, services
from quartier.team.api_reading import blueprint
from quartier.team.api_schemas import (
    JobRoleHolderSchema,
    JobRoleSchema,
    JobRolesSchema,
    NewJobRoleSchema,
    NewRoleHolderSchema,
)
from quartier.team.area import GONE, only_chiefs
from quartier.team.models import JobRole, PropertyRole
from quartier.team.roles import assign
from quartier.team.services import Edited
from quartier.web.visit import Visit

ALL, ONE = "/team/roles", "/team/roles/<uuid:role_id>"

Answer = tuple[JobRole, dict[str, str]]


@blueprint.operation("GET", ALL, needs=TEAM_READ)
@blueprint.response(200, JobRolesSchema)
def roles(visit: Visit) -> dict[str, Any]:
    """The company's roles, the oldest first, and who has which in which property."""
    known = select(JobRole).order_by(JobRole.created_at, JobRole.id)
    held = select(PropertyRole).order_by(PropertyRole.property_id, PropertyRole.role_id)
    return {"items": visit.db.scalars(known).all(), "assigned": visit.db.scalars(held).all()}


@blueprint.operation("GET", ONE, needs=TEAM_READ, versioned=True)
@blueprint.response(200, JobRoleSchema)
def role(visit: Visit, role_id: UUID) -> Answer:
    """One role."""
    return _answer(_found(visit, role_id))


@blueprint.operation("POST", ALL, needs=TEAM_ADMIN)
@blueprint.arguments(NewJobRoleSchema)
@blueprint.response(201, JobRoleSchema)
def add_role(visit: Visit, values: dict[str, Any]) -> Answer:
    """Add a role. Its key is made of its name, and stays whatever it is called later."""
    only_chiefs(visit)
    return _answer(services.add_role(visit.db, values["name"]))


@blueprint.operation("PATCH", ONE, needs=TEAM_ADMIN, versioned=True)
@blueprint.arguments(NewJobRoleSchema)
@blueprint.response(200, JobRoleSchema)
def rename_role(visit: Visit, values: dict[str, Any], role_id: UUID) -> Answer:
    """Call a role otherwise; languages that are left out have no name any more."""
    only_chiefs(visit)
    found = _found(visit, role_id)
    require_match(found.version)
    try:
        services.rename_role(visit.db, found, values["name"], version=found.version)
    except Edited as error:
        raise Problem(412) from error
    return _answer(found)


@blueprint.operation("DELETE", ONE, needs=TEAM_ADMIN)
@blueprint.response(204)
def delete_role(visit: Visit, role_id: UUID) -> None:
    """Delete a role; nobody has it anywhere any more."""
    only_chiefs(visit)
    visit.db.delete(_found(visit, role_id))


@blueprint.operation("PUT", f"{ONE}/properties/<uuid:property_id>", needs=TEAM_ADMIN)
@blueprint.arguments(NewRoleHolderSchema)
@blueprint.response(200, JobRoleHolderSchema)
def assign_role(visit: Visit, values: dict[str, Any], role_id: UUID, property_id: UUID) -> dict[str, Any]:
    """Give a role in a property to somebody, or to nobody; one has it at most."""
    spot, agent_id = queries.spot_of(visit.db, f"property:{property_id}"), values["agent_id"]
    if (
        spot is None
        or visit.db.get(JobRole, (visit.company.id, role_id)) is None
        or not policies.may_end(visit.viewer, spot.at)
    ):
        raise NotFound
    if agent_id is not None:
        found = queries.member(visit.db, agent_id, today=visit.today, now=visit.now)
        if found is None or found.state in GONE:
            raise ValidationError({"agent_id": [_("This is nobody of the team today.")]})
    assign(visit.db, property_id, role_id, agent_id)
    return {"role_id": role_id, "property_id": property_id, "agent_id": agent_id}


def _found(visit: Visit, role_id: UUID) -> JobRole:
    found = visit.db.get(JobRole, (visit.company.id, role_id))
    if found is None:
        raise NotFound
    return found


def _answer(role: JobRole) -> Answer:
    return role, {"ETag": etag(role.version)}
