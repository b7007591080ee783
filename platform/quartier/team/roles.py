"""Roles in properties: who answers for what. Later modules find the right person by them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from werkzeug.exceptions import NotFound

from quartier.accounts.permissions import TEAM_ADMIN
from quartier.db.base import new_id
from quartier.i18n.localized import LocalizedText
from quartier.i18n.texts import gettext as _
from quartier.team import policies, queries
from quartier.team.area import TEAM, cockpit, only_chiefs, page
from quartier.team.models import JobRole, PropertyRole
from quartier.team.queries import spot_of
from quartier.team.schemas import RoleSchema
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.visit import Visit

ROLES = f"{TEAM}/roles"


@cockpit.page(ROLES, needs=TEAM_ADMIN)
def role_list(visit: Visit) -> str:
    """The company's roles, and in how many properties somebody has each."""
    counts = "SELECT role_id, count(*) AS many FROM property_role GROUP BY role_id"
    many = {row.role_id: row.many for row in visit.db.rows(counts)}
    found = visit.db.scalars(select(JobRole).order_by(JobRole.created_at, JobRole.id)).all()
    total = visit.db.row("SELECT count(*) AS many FROM property WHERE archived_at IS NULL").many
    return page(visit, "roles", roles=found, many=many, total=total)


@cockpit.page(f"{ROLES}/new", needs=TEAM_ADMIN, methods=("GET", "POST"))
def new_role(visit: Visit) -> Any:
    """A role more."""
    only_chiefs(visit)
    return _name(visit, JobRole(id=new_id(), name=LocalizedText()), _("New role"))


@cockpit.page(f"{ROLES}/<uuid:role_id>", needs=TEAM_ADMIN, methods=("GET", "POST"))
def edit_role(visit: Visit, role_id: UUID) -> Any:
    """Another name."""
    only_chiefs(visit)
    return _name(visit, _found(visit, role_id), _("Change the role"))


@cockpit.action(f"{ROLES}/<uuid:role_id>/delete", needs=TEAM_ADMIN)
def delete_role(visit: Visit, role_id: UUID) -> Any:
    """Nobody has this role any more."""
    only_chiefs(visit)
    visit.db.delete(_found(visit, role_id))
    return back_to(ROLES, _("The role is deleted."))


@cockpit.page(f"{ROLES}/of/<uuid:property_id>", needs=TEAM_ADMIN, methods=("GET", "POST"))
def property_roles(visit: Visit, property_id: UUID) -> Any:
    """Who answers for what in a property."""
    spot = spot_of(visit.db, f"property:{property_id}")
    if spot is None or not policies.may_end(visit.viewer, spot.at):
        raise NotFound
    here = queries.roles_in(visit.db, property_id)
    everybody = queries.members(visit.db, today=visit.today, now=visit.now)
    possible = {str(one.row.id): one.row.name for one in everybody if one.state not in {"off", "over"}}
    if request.method == "GET":
        return page(visit, "property_roles", spot=spot, here=here, possible=possible)
    for row in here:
        wanted = request.form.get(str(row.id), "")
        if wanted and wanted not in possible:
            raise NotFound
        _assign(visit, property_id, row.id, UUID(wanted) if wanted else None)
    return back_to(f"/cockpit/estate/properties/{property_id}", _("Saved."))


def _assign(visit: Visit, property_id: UUID, role_id: UUID, agent_id: UUID | None) -> None:
    keys = {"property_id": property_id, "role_id": role_id}
    if agent_id is None:
        visit.db.execute(delete(PropertyRole).filter_by(**keys))
        return
    wanted = insert(PropertyRole).values(id=new_id(), agent_id=agent_id, **keys)
    unique = ["company_id", "property_id", "role_id"]
    visit.db.execute(wanted.on_conflict_do_update(index_elements=unique, set_={"agent_id": agent_id}))


def _name(visit: Visit, role: JobRole, title: str) -> Any:
    schema = RoleSchema()
    context = {"title": title, "role": role}
    if request.method == "GET":
        return page(visit, "role", form=show_form(schema, role), **context)
    form: Form = load_form(schema)
    if form.ok and not form.values["name"]:
        form = form.wrong("name", _("Please fill this in."))
    if not form.ok:
        return page(visit, "role", form=form, **context), 422
    role.name = form.values["name"]
    visit.db.add(role)
    return back_to(ROLES, _("Saved."))


def _found(visit: Visit, role_id: UUID) -> JobRole:
    found = visit.db.get(JobRole, (visit.company.id, role_id))
    if found is None:
        raise NotFound
    return found
