"""One's own address, from the profile: another one is confirmed with a code or a link that goes there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from flask import Response, request
from werkzeug.exceptions import NotFound

from quartier.accounts import addresses, passkeys, throttle
from quartier.accounts.keyring import is_fresh
from quartier.accounts.models import AddressChange
from quartier.accounts.pages import account_of, please_wait, source_of
from quartier.accounts.realm import PORTAL, Known
from quartier.accounts.throttle import Count, TooSoon
from quartier.i18n.texts import gettext as _
from quartier.invitations.acts import inviter_of
from quartier.invitations.services import Inviter
from quartier.locks.fields import Owner, owner_of
from quartier.mail.addresses import address_key, mailbox
from quartier.readdressing import wishes
from quartier.readdressing.area import app
from quartier.web.again import again, left_at
from quartier.web.flash import back_to
from quartier.web.gate import SIGNED_IN
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

OWN: Final = "/account/email"
LONGEST: Final = 254
DAY: Final = timedelta(days=1)


@app.page(OWN, needs=SIGNED_IN, methods=("GET", "POST"))
def own_address(visit: Visit) -> Any:
    """The present address; a field for another one; or why it cannot be changed here."""
    if request.method != "POST":
        return _page(visit)
    if _owner(visit) is not None or not is_fresh(visit):
        return again(OWN, "email")
    email = request.form.get("email", "").strip()
    if wrong := _complaint(visit, email):
        return again(OWN, "email", errors={"email": [wrong]})
    try:
        _write(visit, email)
    except TooSoon as error:
        return _later(visit, error)
    return back_to(OWN, _("We have written to %(email)s.", email=email))


@app.action(f"{OWN}/code", needs=SIGNED_IN)
def confirm_own(visit: Visit) -> Any:
    """The code of the mail, typed where the wish was made."""
    change, typed = _wished(visit), request.form.get("code", "")
    if change is None:
        return back_to(OWN)
    if not typed.strip():
        return again(OWN, errors={"code": [_("Please fill this in.")]})
    right = addresses.try_code(visit.db, _sender(visit).key, change, typed)
    visit.db.commit()
    if not right:
        many = change.wrong_codes >= addresses.WRONG_CODES
        wrong = (
            _("These were too many tries. Please have a new code sent.")
            if many
            else _("This is not the code of our last mail.")
        )
        return again(OWN, errors={"code": [wrong]})
    words = _("You sign in with %(email)s from now on.", email=change.email)
    if not wishes.take(visit.db, change, _known(visit), language=visit.voice.language):
        return back_to(OWN, _("This address cannot be used. Please choose another one."))
    return back_to("/account", words)


@app.action(f"{OWN}/again", needs=SIGNED_IN)
def write_again(visit: Visit) -> Any:
    """Another mail; the one before opens nothing any more."""
    change = _wished(visit)
    if change is None:
        return back_to(OWN)
    try:
        _write(visit, change.email)
    except TooSoon as error:
        return _later(visit, error)
    return back_to(OWN, _("A new code is on its way. The one before is not good any more."))


def _later(visit: Visit, error: TooSoon) -> Response:
    """What was refused is not counted, neither for who wishes nor for whom it would have gone to."""
    visit.db.rollback()
    return again(OWN, "email", error=please_wait(error), seconds=error.seconds)


def _sender(visit: Visit) -> Inviter:
    return inviter_of(shell().config, visit.company, visit.viewer.name)


def _write(visit: Visit, email: str) -> None:
    """Counted by who wishes and by whom it goes to: nobody fills a stranger's mailbox in the company's name."""
    throttle.admit_counts(PORTAL, visit.db, [Count(f"address-wish:{account_of(visit)}", free=5, window=DAY)])
    throttle.admit(PORTAL, visit.db, "address-mail", email, source_of(PORTAL))
    wishes.wish(visit.db, _known(visit), email, language=visit.voice.language, sender=_sender(visit))


def _complaint(visit: Visit, email: str) -> str:
    if not email:
        return _("Please fill this in.")
    if len(email) > LONGEST or not email.isprintable() or mailbox(email) is None:
        return _("This is not an e-mail address. It looks like name@example.ch.")
    if address_key(email) == address_key(visit.viewer.email):
        return _("This is your address already.")
    return ""


def _owner(visit: Visit) -> Owner | None:
    """The ERP, where addresses are its own."""
    owner = owner_of(visit.db, "person")
    return owner if owner is not None and "email" in owner.fields else None


def _wished(visit: Visit) -> AddressChange | None:
    change = addresses.proposed(visit.db, account_of(visit))
    return change if change is not None and change.origin == "person" else None


def _known(visit: Visit) -> Known:
    known = PORTAL.by_id(visit.db, account_of(visit))
    if known is None:
        raise NotFound
    return known


def _page(visit: Visit) -> str:
    fresh, left = is_fresh(visit), left_at(OWN)
    return render(
        "readdressing/own.html", owner=_owner(visit), wished=_wished(visit), fresh=fresh, left=left,
        has_password=fresh or passkeys.ways_in(PORTAL, visit.db, account_of(visit))[0],
    )  # fmt: skip
