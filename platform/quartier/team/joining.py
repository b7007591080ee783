"""Where the link of an invitation leads: a new colleague chooses a password, and is in."""

from __future__ import annotations

from typing import Any

from flask import request

from quartier.accounts import services as accounts
from quartier.accounts.door import new_password_errors
from quartier.accounts.models import Agent
from quartier.accounts.pages import keep, keep_mark, source_of
from quartier.accounts.realm import PORTAL
from quartier.accounts.throttle import Source
from quartier.accounts.visitors import new_token
from quartier.i18n.texts import gettext as _
from quartier.people.models import Person
from quartier.team import services
from quartier.team.area import app
from quartier.team.models import TeamInvitation
from quartier.team.services import TeamError
from quartier.web.flash import back_to
from quartier.web.gate import PUBLIC
from quartier.web.render import render
from quartier.web.visit import Visit


@app.page("/team/join/<token>", needs=PUBLIC, methods=("GET", "POST"))
def join_team(visit: Visit, token: str) -> Any:
    """Looking at it uses nothing up: mail scanners look first."""
    found = services.invitation_of(visit.db, token)
    fate = services.fate_of(found)
    if found is None or fate != "open":
        return render("team/gone.html", fate=fate), 410
    if request.method != "POST":
        return _ask(visit, found, {})
    if errors := new_password_errors(found.email):
        return _ask(visit, found, errors), 422
    try:
        account_id = services.accept(visit.db, found, request.form["password"])
    except TeamError as error:
        visit.db.rollback()
        return _ask(visit, found, {error.field: [str(error)]}), 409
    if account_id is None:
        return render("team/gone.html", fate="used"), 410
    mark = source_of(PORTAL).device or new_token()
    place = Source(source_of(PORTAL).network, mark)
    key = accounts.sign_in(PORTAL, visit.db, account_id, place, stays=False, device=request.user_agent.string)
    return keep_mark(keep(back_to("/cockpit/", _("Welcome to the team.")), PORTAL, key), PORTAL, mark)


def _ask(visit: Visit, found: TeamInvitation, errors: dict[str, list[str]]) -> str:
    agent = visit.db.get_one(Agent, (visit.company.id, found.agent_id))
    person = visit.db.get_one(Person, (visit.company.id, agent.person_id))
    return render("team/join.html", name=person.name, email=found.email, by=found.sent_by, errors=errors)
