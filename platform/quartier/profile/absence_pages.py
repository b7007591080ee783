"""When a member of the team is away, and who stands in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields
from werkzeug.exceptions import NotFound

from quartier.accounts.models import Agent
from quartier.i18n.localized import LocalizedTextField
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.i18n.voice import LANGUAGES
from quartier.profile import queries, services
from quartier.profile.area import app
from quartier.profile.models import Absence
from quartier.profile.services import AbsenceError
from quartier.web.again import again, left_at
from quartier.web.flash import back_to
from quartier.web.forms import Form, labels_of, load_form
from quartier.web.gate import AGENT
from quartier.web.render import render
from quartier.web.visit import Visit

ABSENCE = "/account/absence"


class AbsenceSchema(Schema):
    """Days, both inclusive as people say them; who stands in; a word to residents."""

    starts = fields.Date(required=True, metadata={"label": _l("First day")})
    until = fields.Date(required=True, metadata={"label": _l("Last day")})
    deputy = fields.UUID(allow_none=True, load_default=None, metadata={"label": _l("Who stands in")})
    note = LocalizedTextField(max_length=200, metadata={"label": _l("A word to residents")})


@app.page(ABSENCE, needs=AGENT)
def absence(visit: Visit) -> str:
    """What is planned, and a form for more."""
    return _page(visit, _agent(visit), left_at(ABSENCE).over(Form(labels=labels_of(AbsenceSchema()))))


@app.action(ABSENCE, needs=AGENT)
def add_absence(visit: Visit) -> Any:
    """Take the form."""
    agent, form = _agent(visit), load_form(AbsenceSchema())
    if not form.ok:
        return again(ABSENCE, *form.typed, errors=form.errors)
    values = form.values
    try:
        services.plan_absence(
            visit.db, agent, starts=values["starts"], ends=values["until"] + timedelta(days=1),
            deputy_id=values["deputy"], note=values["note"], today=visit.today,
        )  # fmt: skip
    except AbsenceError as error:
        return again(ABSENCE, *form.typed, errors=form.wrong(error.field, str(error)).errors)
    return back_to(ABSENCE, _("Saved."))


@app.action(f"{ABSENCE}/<uuid:absence_id>/end", needs=AGENT)
def end_absence(visit: Visit, absence_id: UUID) -> Any:
    """Back again, or not away after all."""
    found = visit.db.get(Absence, (visit.company.id, absence_id))
    if found is None or found.agent_id != _agent(visit).id:
        raise NotFound
    services.end_absence(visit.db, found, on=visit.today)
    return back_to(ABSENCE, _("Saved."))


def _agent(visit: Visit) -> Agent:
    """The viewer as a member of the team; a machine is none."""
    found = queries.agent_of(visit.db, visit.viewer.person_id)
    if found is None:
        raise NotFound
    return found


def _page(visit: Visit, agent: Agent, form: Form) -> str:
    team = queries.team(visit.db)
    return render(
        "profile/absence.html", form=form, team=team, days=services.days,
        absences=queries.absences_of(visit.db, agent.id, since=visit.today),
        choices=[(one.id, one.label) for one in queries.deputies_for(agent, team).values()],
        offered=[language for language in LANGUAGES if language in visit.company.languages],
    )  # fmt: skip
