"""What the pages of registering share: their frame, and what this browser is in the middle of."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, make_response, request

from quartier.accounts.pages import set_cookie
from quartier.invitations.models import Invitation
from quartier.invitations.queries import path_of, state_of
from quartier.keys import key_of
from quartier.registration import services
from quartier.registration.models import Registration
from quartier.registration.queries import is_open, registration_of
from quartier.registration.services import Sender
from quartier.web.again import forget_left
from quartier.web.flash import back_to
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

COOKIE: Final = "__Host-quartier-join"

app = Pages("registration", __name__, area="app")
app.after_request(forget_left)


def show(template: str, **context: Any) -> str:
    """A page of this area; `step` is where on the way it stands."""
    return render(f"registration/{template}.html", **context)


def installation_key() -> bytes:
    """What codes and links are made of."""
    return key_of(shell().config)


def sender_of(visit: Visit) -> Sender:
    """Who writes the mail with the code."""
    return Sender(installation_key(), shell().config.origin(visit.company.host), visit.company.name)


def under_way(visit: Visit) -> tuple[Registration, Invitation] | None:
    """What this browser is in the middle of, whatever has become of the invitation."""
    token = request.cookies.get(COOKIE)
    return registration_of(visit.db, token) if token else None


def keep(answer: Response, token: str) -> Response:
    """This browser goes on with it."""
    return set_cookie(answer, COOKIE, token, int(services.LASTS.total_seconds()))


def forget(answer: Response) -> Response:
    """It has arrived."""
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return answer


def turned_away(visit: Visit, found: tuple[Registration, Invitation] | None) -> Any:
    """Where to go from a page in the middle, when there is nothing to go on with; None when there is."""
    if found is None:
        return back_to("/" if visit.viewer.signed_in else "/join")
    if not is_open(visit.db, found[1]):
        return back_to("/") if visit.viewer.signed_in else over(found[1])
    return None


def over(invitation: Invitation) -> Response:
    """Why this invitation opens nothing any more, and what to do now: at the invitation's own address."""
    if request.method == "POST":
        return back_to(path_of(installation_key(), invitation))
    return make_response(show("over", state=state_of(invitation)), 410)
