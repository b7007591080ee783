"""What a person manages alone: language, password, signed-in devices."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, make_response, request
from werkzeug.exceptions import NotFound

from quartier.accounts import addresses, devices, habits, keyring, passkeys, services, sessions, throttle
from quartier.accounts.door import new_password_errors, tell_changed
from quartier.accounts.pages import (
    AnyVisit,
    account_of,
    action,
    keep,
    languages_of,
    page,
    please_wait,
    realm_of,
    session_of,
    show,
    source_of,
    zone_of,
)
from quartier.accounts.realm import Known
from quartier.accounts.throttle import TooSoon
from quartier.i18n.formats import format_relative
from quartier.i18n.texts import gettext as _
from quartier.people.answers import questions_of
from quartier.people.queries import picture_of
from quartier.web.again import again, left_at
from quartier.web.flash import back_to
from quartier.web.gate import SIGNED_IN
from quartier.web.visit import Visit

CHANGE = "/account/password"


@page("/account", needs=SIGNED_IN)
def account(visit: AnyVisit) -> str:
    """Name, places, language, devices."""
    open_sessions = sessions.sessions_of(realm_of(visit), visit.db, account_of(visit))
    listed = [
        {
            "id": session.id,
            "name": devices.name_of(session.device),
            "icon": devices.icon_of(session.device),
            "network": session.network,
            "seen": format_relative(session.seen_at, zone_of(visit)),
            "here": session.id == visit.viewer.session_id,
        }
        for session in open_sessions
    ]
    listed.sort(key=lambda session: not session["here"])
    picture = picture_of(visit.db, visit.viewer.person_id) if isinstance(visit, Visit) else None
    facts = {"asks": _asks(visit), "picture": picture, **_addresses(visit), **keyring.ways_in(visit)}
    return show(visit, "account", frame="page", sessions=listed, languages=languages_of(visit),
                reads=habits.example(visit.voice, zone_of(visit)), **facts)  # fmt: skip


@page(CHANGE, needs=SIGNED_IN, methods=("GET", "POST"))
def change_password(visit: AnyVisit) -> Any:
    """A new password; every other device has to sign in again.

    Who has none yet, and comes in with a passkey, has shown with that a moment ago who they are, or is asked to.
    """
    if not _has_password(visit):
        return _first_password(visit)
    if request.method != "POST":
        return _form(visit)
    errors = new_password_errors(visit.viewer.email)
    current = request.form.get("current", "")
    if not current:
        errors = {"current": [_("Please fill this in.")], **errors}
    if errors:
        return again(CHANGE, errors=errors)
    try:
        known = _check(visit, current)
    except TooSoon as error:
        return again(CHANGE, errors={"current": [please_wait(error)]}, seconds=error.seconds)
    if known is None:
        return again(CHANGE, errors={"current": [_("This is not your present password.")]})
    return _replace(visit, known)


@action("/account/sessions/<uuid:session_id>/end", needs=SIGNED_IN)
def end_session(visit: AnyVisit, session_id: UUID) -> Response:
    """Sign another device out. This one has a way out of its own."""
    other = session_id != session_of(visit)
    if not other or not sessions.end_session(realm_of(visit), visit.db, account_of(visit), session_id):
        raise NotFound
    return back_to("/account#devices", _("The device is signed out."))


@action("/account/sessions/end-others", needs=SIGNED_IN)
def end_other_sessions(visit: AnyVisit) -> Response:
    """Sign out everywhere else."""
    sessions.end_sessions(realm_of(visit), visit.db, account_of(visit), but=session_of(visit))
    return back_to("/account#devices", _("All other devices are signed out."))


def _addresses(visit: AnyVisit) -> dict[str, str | None]:
    """What the owner is asked to confirm, by who wishes it; operators have no such books."""
    change = addresses.proposed(visit.db, account_of(visit)) if isinstance(visit, Visit) else None
    said = {"new_address" if change.origin == "books" else "wished_address": change.email} if change else {}
    return {"new_address": None, "wished_address": None, **said}


def _first_password(visit: AnyVisit) -> Any:
    if request.method != "POST":
        return _form(visit)
    if not keyring.is_fresh(visit):
        return back_to(CHANGE)
    if errors := new_password_errors(visit.viewer.email):
        return again(CHANGE, errors=errors)
    known = realm_of(visit).by_id(visit.db, account_of(visit))
    if known is None:
        raise NotFound
    return _replace(visit, known)


def _form(visit: AnyVisit) -> str:
    asks, fresh, errors = _has_password(visit), keyring.is_fresh(visit), left_at(CHANGE).errors
    return show(visit, "change_password", frame="page", errors=errors, asks=asks, fresh=fresh)


def _has_password(visit: AnyVisit) -> bool:
    has_password, _keys = passkeys.ways_in(realm_of(visit), visit.db, account_of(visit))
    return has_password


def _asks(visit: AnyVisit) -> bool:
    """Whether the company asks something that one may answer anew."""
    return isinstance(visit, Visit) and bool(questions_of(visit.company.settings, visit.viewer))


def _check(visit: AnyVisit, current: str) -> Known | None:
    """Asked although signed in: somebody may have found the device open. Guessing is slowed down as at the door."""
    realm = realm_of(visit)
    source = source_of(realm)
    return services.check_credentials(realm, visit.db, visit.viewer.email, current, source, purpose="change")


def _replace(visit: AnyVisit, known: Known) -> Response:
    realm, here = realm_of(visit), session_of(visit)
    services.set_password(realm, visit.db, known.account.id, request.form["password"], keep=here)
    throttle.remember(realm, visit.db, known.account.id, source_of(realm))
    key = sessions.renew_session(realm, visit.db, here)
    tell_changed(visit, known)
    done = back_to("/account", _("Your new password is in use. All other devices are signed out."))
    return keep(make_response(done), realm, key)
