"""The pages of passkeys: coming in with one, and the keys that somebody has."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from flask import Response, make_response, request
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from quartier.accounts import devices, passkeys, relying
from quartier.accounts.door import at_the_door
from quartier.accounts.entering import enter
from quartier.accounts.letters import PASSKEY, PASSKEY_GONE, passkey_gone_letter, passkey_letter
from quartier.accounts.pages import (
    AnyVisit,
    account_of,
    action,
    app,
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
from quartier.tenancy.hosts import normal_host
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
    return ask_for_a_key(visit)


@action("/sign-in/passkey", needs=PUBLIC)
def sign_in_with_passkey(visit: AnyVisit) -> Any:
    """Come in with a key. Whatever is wrong with it, the answer is one, and the password is there."""
    realm, target, stay = realm_of(visit), safe_next(request.form.get("next")), "stay" in request.form
    try:
        known = passkeys.owner_of(realm, visit.db, answer(visit))
    except Refused:
        return at_the_door(target, error=_("This passkey does not open anything here. Please use your password."))
    return enter(visit, known.account.id, back_to(target), stays=stay)


@app.page(relying.WELL_KNOWN, needs=PUBLIC)
def related_origins(visit: Visit) -> Response:
    """Which pages may ask for keys that are made for this host: those of the main address, and nobody else's."""
    good = normal_host(request.headers.get("Host")) in hosts_of(visit)
    origins = [shell().config.origin(visit.company.host)] if good else []
    return Response(orjson.dumps({"origins": origins}), content_type="application/json")


@page(NEW, needs=SIGNED_IN)
def new_passkey(visit: AnyVisit) -> str:
    """Before a key is made: what it is called, and signing in once more where that is long ago."""
    return _new(visit)


@action("/account/passkeys/options", needs=SIGNED_IN)
def ask_for_a_new_one(visit: AnyVisit) -> Any:
    """What a device needs to know to make a key."""
    if not is_fresh(visit):
        return _new(visit), 403
    viewer = visit.viewer
    return ask_for_a_new_key(visit, Holder(account_of(visit), viewer.email, viewer.name or viewer.email))


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
    has_password, keys = passkeys.ways_in(realm_of(visit), visit.db, account_of(visit))
    held = held_by(visit) if any(key.host != main_host(visit) for key in keys) else {main_host(visit): True}
    listed = [
        {"id": key.id, "name": key.name, "used": _moment(visit, key.used_at), "made": _moment(visit, key.created_at),
         "former": key.host if key.host not in held else ""}
        for key in keys
    ]  # fmt: skip
    return {"has_password": has_password, "passkeys": listed}


def ask_for_a_key(visit: AnyVisit) -> Response:
    """What a device has to sign to come in with a key.

    A browser asks for the keys of one host at a time. Who has none for it asks once more, and is asked for another
    host's. `near` says that the browser does not ask for keys of any host but its own.
    """
    realm, hosts = realm_of(visit), hosts_of(visit)
    if len(hosts) > 1 and isinstance(visit, Visit):
        hosts = relying.made_for(visit.db, hosts) or hosts[:1]
    before = passkeys.unanswered(realm, visit.db, request.cookies.get(realm.question_cookie, ""))
    host = main_host(visit) if request.form.get("near") else relying.next_host(hosts, before)
    token, challenge = passkeys.ask(realm, visit.db, host)
    return _asked(visit, passkeys.to_sign_in(_site(visit, host), challenge), token)


def ask_for_a_new_key(visit: AnyVisit, holder: Holder) -> Response:
    """What a device needs to know to make a key for somebody; `near` as above."""
    host = main_host(visit) if request.form.get("near") else hosts_of(visit)[0]
    token, challenge = passkeys.ask(realm_of(visit), visit.db, host)
    return _asked(visit, passkeys.to_make(realm_of(visit), visit.db, _site(visit, host), holder, challenge), token)


def answer(visit: AnyVisit) -> Answer:
    """What the device says to what this browser was asked. Raises Refused when it was not, or has answered already."""
    realm = realm_of(visit)
    host, challenge = passkeys.asked(realm, visit.db, request.cookies.get(realm.question_cookie, ""))
    if host not in hosts_of(visit):
        raise Refused("the company has given up this host meanwhile")
    return Answer(_site(visit, host), challenge, request.form.get("passkey", ""))


def main_host(visit: AnyVisit) -> str:
    """The host of these pages, from the database and never from the request."""
    return visit.company.host if isinstance(visit, Visit) else shell().config.console_host


def held_by(visit: AnyVisit) -> dict[str, bool]:
    """The hosts that these pages' owner has now; see `relying.held`."""
    if not isinstance(visit, Visit):
        return {main_host(visit): True}
    return relying.held(visit.db, visit.company.id, shell().config.platform_domain)


def hosts_of(visit: AnyVisit) -> tuple[str, ...]:
    """The hosts whose keys are good here, the one that new keys are made for first."""
    return relying.good_at(main_host(visit), held_by(visit))


def _site(visit: AnyVisit, host: str) -> Site:
    name = visit.say(visit.company.brand.app_name) if isinstance(visit, Visit) else "Quartier"
    return Site(host, shell().config.origin(main_host(visit)), name)


def _asked(visit: AnyVisit, options: bytes, token: str) -> Response:
    """The question, and the mark by which this browser is known when it answers."""
    said = make_response(options)
    said.mimetype = "application/json"
    return set_cookie(said, realm_of(visit).question_cookie, token, int(passkeys.GOOD_FOR.total_seconds()))


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
    left, former = left_at(request.path), key.host if key.host not in held_by(visit) else ""
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
