"""The pages of passkeys: coming in with one, and the keys that somebody has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flask import Response, make_response, request
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from quartier.accounts import devices, passkeys
from quartier.accounts.door import at_the_door
from quartier.accounts.entering import enter
from quartier.accounts.letters import PASSKEY, PASSKEY_GONE, passkey_gone_letter, passkey_letter
from quartier.accounts.pages import (
    AnyVisit,
    account_of,
    action,
    page,
    realm_of,
    session_of,
    set_cookie,
    show,
    write_to,
    zone_of,
)
from quartier.accounts.passkeys import Answer, Holder, Passkey, Refused, Site
from quartier.i18n.formats import format_relative
from quartier.i18n.texts import gettext as _
from quartier.web.again import again, left_at
from quartier.web.flash import back_to
from quartier.web.forms import Errors
from quartier.web.gate import PUBLIC, SIGNED_IN
from quartier.web.origin import safe_next
from quartier.web.shell import shell
from quartier.web.visit import Visit

FRESH: Final = timedelta(minutes=15)
"""So long after signing in, keys may be added: whoever finds a device open must not make one for themselves."""
LONGEST_NAME: Final = 60
NEW: Final = "/account/passkeys/new"


@action("/sign-in/passkey/options", needs=PUBLIC)
def ask_at_the_door(visit: AnyVisit) -> Response:
    """What a device has to sign for coming in."""
    realm = realm_of(visit)
    token, challenge = passkeys.ask(realm, visit.db)
    return asked(visit, passkeys.to_sign_in(site_of(visit), challenge), token)


@action("/sign-in/passkey", needs=PUBLIC)
def sign_in_with_passkey(visit: AnyVisit) -> Any:
    """Come in with a key. Whatever is wrong with it, the answer is one, and the password is there."""
    realm, target, stay = realm_of(visit), safe_next(request.form.get("next")), "stay" in request.form
    try:
        known = passkeys.owner_of(realm, visit.db, answer(visit))
    except Refused:
        return at_the_door(target, error=_("This passkey does not open anything here. Please use your password."))
    return enter(visit, known.account.id, back_to(target), stays=stay)


@page(NEW, needs=SIGNED_IN)
def new_passkey(visit: AnyVisit) -> str:
    """Before a key is made: what it is called, and signing in once more where that is long ago."""
    return _new(visit)


@action("/account/passkeys/options", needs=SIGNED_IN)
def ask_for_a_new_one(visit: AnyVisit) -> Any:
    """What a device needs to know to make a key."""
    if not is_fresh(visit):
        return _new(visit), 403
    realm, viewer = realm_of(visit), visit.viewer
    token, challenge = passkeys.ask(realm, visit.db)
    holder = Holder(account_of(visit), viewer.email, viewer.name or viewer.email)
    return asked(visit, passkeys.to_make(realm, visit.db, site_of(visit), holder, challenge), token)


@action("/account/passkeys", needs=SIGNED_IN)
def add_passkey(visit: AnyVisit) -> Any:
    """Keep a new key, and tell its owner by mail: it might not have been the owner."""
    realm, name = realm_of(visit), request.form.get("name", "").strip()
    if not is_fresh(visit) or (errors := wrong_name(name)):
        return again(NEW, "name", errors=errors if is_fresh(visit) else {})
    try:
        passkeys.add(realm, visit.db, account_of(visit), name, answer(visit))
    except Refused:
        return again(NEW, "name", error=_("This did not work. No passkey was added; please try again."))
    _tell(visit, name)
    return back_to("/account#security", _("“%(name)s” opens your account from now on.", name=name))


@page("/account/passkeys/<uuid:passkey_id>", needs=SIGNED_IN, methods=("GET", "POST"))
def passkey(visit: AnyVisit, passkey_id: UUID) -> Any:
    """One key: what it is called, and the way to get rid of it."""
    key = _mine(visit, passkey_id)
    if request.method != "POST":
        return _one(visit, key)
    name = request.form.get("name", "").strip()
    if errors := wrong_name(name):
        return again(request.path, "name", errors=errors)
    key.name = name
    return back_to("/account#security", _("Saved."))


@action("/account/passkeys/<uuid:passkey_id>/remove", needs=SIGNED_IN)
def remove_passkey(visit: AnyVisit, passkey_id: UUID) -> Any:
    """It opens nothing any more. Nobody removes the only way in."""
    key = _mine(visit, passkey_id)
    has_password, keys = passkeys.ways_in(realm_of(visit), visit.db, account_of(visit))
    if not has_password and len(keys) == 1:
        error = _("This is your only way in. Please choose a password first.")
        return again(f"/account/passkeys/{passkey_id}", error=error)
    name = key.name
    passkeys.remove(visit.db, key)
    known = realm_of(visit).by_id(visit.db, account_of(visit))
    if known is not None:
        write_to(visit, known, PASSKEY_GONE, lambda origin: passkey_gone_letter(known.name, name, f"{origin}/reset"))
    return back_to(
        "/account#security", _("The passkey is removed. Your device may still offer it; delete it there as well.")
    )


def ways_in(visit: AnyVisit) -> dict[str, Any]:
    """How who is signed in can come in, for the page of the account: `has_password` and `passkeys`."""
    host = site_of(visit).host
    has_password, keys = passkeys.ways_in(realm_of(visit), visit.db, account_of(visit))
    listed = [
        {"id": key.id, "name": key.name, "used": _moment(visit, key.used_at), "made": _moment(visit, key.created_at),
         "former": key.host if key.host != host else ""}
        for key in keys
    ]  # fmt: skip
    return {"has_password": has_password, "passkeys": listed}


def site_of(visit: AnyVisit) -> Site:
    """This host, from the database and never from the request."""
    config = shell().config
    if isinstance(visit, Visit):
        return Site(visit.company.host, config.origin(visit.company.host), visit.say(visit.company.brand.app_name))
    return Site(config.console_host, config.origin(config.console_host), "Quartier")


def asked(visit: AnyVisit, options: bytes, token: str) -> Response:
    """The question, and the mark by which this browser is known when it answers."""
    said = make_response(options)
    said.mimetype = "application/json"
    return set_cookie(said, realm_of(visit).question_cookie, token, int(passkeys.GOOD_FOR.total_seconds()))


def answer(visit: AnyVisit) -> Answer:
    """What the device says to what this browser was asked. Raises Refused when it was not, or has answered already."""
    realm = realm_of(visit)
    challenge = passkeys.asked(realm, visit.db, request.cookies.get(realm.question_cookie, ""))
    return Answer(site_of(visit), challenge, request.form.get("passkey", ""))


def is_fresh(visit: AnyVisit) -> bool:
    """Whether somebody has shown a moment ago who they are."""
    session = realm_of(visit).session
    began = visit.db.scalar(select(session.created_at).where(session.id == session_of(visit)))
    return began is not None and datetime.now(UTC) - began < FRESH


def wrong_name(name: str) -> Errors:
    """What is wrong with a key's name."""
    if not name:
        return {"name": [_("Please fill this in.")]}
    if len(name) > LONGEST_NAME or not name.isprintable():
        return {"name": [_("At most %(count)s characters, please.", count=LONGEST_NAME)]}
    return {}


