"""Pages of accounts: the door, and what a person manages alone."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, request

from quartier.accounts import services
from quartier.accounts.operators import COOKIE as CONSOLE_COOKIE
from quartier.accounts.operators import check_operator, open_operator_session
from quartier.accounts.visitors import COOKIE
from quartier.i18n.texts import gettext as _
from quartier.web.flash import back_to
from quartier.web.gate import PUBLIC, SIGNED_IN
from quartier.web.origin import safe_next
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.visit import ConsoleVisit, Visit

app = Pages("accounts", __name__, area="app")
cockpit = Pages("accounts_cockpit", __name__, area="cockpit")
console = Pages("accounts_console", __name__, area="console")

MONTHS = 90 * 24 * 3600


@app.page("/sign-in", needs=PUBLIC, methods=("GET", "POST"))
def sign_in(visit: Visit) -> Any:
    """The door of a company's portal."""
    target = safe_next(request.values.get("next"))
    if request.method == "GET":
        return render("accounts/sign_in.html", next=target, email="", error=None)
    email, password = request.form.get("email", ""), request.form.get("password", "")
    account = services.check_credentials(visit.db, email, password)
    if account is None:
        wrong = _("E-mail address or password is wrong.")
        return render("accounts/sign_in.html", next=target, email=email, error=wrong), 422
    token = services.open_session(visit.db, account, device=request.user_agent.string, network="")
    return _with_cookie(back_to(target), COOKIE, token)


@app.action("/sign-out", needs=SIGNED_IN)
def sign_out(visit: Visit) -> Response:
    """Leave on this device."""
    services.close_session(visit.db, visit.viewer)
    answer = back_to("/sign-in", _("You are signed out."))
    answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return answer


@console.page("/sign-in", needs=PUBLIC, methods=("GET", "POST"))
def console_sign_in(visit: ConsoleVisit) -> Any:
    """The door of the console."""
    target = safe_next(request.values.get("next"))
    if request.method == "GET":
        return render("accounts/console_sign_in.html", next=target, email="", error=None)
    email, password = request.form.get("email", ""), request.form.get("password", "")
    operator = check_operator(visit.db, email, password)
    if operator is None:
        wrong = _("E-mail address or password is wrong.")
        return render("accounts/console_sign_in.html", next=target, email=email, error=wrong), 422
    token = open_operator_session(visit.db, operator, device=request.user_agent.string)
    return _with_cookie(back_to(target), CONSOLE_COOKIE, token)


def _with_cookie(answer: Response, name: str, token: str) -> Response:
    answer.set_cookie(name, token, max_age=MONTHS, secure=True, httponly=True, samesite="Lax", path="/")
    return make_response(answer)
