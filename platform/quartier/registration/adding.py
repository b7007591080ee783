"""Another home for who has an account here already: the invitation is opened while signed in, and says so.

Signed in a moment ago, with a name that can be the invited one's, holding the invitation, and with the number of the
contract where the company asks for it: that is as much as the account's password in the middle of registering.
"""

from __future__ import annotations

from typing import Any

from flask import Response, request
from werkzeug.exceptions import NotFound

from quartier.accounts import passkeys
from quartier.accounts.keyring import is_fresh
from quartier.accounts.pages import account_of, please_wait
from quartier.accounts.realm import PORTAL, Known
from quartier.accounts.throttle import TooSoon
from quartier.i18n.texts import gettext as _
from quartier.invitations.models import Invitation
from quartier.invitations.queries import any_by_token, path_of
from quartier.people.models import Person
from quartier.registration import services
from quartier.registration.area import app, installation_key, over, show
from quartier.registration.numbers import WrongNumber, asked_numbers, check_number, is_missing
from quartier.registration.queries import are_alike, guest_of, is_open, person_of
from quartier.registration.services import NotMerged, Over
from quartier.web.again import again, left_at
from quartier.web.flash import back_to
from quartier.web.forms import Errors
from quartier.web.gate import SIGNED_IN
from quartier.web.shell import shell
from quartier.web.visit import Visit


@app.page("/join/<token>/add", needs=SIGNED_IN, methods=("GET", "POST"))
def add(visit: Visit, token: str) -> Any:
    """The home belongs to this account from now on. Whoever is not signed in gets here by the door."""
    invitation = any_by_token(visit.db, installation_key(), token)
    if invitation is None or visit.viewer.person_id is None:
        raise NotFound
    if not is_open(visit.db, invitation):
        return closed(visit, invitation)
    person = person_of(visit.db, invitation.person_id)
    possible = is_fresh(visit) and are_alike(visit.db, visit.viewer.person_id, person.id)
    if request.method != "POST":
        return offer(visit, invitation, person)
    return _added(visit, invitation, person) if possible else back_to(request.path)


def offer(visit: Visit, invitation: Invitation, person: Person) -> str:
    """What would be added, and to which account; or that it is for somebody else."""
    left, path = left_at(request.path), path_of(installation_key(), invitation)
    alike = are_alike(visit.db, visit.viewer.person_id, person.id) if visit.viewer.person_id else False
    fresh = is_fresh(visit)
    has_password = fresh or passkeys.ways_in(PORTAL, visit.db, account_of(visit))[0]
    return show(
        "add", guest=guest_of(visit.db, person), alike=alike, fresh=fresh, has_password=has_password,
        asks_number=bool(asked_numbers(visit, person)), path=path,
        errors=left.errors, error=left.error, number=left.get("number"),
    )  # fmt: skip


def closed(visit: Visit, invitation: Invitation) -> Response:
    """Over; for whoever has used it, the home is there."""
    mine = invitation.account_id is not None and invitation.account_id == visit.viewer.account_id
    return back_to("/") if mine else over(invitation)


def put_together(visit: Visit, invitation: Invitation, known: Known) -> None:
    """What was meant for the invited entry is this account's, and modules count anew. Raises Over and NotMerged."""
    accounts = services.add_to(visit.db, invitation.id, known)
    people = [one for one in (known.person_id, invitation.person_id) if one]
    shell().plugins.tell("people_merged", visit.db, accounts=accounts, people=people)


def _added(visit: Visit, invitation: Invitation, person: Person) -> Any:
    known = PORTAL.by_id(visit.db, account_of(visit))
    if known is None:
        raise NotFound
    if is_missing(visit, person):
        return _once_more({"number": [_("Please fill this in.")]})
    try:
        check_number(visit, invitation, person)
        put_together(visit, invitation, known)
    except WrongNumber:
        return _once_more({"number": [wrong_number()]})
    except TooSoon as error:
        return again(request.path, "number", error=please_wait(error), seconds=error.seconds)
    except Over:
        visit.db.rollback()
        visit.db.refresh(invitation)
        return closed(visit, invitation)
    except NotMerged as error:
        visit.db.rollback()
        return again(request.path, "number", error=str(error))
    return back_to("/", _("Your home is added to your account."))


def _once_more(errors: Errors) -> Response:
    return again(request.path, "number", errors=errors)


def wrong_number() -> str:
    """What is said of a number that is not the contract's."""
    return _("This is not the number of your contract. You find it on your lease and on letters about the rent.")
