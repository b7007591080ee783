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
from quartier.team import policies, queries, services
from quartier.team.area import (
    GONE,
    STATES,
    TEAM,
    cockpit,
    in_languages,
    kept_languages,
    only_chiefs,
    page,
    sent_version,
    value_in_words,
)
from quartier.team.models import JobRole, PropertyRole
from quartier.team.queries import Member, spot_of
from quartier.team.schemas import RoleSchema
from quartier.team.services import Edited
from quartier.tenancy.session import CompanySession
from quartier.web.clash import Clash, clashes_of
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.visit import Visit

ROLES = f"{TEAM}/roles"
SHOWN = 20
GIVEN = """
    SELECT h.id, h.name AS property,
           trim(p.given_name || ' ' || coalesce(nullif(p.family_name, ''), p.company_name)) AS agent
      FROM property_role r
      JOIN property h ON h.company_id = r.company_id AND h.id = r.property_id
      JOIN agent g ON g.company_id = r.company_id AND g.id = r.agent_id
      JOIN person p ON p.company_id = g.company_id AND p.id = g.person_id
     WHERE r.role_id = %(role)s ORDER BY h.name, h.id
"""

Choices = dict[UUID, dict[str, str]]
"""By role, the agents who can have it, by id and name."""


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
    return _name(visit, None, _("New role"))


@cockpit.page(f"{ROLES}/<uuid:role_id>", needs=TEAM_ADMIN, methods=("GET", "POST"))
def edit_role(visit: Visit, role_id: UUID) -> Any:
    """Another name."""
    only_chiefs(visit)
    return _name(visit, _found(visit, role_id), _("Change the role"))


@cockpit.action(f"{ROLES}/<uuid:role_id>/delete", needs=TEAM_ADMIN)
def delete_role(visit: Visit, role_id: UUID) -> Any:
    """Nobody has this role any more; where somebody has it, that is shown first."""
    only_chiefs(visit)
    found = _found(visit, role_id)
    given = visit.db.rows(GIVEN, {"role": role_id})
    if given and request.form.get("step") != "delete":
        return page(visit, "role_delete", role=found, given=given, shown=SHOWN)
    visit.db.delete(found)
    return back_to(ROLES, _("The role is deleted."))


@cockpit.page(f"{ROLES}/of/<uuid:property_id>", needs=TEAM_ADMIN, methods=("GET", "POST"))
def property_roles(visit: Visit, property_id: UUID) -> Any:
    """Who answers for what in a property."""
    spot = spot_of(visit.db, f"property:{property_id}")
    if spot is None or not policies.may_end(visit.viewer, spot.at):
        raise NotFound
    if request.method == "POST":  # two who choose at once come one after the other
        visit.db.row("SELECT id FROM property WHERE id = %s FOR NO KEY UPDATE", (property_id,))
    here = queries.roles_in(visit.db, property_id)
    possible = _possible(visit, here)
    if request.method == "GET":
        chosen = {row.id: str(row.agent_id or "") for row in here}
        return page(visit, "property_roles", spot=spot, here=here, possible=possible, chosen=chosen)
    chosen = {row.id: request.form.get(str(row.id), str(row.agent_id or "")) for row in here}
    if any(wanted and wanted not in possible[row_id] for row_id, wanted in chosen.items()):
        raise NotFound
    if clashes := _clashes(visit, here, chosen, possible):
        return page(
            visit, "property_roles", spot=spot, here=here, possible=possible, chosen=chosen, clashes=clashes
        ), 409
    for row in here:
        if chosen[row.id] != _seen(row):
            assign(visit.db, property_id, row.id, UUID(chosen[row.id]) if chosen[row.id] else None)
    return back_to(f"/cockpit/estate/properties/{property_id}", _("Saved."))


def _seen(row: Any) -> str:
    """Who stood in the form for a role before anybody chose."""
    return request.form.get(f"seen.{row.id}", str(row.agent_id or ""))


def _clashes(visit: Visit, here: list[Any], chosen: dict[UUID, str], possible: Choices) -> list[Clash]:
    """Roles that somebody else gave to another one meanwhile, of those that were moved here."""
    found = []
    for row in here:
        now, wanted, seen = str(row.agent_id or ""), chosen[row.id], _seen(row)
        if wanted not in {seen, now} and now != seen:
            names = possible[row.id]
            found.append(Clash(visit.say(row.role), names.get(now, ""), names.get(wanted, "")))
    return found


def _possible(visit: Visit, here: list[Any]) -> Choices:
    """By role, who can have it: the team, and whoever has it now, with what became of them."""
    everybody = {str(one.row.id): one for one in queries.members(visit.db, today=visit.today, now=visit.now)}
    team = {key: one.name for key, one in everybody.items() if one.state not in GONE}
    return {row.id: team | _holder(everybody.get(str(row.agent_id))) for row in here}


def _holder(one: Member | None) -> dict[str, str]:
    if one is None:
        return {}
    return {str(one.row.id): f"{one.name}, {STATES[one.state]}" if one.state in GONE else one.name}


def assign(db: CompanySession, property_id: UUID, role_id: UUID, agent_id: UUID | None) -> None:
    """Give a role in a property to somebody, or to nobody."""
    keys = {"property_id": property_id, "role_id": role_id}
    if agent_id is None:
        db.execute(delete(PropertyRole).filter_by(**keys))
        return
    wanted = insert(PropertyRole).values(id=new_id(), agent_id=agent_id, **keys)
    unique = ["company_id", "property_id", "role_id"]
    db.execute(wanted.on_conflict_do_update(index_elements=unique, set_={"agent_id": agent_id}))


def _name(visit: Visit, role: JobRole | None, title: str) -> Any:
    """The form of a role, for a new one or one that there is."""
    schema, stored = RoleSchema(), role or JobRole(name=LocalizedText(), version=0)
    if request.method == "GET":
        return page(visit, "role", title=title, form=_shown(visit, stored), version=stored.version)
    form = load_form(schema)
    name = kept_languages(form, "name", stored.name) if form.ok else LocalizedText()
    if form.ok and not name:
        form = form.wrong("name", _("Please fill this in."))
    if not form.ok:
        return page(visit, "role", title=title, form=form, version=form.shown("version", stored.version)), 422
    if role is None:
        services.add_role(visit.db, name)
        return back_to(ROLES, _("Saved."))
    try:
        services.rename_role(visit.db, role, name, version=sent_version())
    except Edited:
        clashes = clashes_of(form, _shown(visit, role), value_in_words)
        return page(visit, "role", title=title, form=form, version=role.version, clashes=clashes), 409
    return back_to(ROLES, _("Saved."))


def _shown(visit: Visit, role: JobRole) -> Form:
    return in_languages(visit, show_form(RoleSchema(), role))


def _found(visit: Visit, role_id: UUID) -> JobRole:
    found = visit.db.get(JobRole, (visit.company.id, role_id))
    if found is None:
        raise NotFound
    return found
