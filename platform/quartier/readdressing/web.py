"""Where the links lead: the new address is confirmed, or its owner-to-be says that it is somebody else's."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.exceptions import NotFound

from quartier.accounts import addresses
from quartier.accounts.door import new_password_errors
from quartier.accounts.entering import enter
from quartier.accounts.models import AddressChange
from quartier.accounts.pages import account_of
from quartier.accounts.realm import PORTAL
from quartier.accounts.recovering import keys_to_keep, remove_others
from quartier.accounts.services import set_password
from quartier.i18n.texts import gettext as _
from quartier.people.models import Person
from quartier.readdressing import own_pages, services, wishes
from quartier.readdressing.area import app
from quartier.web.flash import back_to
from quartier.web.forms import Errors
from quartier.web.gate import PUBLIC, SIGNED_IN
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

__all__ = ["app", "own_pages"]


@app.page("/address/<token>", needs=PUBLIC, methods=("GET", "POST"))
def confirm(visit: Visit, token: str) -> Any:
    """The link that went to the new address. Looking at it uses nothing up, for mail scanners look first.

    Whoever is signed in has shown who they are. Of the books' address, anybody else chooses a new password, which signs
    all devices out; of one that a person has typed, nobody else gets in, for it may be mistyped.
    """
    change = addresses.by_token(visit.db, token)
    if change is None:
        return render("readdressing/gone.html"), 410
    mine = visit.viewer.account_id == change.account_id
    if change.origin == "person" and not mine:
        return render("readdressing/who.html", path=f"/address/{token}")
    keys = [] if mine else keys_to_keep(visit, change.account_id)
    if request.method != "POST":
        return _form(change, token, mine=mine, keys=keys)
    errors = {} if mine else new_password_errors(change.email)
    if errors:
        return _form(change, token, mine=mine, keys=keys, errors=errors), 422
    known = PORTAL.by_id(visit.db, change.account_id)
    account, words = change.account_id, _("You sign in with %(email)s from now on.", email=change.email)
    if known is None or not wishes.take(visit.db, change, known, language=visit.voice.language):
        return render("readdressing/gone.html"), 410
    if mine:
        return back_to("/account", words)
    set_password(PORTAL, visit.db, account, request.form["password"])
    remove_others(visit, account)
    return enter(visit, account, back_to("/", words), stays=False)


@app.page("/address/stop/<token>", needs=PUBLIC, methods=("GET", "POST"))
def stop(visit: Visit, token: str) -> Any:
    """The link that went to the old address: the other one is not mine."""
    change = addresses.by_stop(visit.db, token)
    if change is None:
        return render("readdressing/gone.html"), 410
    if request.method != "POST":
        return render("readdressing/stop.html")
    return render("readdressing/stopped.html", asked=_refuse(visit, change))


@app.action("/account/address/refuse", needs=SIGNED_IN)
def refuse(visit: Visit) -> Any:
    """The same from the account's page."""
    change = addresses.proposed(visit.db, account_of(visit))
    if change is None:
        raise NotFound
    asked = _refuse(visit, change)
    return back_to("/account", _("Your management is asked to correct it.") if asked else _("The change is stopped."))


def _refuse(visit: Visit, change: AddressChange) -> bool:
    known = PORTAL.by_id(visit.db, change.account_id)
    person = visit.db.get(Person, (visit.company.id, known.person_id)) if known and known.person_id else None
    if person is None:
        raise NotFound
    return services.refuse(
        visit.db, change, person, url=shell().url_of(visit.company.host, f"/cockpit/people/{person.id}")
    )


def _form(
    change: AddressChange, token: str, *, mine: bool, keys: list[tuple[str, str]], errors: Errors | None = None
) -> str:
    return render(
        "readdressing/confirm.html", email=change.email, path=f"/address/{token}", mine=mine, keys=keys,
        errors=errors or {},
    )  # fmt: skip
