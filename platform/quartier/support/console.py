"""Pages of support in the console: asking a company, and going there once it has agreed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from werkzeug.wrappers import Response

from quartier.contracts.desk import Desk, desk_of
from quartier.i18n.texts import gettext as _
from quartier.support import services, wording
from quartier.support.schemas import AskSchema
from quartier.support.services import Asking, SupportError
from quartier.support.sight import ENTER
from quartier.tenancy.session import CompanySession
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.gate import SUPPORT
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

console = Pages("support_console", __name__, area="console")


@console.page("/companies/<uuid:company_id>/support", needs=SUPPORT)
def support(visit: ConsoleVisit, company_id: UUID) -> Any:
    """What support has asked this company, and what became of it."""
    return _page(visit, desk_of(visit.db, shell(), company_id), show_form(AskSchema(), hours="4"))


@console.action("/companies/<uuid:company_id>/support/ask", needs=SUPPORT)
def ask(visit: ConsoleVisit, company_id: UUID) -> Any:
    """Ask the company; its team hears of it at once."""
    desk, form = desk_of(visit.db, shell(), company_id), load_form(AskSchema())
    if not form.ok:
        return _page(visit, desk, form), 422
    with CompanySession(shell().engine, company_id) as db:
        try:
            services.ask(db, _me(visit), reason=form.values["reason"], hours=form.values["hours"])
        except SupportError:
            wrong = _("You have asked this company already, or may look now.")
            return _page(visit, desk, form.wrong("_schema", wrong)), 422
        db.commit()
    return back_to(f"{desk.url}/support", _("Asked. The company’s team hears of it now, and decides."))


@console.action("/companies/<uuid:company_id>/support/<uuid:access_id>/open", needs=SUPPORT)
def go(visit: ConsoleVisit, company_id: UUID, access_id: UUID) -> Any:
    """The way into the company's Cockpit, good once and for a minute."""
    desk = desk_of(visit.db, shell(), company_id)
    with CompanySession(shell().engine, company_id) as db:
        ticket = services.ticket_for(db, access_id, _me(visit))
        db.commit()
    if ticket is None:
        return back_to(f"{desk.url}/support", _("There is no consent that runs."))
    return render("support/door.html", desk=desk, tab="support", way=shell().url_of(desk.host, f"{ENTER}{ticket}"))


@console.action("/companies/<uuid:company_id>/support/<uuid:access_id>/end", needs=SUPPORT)
def end(visit: ConsoleVisit, company_id: UUID, access_id: UUID) -> Response:
    """Support needs it no more."""
    desk = desk_of(visit.db, shell(), company_id)
    with CompanySession(shell().engine, company_id) as db:
        ended = services.end(db, access_id, by=visit.viewer.name)
        db.commit()
    return back_to(f"{desk.url}/support", _("The access is over.") if ended else _("It was over already."))


def _me(visit: ConsoleVisit) -> Asking:
    return Asking(visit.viewer.operator_id, visit.viewer.name, visit.viewer.session_id)


def _page(visit: ConsoleVisit, desk: Desk, form: Form) -> str:
    with CompanySession(shell().engine, desk.company.id) as db:
        found = services.listed(db)
    mine = [one for one in found if one.operator_id == visit.viewer.operator_id and (one.runs or one.waits)]
    return render("support/console.html", desk=desk, tab="support", form=form, found=found, mine=mine, wording=wording)
