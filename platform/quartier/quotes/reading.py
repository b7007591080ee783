"""The page of a quote for who has its link: to read, accept or decline. It needs no account; the link is the key."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

import structlog
from flask import Response, redirect, request
from sqlalchemy import select

from quartier.accounts.pages import please_wait
from quartier.accounts.realm import CONSOLE
from quartier.accounts.throttle import Count, TooSoon, admit_counts, network_of
from quartier.companies import admins
from quartier.contracts.beginnings import begin_modules
from quartier.contracts.desk import desk_of, host_of
from quartier.i18n.texts import gettext as _
from quartier.prospects.services import Contact
from quartier.quotes import notes, wording
from quartier.quotes.acceptance import Refused, Signature, accept
from quartier.quotes.content import moment_now
from quartier.quotes.declining import decline
from quartier.quotes.models import QuoteAcceptance
from quartier.quotes.queries import Found, by_token, version_of
from quartier.quotes.schemas import DeclineSchema, SignatureSchema
from quartier.team.chiefs import TeamError
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.gate import PUBLIC
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

log = structlog.get_logger(__name__)

console = Pages("quote_reading", __name__, area="console")
ONE: Final = "/quote/<token>"
FREE, WINDOW = 20, timedelta(hours=1)
"""Wrong links that a network may try within a time, before it waits; as with codes of invitations."""


@console.page(ONE, needs=PUBLIC)
def read(visit: ConsoleVisit, token: str) -> Any:
    """The quote. Looking at it uses nothing up: scanners of mail look first."""
    found = _found(visit, token)
    return _page(visit, token, found, show_form(SignatureSchema())) if isinstance(found, Found) else found


@console.page(f"{ONE}/quote.pdf", needs=PUBLIC)
def pdf(visit: ConsoleVisit, token: str) -> Any:
    """The document to the byte that is accepted."""
    found = _found(visit, token)
    if not isinstance(found, Found):
        return found
    version = version_of(visit.db, found.quote, found.version.number, pdf=True)
    if version is None or found.reason == "revoked":
        return _gone(visit)
    answer = Response(version.pdf, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{found.quote.number}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@console.action(f"{ONE}/accept", needs=PUBLIC)
def say_yes(visit: ConsoleVisit, token: str) -> Any:
    """Accept it: the contract is written, and the modules work from the agreed minute on."""
    found = _found(visit, token)
    if not isinstance(found, Found):
        return found
    form = load_form(SignatureSchema())
    if form.ok and not form.values["agreed"]:
        form = form.wrong("agreed", _("Please tick this to accept."))
    if not form.ok or found.reason:
        return _page(visit, token, found, form), 409 if found.reason else 422
    signed = Signature(form.values["name"], form.values["role"], network_of(request.remote_addr))
    try:
        accepted = accept(visit.db, found, signed, now=moment_now(), modules=frozenset(shell().plugins.serving))
    except Refused as refused:
        return _refused(visit, token, refused)
    _tell(visit, found)
    visit.db.commit()
    begin_modules(shell().engine, shell().plugins, found.company.id, actor=signed.says)
    if accepted.contact is not None:
        _invite(visit, found, accepted.contact)
    return back_to(f"/quote/{token}", _("Thank you. The quote is accepted."))


@console.page(f"{ONE}/decline", needs=PUBLIC, methods=("GET", "POST"))
def say_no(visit: ConsoleVisit, token: str) -> Any:
    """Ask whether it is meant so, and for a reason; then nobody can accept this version any more. Once is enough."""
    found = _found(visit, token)
    if not isinstance(found, Found):
        return found
    if found.reason == "declined":
        return redirect(f"/quote/{token}", 303)
    if found.reason:
        return _page(visit, token, found, Form()), 409
    form = load_form(DeclineSchema()) if request.method == "POST" else show_form(DeclineSchema())
    if request.method == "GET" or not form.ok:
        page = render("quotes/decline.html", token=token, quote=found.quote, form=form, buyer=found.company)
        return page, 200 if request.method == "GET" else 422
    reason = form.values["reason"].strip()
    try:
        if decline(visit.db, found, reason=reason, now=moment_now()):
            notes.tell_declined(visit.db, found.quote, reason)
    except Refused as refused:
        return _refused(visit, token, refused)
    return back_to(f"/quote/{token}", _("The quote is declined. Your contact is told."))


def _tell(visit: ConsoleVisit, found: Found) -> None:
    version = version_of(visit.db, found.quote, found.version.number, pdf=True)
    one = select(QuoteAcceptance).filter_by(company_id=found.company.id, version_id=found.version.id)
    said = visit.db.scalars(one).one()
    if version is not None:
        notes.confirm(visit.db, found, version, said)
    notes.tell_sales(visit.db, found.company, found.quote, said.signed)


def _invite(visit: ConsoleVisit, found: Found, contact: Contact) -> None:
    """The first one of the new company's team, in the name of who wrote the quote."""
    try:
        admins.invite(visit.db, desk_of(visit.db, shell(), found.company.id), asdict(contact) | {"phone": None},
                      operator=found.quote.owner)  # fmt: skip
    except TeamError as error:  # sales sees on the company's page that nobody is invited
        log.warning("admin_not_invited", company=str(found.company.id), error=str(error))


def _refused(visit: ConsoleVisit, token: str, refused: Refused) -> Any:
    """Somebody was quicker, or something stands in the way; who sells is told of the latter."""
    visit.db.rollback()
    found = by_token(visit.db, token, moment_now())
    if found is None:
        return _gone(visit)
    if refused.reason == "clash":
        notes.tell_clash(visit.db, found.company, found.quote, refused.sentence)
        visit.db.commit()
    return _page(visit, token, found, load_form(SignatureSchema()), reason=refused.reason), 409


def _found(visit: ConsoleVisit, token: str) -> Any:
    """What the link leads to, or the answer to who has none. Only wrong links are counted."""
    found = by_token(visit.db, token, moment_now())
    if found is not None:
        return found
    try:
        admit_counts(CONSOLE, visit.db, [Count(f"quote:network:{network_of(request.remote_addr)}", FREE, WINDOW)])
    except TooSoon as error:
        return render("quotes/gone.html", sentence=please_wait(error)), 429, {"Retry-After": str(error.seconds)}
    visit.db.commit()
    return _gone(visit)


def _gone(_visit: ConsoleVisit) -> Any:
    return render(
        "quotes/gone.html", sentence=_("Please check whether the whole link was copied, or ask your contact.")
    ), 404


def _page(visit: ConsoleVisit, token: str, found: Found, form: Form, *, reason: str = "") -> Any:
    reason = reason or found.reason
    if reason in ("revoked", "withdrawn", "undone"):
        return render("quotes/gone.html", heading=wording.REASONS[reason][0], sentence=wording.REASONS[reason][1])
    host = host_of(visit.db, shell(), found.company)
    return render(
        "quotes/read.html", token=token, quote=found.quote, version=found.version, company=None, buyer=found.company,
        content=found.content, acceptance=found.acceptance, refusal=found.refusal, reason=reason, form=form,
        quoted=wording, language=visit.voice.language, host=host, portal=shell().url_of(host),
    )  # fmt: skip
