"""The door: signing in and out, choosing a language, and the way back in for who has forgotten the password."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from flask import Response, request
from werkzeug.exceptions import BadRequest

from quartier.accounts import passkeys, resets, services, sessions, throttle
from quartier.accounts.entering import enter
from quartier.accounts.letters import CHANGED, RESET, changed_letter, reset_letter
from quartier.accounts.pages import (
    AnyVisit,
    account_of,
    action,
    drop,
    languages_of,
    page,
    please_wait,
    realm_of,
    session_of,
    show,
    source_of,
    write_to,
)
from quartier.accounts.passwords import complaint
from quartier.accounts.realm import PORTAL, Known
from quartier.accounts.recovering import keys_to_keep, remove_others
from quartier.accounts.throttle import TooSoon
from quartier.i18n.texts import gettext as _
from quartier.people.homes import wear_home_of
from quartier.web.again import again, left_at
from quartier.web.flash import back_to
from quartier.web.forms import Errors
from quartier.web.gate import PUBLIC, SIGNED_IN
from quartier.web.language import remember_language
from quartier.web.origin import safe_next
from quartier.web.visit import Visit

LONGEST_EMAIL = 254
DOOR = "/sign-in"
RESET_PAGE = "/reset"
NOBODY = "nobody@nobody.example"


@page(DOOR, needs=PUBLIC, methods=("GET", "POST"))
def sign_in(visit: AnyVisit) -> Any:
    """The door. Who is inside already goes on to where they wanted to."""
    target, realm = safe_next(request.values.get("next")), realm_of(visit)
    if request.method != "POST":
        return _door(visit, target)
    email, password = request.form.get("email", ""), request.form.get("password", "")
    if errors := _missing(email, password):
        return at_the_door(target, errors=errors)
    try:
        known = services.check_credentials(realm, visit.db, email, password, source_of(realm))
    except TooSoon as error:
        return at_the_door(target, error=please_wait(error), seconds=error.seconds)
    if known is None:
        return at_the_door(target, error=_("The e-mail address or the password is wrong."))
    inside = back_to(target, _without_passkey(visit, known))
    return enter(visit, known.account.id, inside, stays="stay" in request.form)


@action("/sign-out", needs=SIGNED_IN)
def sign_out(visit: AnyVisit) -> Response:
    """Leave on this device."""
    realm = realm_of(visit)
    sessions.close_session(realm, visit.db, session_of(visit))
    return drop(back_to("/sign-in", _("You are signed out.")), realm)


@action("/language", needs=PUBLIC)
def language(visit: AnyVisit) -> Response:
    """An explicit choice: kept on this device, and in the profile of who is signed in."""
    wanted = request.form.get("language", "")
    if wanted not in languages_of(visit):
        raise BadRequest
    if visit.viewer.signed_in:
        services.choose_language(realm_of(visit), visit.db, account_of(visit), wanted)
    return remember_language(back_to(safe_next(request.form.get("next"))), wanted)


@page(RESET_PAGE, needs=PUBLIC, methods=("GET", "POST"))
def reset(visit: AnyVisit) -> Any:
    """Ask for a link by mail. The answer is the same for every address, and so is the work."""
    email = request.form.get("email", "")
    if request.method != "POST":
        left = left_at(RESET_PAGE)
        return show(visit, "reset", frame="door", email=left.get("email"), error=left.error, errors=left.errors)
    if not _looks_like_email(email):
        errors = {"email": [_("This is not an e-mail address. It looks like name@example.ch.")]}
        return again(RESET_PAGE, "email", errors=errors)
    try:
        _send_link(visit, email)
    except TooSoon as error:
        return again(RESET_PAGE, "email", error=please_wait(error), seconds=error.seconds)
    return back_to("/reset/sent")


@page("/reset/sent", needs=PUBLIC)
def reset_sent(visit: AnyVisit) -> str:
    """Look into your mailbox."""
    return show(visit, "reset_sent", frame="door")


@page("/reset/<token>", needs=PUBLIC, methods=("GET", "POST"))
def choose_password(visit: AnyVisit, token: str) -> Any:
    """Where the link leads: a new password, and in. Looking at it uses nothing up, for mail scanners look first."""
    realm = realm_of(visit)
    known = resets.owner_of(realm, visit.db, token)
    if known is None:
        return back_to(request.path) if request.method == "POST" else (show(visit, "reset_gone", frame="door"), 410)
    if isinstance(visit, Visit):
        wear_home_of(visit, known.person_id)
    if request.method != "POST":
        facts = {"email": known.account.email, "keys": keys_to_keep(visit, known.account.id)}
        return show(visit, "choose_password", frame="door", left=left_at(request.path), **facts)
    if errors := new_password_errors(known.account.email):
        return again(request.path, "keep", errors=errors)
    services.set_password(realm, visit.db, known.account.id, request.form["password"])
    tell_changed(visit, known, remove_others(visit, known.account.id))
    told = " ".join(filter(None, (_("Your new password is in use."), _without_passkey(visit, known))))
    return enter(visit, known.account.id, back_to("/", told), stays=False)


def new_password_errors(email: str) -> Errors:
    """What is wrong with the two fields of a new password."""
    password = request.form.get("password", "")
    if wrong := complaint(password, email):
        return {"password": [wrong]}
    if request.form.get("repeat", "") != password:
        return {"repeat": [_("This is not the same password as above.")]}
    return {}


def tell_changed(visit: AnyVisit, known: Known, removed: Sequence[str] = ()) -> None:
    """Write to the owner that the password is a new one, and which passkeys are gone or still open the account."""
    kept = [key.name for key in passkeys.passkeys_of(realm_of(visit), visit.db, known.account.id)]
    write_to(visit, known, CHANGED, lambda origin: changed_letter(known.name, f"{origin}/reset", removed, kept))


def _without_passkey(visit: AnyVisit, known: Known) -> str:
    """What to do for who tried a passkey in this browser, in vain, and came in another way: they need one more."""
    realm = realm_of(visit)
    token = request.cookies.get(realm.question_cookie, "")
    if not token or passkeys.unanswered(realm, visit.db, token) is None:
        return ""
    if not passkeys.passkeys_of(realm, visit.db, known.account.id):
        return ""
    return _("If this browser does not take your passkey, add one for it: under Your account, Add a passkey.")


def _send_link(visit: AnyVisit, email: str) -> None:
    """Write the mail; for nobody, write it as well and take it back."""
    realm, db = realm_of(visit), visit.db
    throttle.admit(realm, db, "reset", email, source_of(realm))
    known = realm.by_email(db, email)
    token = resets.new_link(realm, db, known)
    to = known or Known(realm.account(email=NOBODY), "", None)
    with db.begin_nested() as written:
        write_to(visit, to, RESET, lambda origin: reset_letter(to.name, f"{origin}/reset/{token}"))
        if known is None:
            written.rollback()


def at_the_door(target: str, *, errors: Errors | None = None, error: str = "", seconds: int = 0) -> Response:
    """Back to the sign-in page, with what was typed and what is wrong with it; the answer is one for everybody."""
    return again(_address(target), "email", "stay", errors=errors, error=error, seconds=seconds)


def _door(visit: AnyVisit, target: str) -> Any:
    left = left_at(DOOR)
    if visit.viewer.signed_in and not left:  # who shows once more who they are is inside, and may mistype as well
        return back_to(target)
    facts = {
        "next": target, "email": left.get("email"), "error": left.error, "errors": left.errors,
        "stay": "stay" in left.typed if left else realm_of(visit) is PORTAL,
    }  # fmt: skip
    return show(visit, "sign_in", frame="door", here=_address(target), **facts)


def _address(target: str) -> str:
    return f"{DOOR}?next={quote(target)}"


def _missing(email: str, password: str) -> Errors:
    empty = [name for name, value in (("email", email.strip()), ("password", password)) if not value]
    return {name: [_("Please fill this in.")] for name in empty}


def _looks_like_email(email: str) -> bool:
    plain = email.strip()
    name, _at, host = plain.rpartition("@")
    return bool(name and host) and plain.isprintable() and " " not in plain and len(plain) <= LONGEST_EMAIL
