"""The first step: a code or a link, and who it is for."""

from __future__ import annotations

from typing import Any, Final

from flask import request

from quartier.accounts import throttle
from quartier.accounts.pages import please_wait, source_of, too_soon
from quartier.accounts.realm import PORTAL
from quartier.accounts.throttle import TooSoon
from quartier.i18n.texts import gettext as _
from quartier.invitations.models import Invitation
from quartier.invitations.queries import any_by_token, path_of
from quartier.invitations.services import try_code
from quartier.mail.addresses import mailbox
from quartier.people.models import Person
from quartier.registration import services
from quartier.registration.adding import closed, offer, wrong_number
from quartier.registration.area import app, installation_key, keep, over, sender_of, show
from quartier.registration.numbers import WrongNumber, asked_numbers, check_number, is_missing
from quartier.registration.queries import guest_of, is_open, person_of, proven_by_mail
from quartier.web.flash import back_to
from quartier.web.forms import Errors
from quartier.web.gate import PUBLIC
from quartier.web.visit import Visit

LONGEST_EMAIL: Final = 254
OWN: Final = "own"
"""In the address of who is signed in, and registers somebody else on this device all the same."""


@app.page("/join", needs=PUBLIC, methods=("GET", "POST"))
def code(visit: Visit) -> Any:
    """A code from a letter, however it is typed. A right one leads to where the letter's link leads."""
    typed = request.form.get("code", "")
    if request.method != "POST":
        return show("code", code="", errors={}, error="")
    if not typed.strip():
        return show("code", code="", errors={"code": [_("Please fill this in.")]}, error=""), 422
    key = installation_key()
    try:
        found = try_code(visit.db, key, typed, source_of(PORTAL)).invitation
    except TooSoon as error:
        return too_soon(error, show("code", code=typed, errors={}, error=please_wait(error)))
    if found is None:
        wrong = _("This code is not known here. Please compare it with your letter, letter by letter.")
        return show("code", code=typed, errors={"code": [wrong]}, error=""), 422
    return back_to(path_of(key, found)) if is_open(visit.db, found) else over(found)


@app.page("/join/<token>", needs=PUBLIC, methods=("GET", "POST"))
def who(visit: Visit, token: str) -> Any:
    """Is it you? And where do we reach you? Looking at it uses nothing up: scanners of mail look first.

    Who is signed in is asked first whether it belongs to this account.
    """
    invitation = any_by_token(visit.db, installation_key(), token)
    if invitation is None:
        error = _("This link leads nowhere. Please type the code of your letter.")
        return show("code", code="", errors={}, error=error), 404
    if not is_open(visit.db, invitation):
        return closed(visit, invitation)
    person = person_of(visit.db, invitation.person_id)
    if request.method != "POST":
        if visit.viewer.person_id and OWN not in request.args:
            return offer(visit, invitation, person)
        return _page(visit, person, _suggested(visit, invitation, person))
    return _taken(visit, invitation, person)


def _taken(visit: Visit, invitation: Invitation, person: Person) -> Any:
    email = request.form.get("email", "").strip()
    if errors := _complaints(visit, person, email):
        return _page(visit, person, email, errors), 422
    try:
        check_number(visit, invitation, person)
        confirmed = proven_by_mail(visit.db, invitation.id, email)
        if not confirmed:
            throttle.admit(PORTAL, visit.db, "join-mail", email, source_of(PORTAL))
    except WrongNumber:
        return _page(visit, person, email, {"number": [wrong_number()]}), 422
    except TooSoon as error:
        return too_soon(error, _page(visit, person, email, error=please_wait(error)))
    registration, kept = services.start(visit.db, invitation, email, confirmed=confirmed)
    if not confirmed:
        services.send_code(visit.db, registration, person, visit.voice.language, sender_of(visit))
    return keep(back_to("/join/way" if confirmed else "/join/confirm"), kept)


def _complaints(visit: Visit, person: Person, email: str) -> Errors:
    errors: Errors = {}
    if is_missing(visit, person):
        errors["number"] = [_("Please fill this in.")]
    if not email:
        errors["email"] = [_("Please fill this in.")]
    elif len(email) > LONGEST_EMAIL or not email.isprintable() or mailbox(email) is None:
        errors["email"] = [_("This is not an e-mail address. It looks like name@example.ch.")]
    return errors


def _suggested(visit: Visit, invitation: Invitation, person: Person) -> str:
    """The address that the invitation went to: who holds the mail knows it. A letter does not tell it to its finder."""
    return person.email if person.email and proven_by_mail(visit.db, invitation.id, person.email) else ""


def _page(visit: Visit, person: Person, email: str, errors: Errors | None = None, error: str = "") -> str:
    guest, asks = guest_of(visit.db, person), bool(asked_numbers(visit, person))
    facts = {"email": email, "number": request.form.get("number", ""), "errors": errors or {}, "error": error}
    return show("who", guest=guest, asks_number=asks, **facts)
