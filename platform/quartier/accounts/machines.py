"""The Cockpit's page of API tokens."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import Response, request
from werkzeug.exceptions import NotFound

from quartier.accounts import tokens
from quartier.accounts.models import ApiToken
from quartier.accounts.pages import cockpit
from quartier.accounts.permissions import API_TOKENS, all_scopes
from quartier.accounts.schemas import NewTokenSchema
from quartier.db.base import new_id
from quartier.i18n.formats import format_date
from quartier.i18n.texts import gettext as _
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, sent_id, show_form
from quartier.web.gate import allowed
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

USUAL = timedelta(days=90)


@cockpit.page("/cockpit/tokens", needs=API_TOKENS)
def token_list(visit: Visit) -> str:
    """All keys, what they open, and when they were last used."""
    known = tokens.tokens_of(visit.db)
    states = {token.id: tokens.state_of(token) for token in known}
    lasts = {token.id: tokens.last_day(token, visit.company.zone) for token in known}
    return render("accounts/tokens.html", tokens=known, states=states, lasts=lasts, labels=_labels(visit))


@cockpit.page("/cockpit/tokens/new", needs=API_TOKENS, methods=("GET", "POST"))
def new_token(visit: Visit) -> Any:
    """Issue a key. The answer to the form shows the secret, once; sending the form again issues no second one."""
    if request.method != "POST":
        return _ask(visit, show_form(NewTokenSchema(), expires=visit.today + USUAL), new_id())
    token_id = sent_id("token_id")
    if visit.db.get(ApiToken, (visit.company.id, token_id)) is not None:
        return back_to("/cockpit/tokens", _("This token has been issued already. Its secret was shown once."))
    form = _checked(visit, load_form(NewTokenSchema()))
    if not form.ok:
        return _ask(visit, form, token_id), 422
    facts = form.values
    secret = tokens.issue_token(
        visit.db, visit.viewer, token_id, name=facts["name"], scopes=facts["scopes"], until=facts["expires"],
        zone=visit.company.zone,
    )  # fmt: skip
    return render("accounts/token_issued.html", name=facts["name"], secret=secret, until=facts["expires"])


@cockpit.action("/cockpit/tokens/<uuid:token_id>/revoke", needs=API_TOKENS)
def revoke(visit: Visit, token_id: UUID) -> Response:
    """End a key at once."""
    if not tokens.revoke_token(visit.db, token_id):
        raise NotFound
    return back_to("/cockpit/tokens", _("The token is revoked and opens nothing any more."))


def _ask(visit: Visit, form: Form, token_id: UUID) -> str:
    options = [(key, label) for key, label in _labels(visit).items() if allowed(visit.viewer, key)]
    first, last = visit.today + timedelta(days=1), visit.today + tokens.LONGEST
    return render("accounts/token_new.html", form=form, token_id=token_id, options=options, first=first, last=last)


def _checked(visit: Visit, form: Form) -> Form:
    """What depends on who asks and when."""
    scopes, until = form.values.get("scopes", ()), form.values.get("expires")
    if any(scope not in _labels(visit) or not allowed(visit.viewer, scope) for scope in scopes):
        form = form.wrong("scopes", _("You can hand on only what you may do yourself."))
    if isinstance(until, date) and not visit.today < until <= visit.today + tokens.LONGEST:
        last = format_date(visit.today + tokens.LONGEST)
        form = form.wrong("expires", _("A day from tomorrow until %(last)s.", last=last))
    return form


def _labels(visit: Visit) -> dict[str, str]:
    return {key: one.label[visit.voice.language] for key, one in all_scopes(shell().plugins).items()}