def _new(visit: AnyVisit) -> str:
    left, usual = left_at(NEW), devices.name_of(request.user_agent.string)
    facts = {"name": left.get("name", usual), "errors": left.errors, "error": left.error}
    return show(visit, "passkey_new", frame="page", fresh=is_fresh(visit), **facts)


def _one(visit: AnyVisit, key: Passkey) -> str:
    left, former = left_at(request.path), key.host if key.host != site_of(visit).host else ""
    facts = {"name": left.get("name", key.name), "errors": left.errors, "error": left.error, "former": former}
    return show(visit, "passkey", frame="page", key=key, made=_moment(visit, key.created_at), **facts)


def _mine(visit: AnyVisit, passkey_id: UUID) -> Passkey:
    key = passkeys.passkey_of(realm_of(visit), visit.db, account_of(visit), passkey_id)
    if key is None:
        raise NotFound
    return key


def _moment(visit: AnyVisit, moment: datetime | None) -> str:
    return format_relative(moment, zone_of(visit)) if moment else ""


def _tell(visit: AnyVisit, name: str) -> None:
    known = realm_of(visit).by_id(visit.db, account_of(visit))
    if known is not None:
        write_to(visit, known, PASSKEY, lambda origin: passkey_letter(known.name, name, f"{origin}/account"))
