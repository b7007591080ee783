"""The team's pages: who is in it, somebody's place in it, a new colleague, and who may do what somewhere."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from werkzeug.exceptions import NotFound

from quartier.accounts.models import Agent
from quartier.accounts.permissions import TEAM_ADMIN
from quartier.deliveries.readers import Reader
from quartier.i18n.texts import gettext as _
from quartier.team import audit, giving, joining, policies, queries, rights_pages, roles, services
from quartier.team.area import (
    DAY,
    GONE,
    TEAM,
    app,
    cockpit,
    done,
    found_member,
    in_languages,
    kept_languages,
    only_chiefs,
    page,
    past,
    sent_version,
    value_in_words,
)
from quartier.team.chiefs import TeamError
from quartier.team.giving import asked, checked, rights_form, wants_look
from quartier.team.schemas import DetailsSchema, InviteSchema
from quartier.team.services import Edited, Invited
from quartier.team.writing import write_to_newcomer
from quartier.web.clash import clashes_of
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.visit import Visit

__all__ = ["app", "audit", "cockpit", "giving", "joining", "rights_pages", "roles"]


@cockpit.page(f"{TEAM}/", needs=TEAM_ADMIN)
def team(visit: Visit) -> str:
    """Everybody: what they are, where they may do what, when they were here last."""
    everybody = queries.members(visit.db, today=visit.today, now=visit.now)
    gone = request.args.get("state") == "gone"
    shown = [one for one in everybody if (one.state in GONE) == gone]
    return page(visit, "list", members=shown, gone=gone, count=len(everybody))


@cockpit.page(f"{TEAM}/new", needs=TEAM_ADMIN, methods=("GET", "POST"))
def invite(visit: Visit) -> Any:
    """A new colleague, with the first rights."""
    schema, outsider = InviteSchema(visit.company.country), bool(request.form.get("employer", "").strip())
    if wants_look():
        return _invite_form(visit, asked(visit, schema), outsider=outsider)
    form, rights = checked(visit, load_form(schema), outsider=outsider)
    form = _with_end(visit, form)
    if rights is None or not form.ok:
        return _invite_form(visit, form, outsider=outsider), 422
    facts = {**form.values, "ends": form.values["leaves"] + DAY if outsider else None}
    try:
        made = services.invite(visit.db, facts, rights, by=visit.viewer)
    except TeamError as error:
        visit.db.rollback()
        return _invite_form(visit, form.wrong(error.field, str(error)), outsider=outsider), 422
    name = f"{form.values['given_name']} {form.values['family_name']}".strip()
    write_to_newcomer(visit, made, Reader(form.values["email"], name, form.values["language"], made.person_id))
    words = _("The invitation is on its way to %(address)s.", address=form.values["email"])
    return back_to(
        f"{TEAM}/{made.agent_id}", words if made.token else _("They are in the team now. A mail tells them.")
    )


@cockpit.page(f"{TEAM}/<uuid:agent_id>", needs=TEAM_ADMIN)
def agent_page(visit: Visit, agent_id: UUID) -> str:
    """What somebody is, and what they may do where."""
    found = found_member(visit, agent_id)
    may_end = {
        one.id for one in found.grants if one.state in {"now", "later"} and policies.may_end(visit.viewer, one.spot.at)
    }
    return page(visit, "agent", member=found, may_end=may_end, own=found.row.person_id == visit.viewer.person_id)


@cockpit.page(f"{TEAM}/<uuid:agent_id>/edit", needs=TEAM_ADMIN, methods=("GET", "POST"))
def edit_agent(visit: Visit, agent_id: UUID) -> Any:
    """What residents read about somebody, and until when somebody of another company is here."""
    only_chiefs(visit)
    found = found_member(visit, agent_id)
    agent = visit.db.get_one(Agent, (visit.company.id, agent_id))
    if request.method == "GET":
        return page(visit, "edit", member=found, form=_details(visit, agent), version=agent.version)
    form = _with_end(visit, load_form(DetailsSchema()))
    if not form.ok:
        return page(visit, "edit", member=found, form=form, version=sent_version()), 422
    try:
        services.change(visit.db, agent, _facts(form, agent), version=sent_version())
    except TeamError as error:
        visit.db.rollback()
        return page(visit, "edit", member=found, form=form.wrong(error.field, str(error)), version=sent_version()), 422
    except Edited:
        clashes = clashes_of(form, _details(visit, agent), value_in_words)
        return page(visit, "edit", member=found, form=form, version=agent.version, clashes=clashes), 409
    return back_to(f"{TEAM}/{agent_id}", _("Saved."))


@cockpit.action(f"{TEAM}/<uuid:agent_id>/again", needs=TEAM_ADMIN)
def send_again(visit: Visit, agent_id: UUID) -> Any:
    """Another link by mail; the one before opens nothing any more."""
    only_chiefs(visit)
    found = found_member(visit, agent_id)
    if found.state not in {"invited", "late", "withdrawn"}:
        raise NotFound
    token = services.invite_again(visit.db, agent_id, by=visit.viewer)
    if token is None:
        raise NotFound
    row = found.row
    write_to_newcomer(
        visit, Invited(agent_id, row.person_id, token), Reader(row.email, row.name, row.language, row.person_id)
    )
    return back_to(f"{TEAM}/{agent_id}", _("The invitation is on its way to %(address)s.", address=found.row.email))


@cockpit.action(f"{TEAM}/<uuid:agent_id>/withdraw", needs=TEAM_ADMIN)
def withdraw(visit: Visit, agent_id: UUID) -> Any:
    """The link opens nothing any more."""
    only_chiefs(visit)
    found_member(visit, agent_id)
    return done(
        visit, f"{TEAM}/{agent_id}", lambda: services.withdraw(visit.db, agent_id), _("The invitation is withdrawn.")
    )


@cockpit.action(f"{TEAM}/<uuid:agent_id>/deactivate", needs=TEAM_ADMIN)
def deactivate(visit: Visit, agent_id: UUID) -> Any:
    """Out at once."""
    only_chiefs(visit)
    found = found_member(visit, agent_id)
    words = _("%(name)s is deactivated and signed out everywhere.", name=found.row.name)
    return done(visit, f"{TEAM}/{agent_id}", lambda: services.deactivate(visit.db, agent_id, by=visit.viewer), words)


@cockpit.action(f"{TEAM}/<uuid:agent_id>/reactivate", needs=TEAM_ADMIN)
def reactivate(visit: Visit, agent_id: UUID) -> Any:
    """Back again."""
    only_chiefs(visit)
    found_member(visit, agent_id)
    return done(visit, f"{TEAM}/{agent_id}", lambda: services.reactivate(visit.db, agent_id), _("Back in the team."))


def _details(visit: Visit, agent: Agent) -> Form:
    leaves = (agent.ends - DAY).isoformat() if agent.ends else ""
    return in_languages(visit, show_form(DetailsSchema(), agent, leaves=leaves))


def _facts(form: Form, agent: Agent) -> dict[str, Any]:
    """What the form says of an agent. A text in a language that is not offered any more stays: it may come back."""
    values, ends = form.values, form.values["leaves"] + DAY if form.values["leaves"] else None
    texts = {name: kept_languages(form, name, getattr(agent, name)) for name in ("job", "hours")}
    return {**texts, "is_public": values["is_public"], "employer": values["employer"], "ends": ends}


def _invite_form(visit: Visit, form: Form, *, outsider: bool) -> str:
    return page(visit, "invite", **rights_form(visit, form, outsider=outsider))


def _with_end(visit: Visit, form: Form) -> Form:
    wrong = form.ok and past(form.values["leaves"], visit.today)
    return form.wrong("leaves", _("This day lies in the past.")) if wrong else form
