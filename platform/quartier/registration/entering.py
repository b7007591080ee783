"""The third step: a password or a passkey; or the account that somebody has here already."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, request

from quartier.accounts import devices, passkeys
from quartier.accounts.door import new_password_errors
from quartier.accounts.entering import enter
from quartier.accounts.keyring import answer, ask_for_a_key, ask_for_a_new_key
from quartier.accounts.models import Account
from quartier.accounts.pages import please_wait, source_of
from quartier.accounts.passkeys import Holder, Refused
from quartier.accounts.passwords import hash_password
from quartier.accounts.realm import PORTAL, Known
from quartier.accounts.services import check_credentials
from quartier.accounts.throttle import TooSoon
from quartier.i18n.texts import gettext as _
from quartier.invitations.models import Invitation
from quartier.legal import consenting
from quartier.legal.asking import joining, unticked
from quartier.legal.consenting import Who
from quartier.registration import services
from quartier.registration.adding import put_together
from quartier.registration.area import app, forget, installation_key, over, show, turned_away, under_way
from quartier.registration.models import Registration
from quartier.registration.queries import are_alike, person_of
from quartier.registration.services import NotMerged, Over, Taken
from quartier.web.again import again, left_at
from quartier.web.flash import back_to
from quartier.web.forms import Errors
from quartier.web.gate import PUBLIC
from quartier.web.visit import Visit

Found = tuple[Registration, Invitation]
HERE: Final = "/join/way"


@app.page(HERE, needs=PUBLIC, methods=("GET", "POST"))
def way(visit: Visit) -> Any:
    """Choose how to sign in. For an address that has an account here: show that it is yours."""
    found = _confirmed(visit)
    if not isinstance(found, tuple):
        return found
    account = services.known_account(visit.db, found[0].email)
    if account is not None:
        return _with_account(visit, found, account)
    if request.method != "POST":
        return _page("way", found, terms=joining(visit.company), agreed=left_at(HERE).typed.get("agree", ()))
    if errors := {**new_password_errors(found[0].email), **unticked(visit)}:
        return _once_more(errors)
    return _opened(visit, found, hash_password(request.form["password"]))


@app.action("/join/way/options", needs=PUBLIC)
def way_options(visit: Visit) -> Any:
    """What the device is asked: to make a key, or for the key of the account that is there already."""
    found = _confirmed(visit)
    if not isinstance(found, tuple):
        return found
    if services.known_account(visit.db, found[0].email) is not None:
        return ask_for_a_key(visit)
    name = person_of(visit.db, found[1].person_id).name
    return ask_for_a_new_key(visit, Holder(found[0].account_id, found[0].email, name or found[0].email))


@app.action("/join/way/passkey", needs=PUBLIC)
def way_passkey(visit: Visit) -> Any:
    """In with a key, a new one or one that opens the account."""
    found = _confirmed(visit)
    if not isinstance(found, tuple):
        return found
    account = services.known_account(visit.db, found[0].email)
    if account is None and (errors := unticked(visit)):
        return _once_more(errors)
    try:
        said = answer(visit)
        if account is None:
            return _opened(visit, found, None, said)
        known = passkeys.owner_of(PORTAL, visit.db, said)
        if known.account.id != account.id:
            raise Refused("the key of somebody else")
        return _added(visit, found, known)
    except Refused:
        visit.db.rollback()
        return _once_more(error=_("This passkey did not work. Please try again, or use a password."))


def _confirmed(visit: Visit) -> Any:
    """The registration and its invitation, or the answer that leads to where it goes on."""
    found = under_way(visit)
    if (away := turned_away(visit, found)) is not None or found is None:
        return away
    return found if found[0].confirmed_at is not None else back_to("/join/confirm")


def _opened(visit: Visit, found: Found, password_hash: str | None, said: passkeys.Answer | None = None) -> Any:
    registration, invitation = found
    language = visit.voice.language
    try:
        account = services.open_account(visit.db, registration, password_hash=password_hash, language=language)
    except Over:
        return _too_late(visit, invitation)
    except Taken:
        visit.db.rollback()
        return back_to(HERE)
    who = Who(account.id, account.email, language, "registration")
    consenting.answer(visit.db, installation_key(), who, joining(visit.company))
    if said is not None:
        passkeys.add(PORTAL, visit.db, account.id, devices.name_of(request.user_agent.string), said)
    return forget(enter(visit, account.id, back_to("/welcome"), stays=True))


def _with_account(visit: Visit, found: Found, account: Account) -> Any:
    email, usable = found[0].email, account.is_active and are_alike(visit.db, account.person_id, found[1].person_id)
    if request.method != "POST":
        return _page("known", found) if usable else _not_theirs(visit, account, email)
    password = request.form.get("password", "")
    if not usable:
        return back_to(HERE)
    if not password:
        return _once_more({"password": [_("Please fill this in.")]})
    try:
        known = check_credentials(PORTAL, visit.db, email, password, source_of(PORTAL))
    except TooSoon as error:
        return again(HERE, error=please_wait(error), seconds=error.seconds)
    if known is None:
        return _once_more({"password": [_("The password is wrong.")]})
    return _added(visit, found, known)


def _added(visit: Visit, found: Found, known: Known) -> Any:
    try:
        put_together(visit, found[1], known)
    except Over:
        return _too_late(visit, found[1])
    except NotMerged as error:
        visit.db.rollback()
        return _once_more(error=str(error))
    return forget(enter(visit, known.account.id, back_to("/", _("Your home is added to your account.")), stays=True))


def _too_late(visit: Visit, invitation: Invitation) -> Response:
    """Withdrawn or used while the form was being filled in."""
    visit.db.rollback()
    visit.db.refresh(invitation)
    return over(invitation)


def _not_theirs(visit: Visit, account: Account, email: str) -> str:
    """The address has an account that is switched off, or somebody else's."""
    if not account.is_active:
        return show("other", state="off", email=email, owner="")
    return show("other", state="else", email=email, owner=person_of(visit.db, account.person_id).name)


def _once_more(errors: Errors | None = None, error: str = "") -> Response:
    """The page again; what was ticked stays ticked, and passwords are typed anew."""
    return again(HERE, "agree", errors=errors, error=error)


def _page(template: str, found: Found, **context: Any) -> str:
    left = left_at(HERE)
    return show(template, email=found[0].email, errors=left.errors, error=left.error, **context)
