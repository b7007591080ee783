"""The second step: the e-mail address is theirs. By the code on this device, or by the link on any other."""

from __future__ import annotations

from typing import Any, Final

from flask import request

from quartier.accounts import throttle
from quartier.accounts.pages import please_wait, source_of
from quartier.accounts.realm import PORTAL
from quartier.accounts.throttle import TooSoon
from quartier.i18n.texts import gettext as _
from quartier.invitations.queries import path_of
from quartier.people.homes import wear_home_of
from quartier.registration import services
from quartier.registration.area import (
    app,
    forget,
    installation_key,
    keep,
    sender_of,
    show,
    turned_away,
    under_way,
)
from quartier.registration.arriving import OWN
from quartier.registration.queries import is_open, person_of, registration_of
from quartier.web.again import again, left_at
from quartier.web.flash import back_to
from quartier.web.gate import PUBLIC
from quartier.web.visit import Visit

HERE: Final = "/join/confirm"


@app.page(HERE, needs=PUBLIC, methods=("GET", "POST"))
def confirm(visit: Visit) -> Any:
    """The code. Who has confirmed already, here or elsewhere, goes on."""
    found = under_way(visit)
    if (away := turned_away(visit, found)) is not None or found is None:
        return away
    registration = found[0]
    if registration.confirmed_at is not None:
        return back_to("/join/way")
    if request.method != "POST":
        left = left_at(HERE)
        return show("confirm", email=registration.email, errors=left.errors, error=left.error)
    typed = request.form.get("code", "")
    if not typed.strip():
        return again(HERE, errors={"code": [_("Please fill this in.")]})
    right = services.try_code(visit.db, registration, typed, installation_key())
    visit.db.commit()
    if right:
        return back_to("/join/way")
    many = registration.wrong_codes >= services.WRONG_CODES
    wrong = _("These were too many tries. Please have a new code sent.") if many else _(
        "This is not the code of our last mail.")  # fmt: skip
    return again(HERE, errors={"code": [wrong]})


@app.action("/join/confirm/again", needs=PUBLIC)
def new_code(visit: Visit) -> Any:
    """Another mail."""
    found = under_way(visit)
    if (away := turned_away(visit, found)) is not None or found is None:
        return away
    registration, invitation = found
    if registration.confirmed_at is not None:
        return back_to("/join/way")
    try:
        throttle.admit(PORTAL, visit.db, "join-mail", registration.email, source_of(PORTAL))
    except TooSoon as error:
        return again(HERE, error=please_wait(error), seconds=error.seconds)
    person = person_of(visit.db, invitation.person_id)
    services.send_code(visit.db, registration, person, visit.voice.language, sender_of(visit))
    return back_to(HERE, _("A new code is on its way. The one before is not good any more."))


@app.page("/join/confirm/<link>", needs=PUBLIC, methods=("GET", "POST"))
def by_link(visit: Visit, link: str) -> Any:
    """The link of the mail. It asks once, for scanners of mail follow links, but press no buttons."""
    found = registration_of(visit.db, link)
    if found is None:
        return back_to(request.path) if request.method == "POST" else (show("link_gone"), 410)
    if (away := turned_away(visit, found)) is not None:
        return away
    wear_home_of(visit, found[1].person_id)
    if request.method != "POST":
        return show("link", email=found[0].email)
    services.confirm(found[0])
    return keep(back_to("/join/way"), link)


@app.action("/join/other-address", needs=PUBLIC)
def other_address(visit: Visit) -> Any:
    """Back to the first step, with the same invitation."""
    found = under_way(visit)
    if found is None or not is_open(visit.db, found[1]):
        return back_to("/join")
    path = path_of(installation_key(), found[1])
    return forget(back_to(f"{path}?{OWN}=1" if visit.viewer.signed_in else path))
