"""Where the link of an invitation leads: a new colleague chooses a password or makes a passkey, and is in."""

from __future__ import annotations

from typing import Any

from flask import request

from quartier.accounts import devices, passkeys
from quartier.accounts import services as accounts
from quartier.accounts.door import new_password_errors
from quartier.accounts.keyring import answer, ask_for_a_new_key
from quartier.accounts.models import Agent
from quartier.accounts.pages import keep, keep_mark, source_of
from quartier.accounts.passkeys import Answer, Holder, Refused
from quartier.accounts.realm import PORTAL
from quartier.accounts.throttle import Source
from quartier.accounts.visitors import new_token
from quartier.i18n.texts import gettext as _
from quartier.people.models import Person
from quartier.team import services
from quartier.team.area import app
from quartier.team.chiefs import TeamError
from quartier.team.models import TeamInvitation
from quartier.web.again import again, left_at
from quartier.web.flash import back_to
from quartier.web.gate import PUBLIC
from quartier.web.render import render
from quartier.web.visit import Visit


@app.page("/team/join/<token>", needs=PUBLIC, methods=("GET", "POST"))
def join_team(visit: Visit, token: str) -> Any:
    """Looking at it uses nothing up: mail scanners look first."""
    found, fate = _open(visit, token)
    if found is None:
        return back_to(request.path) if request.method == "POST" else _gone(fate)
    if request.method != "POST":
        return _ask(visit, found)
    if errors := new_password_errors(found.email):
        return again(request.path, errors=errors)
    return _in(visit, found, token, request.form["password"])


@app.action("/team/join/<token>/options", needs=PUBLIC)
def join_options(visit: Visit, token: str) -> Any:
    """What the device is asked: to make a key for the account that there will be."""
    found, fate = _open(visit, token)
    if found is None:
        return _gone(fate)
    holder = Holder(services.account_id_of(found), found.email, _name(visit, found) or found.email)
    return ask_for_a_new_key(visit, holder)


@app.action("/team/join/<token>/passkey", needs=PUBLIC)
def join_with_passkey(visit: Visit, token: str) -> Any:
    """In with a new key, and without a password. Where it proves nothing, the link is still good."""
    found, _fate = _open(visit, token)
    if found is None:
        return back_to(f"/team/join/{token}")
    try:
        return _in(visit, found, token, None, answer(visit))
    except Refused:
        visit.db.rollback()
        wrong = _("This passkey did not work. Please try again, or use a password.")
        return again(f"/team/join/{token}", error=wrong)


def _open(visit: Visit, token: str) -> tuple[TeamInvitation | None, str]:
    """The invitation, while it can be used, and what became of it."""
    found = services.invitation_of(visit.db, token)
    fate = services.fate_of(found)
    return (found if fate == "open" else None), fate


def _in(visit: Visit, found: TeamInvitation, token: str, password: str | None, said: Answer | None = None) -> Any:
    """The account is made, and this device is signed in."""
    try:
        account_id = services.accept(visit.db, found, password)
    except TeamError as error:
        visit.db.rollback()
        return again(f"/team/join/{token}", errors={error.field: [str(error)]})
    if account_id is None:
        return back_to(f"/team/join/{token}")
    if said is not None:
        passkeys.add(PORTAL, visit.db, account_id, devices.name_of(request.user_agent.string), said)
    mark = source_of(PORTAL).device or new_token()
    place = Source(source_of(PORTAL).network, mark)
    key = accounts.sign_in(PORTAL, visit.db, account_id, place, stays=False, device=request.user_agent.string)
    return keep_mark(keep(back_to("/cockpit/", _("Welcome to the team.")), PORTAL, key), PORTAL, mark)


def _gone(fate: str) -> tuple[str, int]:
    return render("team/gone.html", fate=fate), 410


def _name(visit: Visit, found: TeamInvitation) -> str:
    agent = visit.db.get_one(Agent, (visit.company.id, found.agent_id))
    return visit.db.get_one(Person, (visit.company.id, agent.person_id)).name


def _ask(visit: Visit, found: TeamInvitation) -> str:
    there, left = request.path, left_at(request.path)
    return render(
        "team/join.html", name=_name(visit, found), email=found.email, by=found.sent_by, there=there,
        errors=left.errors, error=left.error,
    )  # fmt: skip
