"""Roles in properties over the API: which there are, and who has them where."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from marshmallow import ValidationError
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from quartier.accounts.permissions import TEAM_ADMIN, TEAM_READ
from quartier.i18n.texts import gettext as _
from quartier.team import policies, queries
from quartier.team.api_reading import blueprint
from quartier.team.api_schemas import JobRoleHolderSchema, JobRolesSchema, NewRoleHolderSchema
from quartier.team.area import GONE
from quartier.team.models import JobRole, PropertyRole
from quartier.team.roles import assign
from quartier.web.visit import Visit


@blueprint.operation("GET", "/team/roles", needs=TEAM_READ)
@blueprint.response(200, JobRolesSchema)
def roles(visit: Visit) -> dict[str, Any]:
    """The company's roles, the oldest first, and who has which in which property."""
    known = select(JobRole).order_by(JobRole.created_at, JobRole.id)
    held = select(PropertyRole).order_by(PropertyRole.property_id, PropertyRole.role_id)
    return {"items": visit.db.scalars(known).all(), "assigned": visit.db.scalars(held).all()}


@blueprint.operation("PUT", "/team/roles/<uuid:role_id>/properties/<uuid:property_id>", needs=TEAM_ADMIN)
@blueprint.arguments(NewRoleHolderSchema)
@blueprint.response(200, JobRoleHolderSchema)
def assign_role(visit: Visit, values: dict[str, Any], role_id: UUID, property_id: UUID) -> dict[str, Any]:
    """Give a role in a property to somebody, or to nobody; one has it at most."""
    spot, agent_id = queries.spot_of(visit.db, f"property:{property_id}"), values["agent_id"]
    role = visit.db.get(JobRole, (visit.company.id, role_id))
    if spot is None or role is None or not policies.may_end(visit.viewer, spot.at):
        raise NotFound
    if agent_id is not None:
        found = queries.member(visit.db, agent_id, today=visit.today, now=visit.now)
        if found is None or found.state in GONE:
            raise ValidationError({"agent_id": [_("This is nobody of the team today.")]})
    assign(visit.db, property_id, role_id, agent_id)
    return {"role_id": role_id, "property_id": property_id, "agent_id": agent_id}
