"""The first step: a code or a link, and who it is for."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, request

from quartier.accounts import throttle
from quartier.accounts.pages import please_wait, source_of
from quartier.accounts.realm import PORTAL
from quartier.accounts.throttle import TooSoon
from quartier.i18n.texts import gettext as _
from quartier.invitations.models import Invitation
from quartier.invitations.queries import any_by_token, path_of
from quartier.invitations.services import try_code
from quartier.mail.addresses import mailbox
from quartier.people.homes import wear_home_of
from quartier.people.models import Person
from quartier.registration import services
from quartier.registration.adding import closed, offer, wrong_number
from quartier.registration.area import app, installation_key, keep, sender_of, show, under_way
from quartier.registration.numbers import WrongNumber, asked_numbers, check_number, is_missing
from quartier.registration.queries import guest_of, is_open, person_of, proven_by_mail
from quartier.web.again import Left, again, left_at
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
    if request.method != "POST":
        left = left_at("/join")
        return show("code", code=left.get("code"), errors=left.errors, error=left.error)
    typed, key = request.form.get("code", ""), installation_key()
    if not typed.strip():
        return again("/join", errors={"code": [_("Please fill this in.")]})
    try:
        found = try_code(visit.db, key, typed, source_of(PORTAL)).invitation
    except TooSoon as error:
        return again("/join", "code", error=please_wait(error), seconds=error.seconds)
    if found is None:
        wrong = _("This code is not known here. Please compare it with your letter, letter by letter.")
        return again("/join", "code", errors={"code": [wrong]})
    return back_to(path_of(key, found))


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
    wear_home_of(visit, person.id)
    if request.method != "POST":
        if visit.viewer.person_id and OWN not in request.args:
            return offer(visit, invitation, person)
        return _page(visit, person, left_at(request.path), _suggested(visit, invitation, person))
    return _taken(visit, invitation, person)


def _taken(visit: Visit, invitation: Invitation, person: Person) -> Any:
    email = request.form.get("email", "").strip()
    if errors := _complaints(visit, person, email):
        return _once_more(errors)
    try:
        check_number(visit, invitation, person)
        confirmed = proven_by_mail(visit.db, invitation.id, email)
        if not confirmed:
            throttle.admit(PORTAL, visit.db, "join-mail", email, source_of(PORTAL))
    except WrongNumber:
        return _once_more({"number": [wrong_number()]})
    except TooSoon as error:
        return again(request.path, "email", "number", error=please_wait(error), seconds=error.seconds)
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
    """The address with which this browser is on its way already, or the one that the invitation went to: who holds the
    mail knows it. A letter does not tell it to its finder."""
    begun = under_way(visit)
    if begun is not None and begun[1].id == invitation.id:
        return begun[0].email
    return person.email if person.email and proven_by_mail(visit.db, invitation.id, person.email) else ""


def _once_more(errors: Errors) -> Response:
    return again(request.path, "email", "number", errors=errors)


def _page(visit: Visit, person: Person, left: Left, suggested: str) -> str:
    guest, asks = guest_of(visit.db, person), bool(asked_numbers(visit, person))
    return show(
        "who", guest=guest, asks_number=asks, email=left.get("email", suggested), number=left.get("number"),
        errors=left.errors, error=left.error,
    )  # fmt: skip
