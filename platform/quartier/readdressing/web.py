"""Where the links lead: the new address is confirmed, or its owner-to-be says that it is somebody else's."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, request
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
from quartier.people.homes import wear_home_of
from quartier.people.models import Person
from quartier.readdressing import own_pages, services, wishes
from quartier.readdressing.area import app
from quartier.web.again import again, left_at
from quartier.web.flash import back_to
from quartier.web.gate import PUBLIC, SIGNED_IN
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

__all__ = ["app", "own_pages"]

STOPPED: Final = "/address/stopped"


@app.page("/address/<token>", needs=PUBLIC, methods=("GET", "POST"))
def confirm(visit: Visit, token: str) -> Any:
    """The link that went to the new address. Looking at it uses nothing up, for mail scanners look first.

    Whoever is signed in has shown who they are. Of the books' address, anybody else chooses a new password, which signs
    all devices out; of one that a person has typed, nobody else gets in, for it may be mistyped.
    """
    change = addresses.by_token(visit.db, token)
    if change is None:
        return _gone()
    _wear(visit, change)
    mine = visit.viewer.account_id == change.account_id
    if change.origin == "person" and not mine:
        return back_to(request.path) if request.method == "POST" else render("readdressing/who.html", path=request.path)
    if request.method != "POST":
        keys = [] if mine else keys_to_keep(visit, change.account_id)
        left = left_at(request.path)
        return render(
            "readdressing/confirm.html", email=change.email, path=request.path, mine=mine, keys=keys, left=left
        )
    errors = {} if mine else new_password_errors(change.email)
    return again(request.path, "keep", errors=errors) if errors else _taken(visit, change, mine=mine)


def _taken(visit: Visit, change: AddressChange, *, mine: bool) -> Response:
    known = PORTAL.by_id(visit.db, change.account_id)
    account, words = change.account_id, _("You sign in with %(email)s from now on.", email=change.email)
    if known is None or not wishes.take(visit.db, change, known, language=visit.voice.language):
        return back_to(request.path)
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
        return _gone()
    _wear(visit, change)
    if request.method != "POST":
        return render("readdressing/stop.html")
    return back_to(f"{STOPPED}?asked=1" if _refuse(visit, change) else STOPPED)


@app.page(STOPPED, needs=PUBLIC)
def stopped(_visit: Visit) -> str:
    """It is done, and what happens now; a page that may be loaded anew."""
    return render("readdressing/stopped.html", asked="asked" in request.args)


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


def _wear(visit: Visit, change: AddressChange) -> None:
    known = PORTAL.by_id(visit.db, change.account_id)
    wear_home_of(visit, known.person_id if known else None)


def _gone() -> Any:
    return back_to(request.path) if request.method == "POST" else (render("readdressing/gone.html"), 410)
