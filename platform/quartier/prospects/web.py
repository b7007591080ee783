"""Pages of prospects, in the console."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from werkzeug.exceptions import NotFound

from quartier.companies import schemas
from quartier.companies.services import CompanyError
from quartier.contracts.desk import desk_of
from quartier.i18n.formats import zone_of_reader
from quartier.i18n.texts import gettext as _
from quartier.i18n.voice import LANGUAGES, OWN_NAMES
from quartier.i18n.zones import zones
from quartier.leads.models import Lead
from quartier.prospects import queries, services
from quartier.prospects.models import Prospect
from quartier.prospects.schemas import ProspectSchema
from quartier.tenancy.models import Company
from quartier.web.flash import back_to
from quartier.web.forms import Form, id_in, load_form, show_form
from quartier.web.gate import OPERATOR, SALES
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

LIST = "/prospects"
ONE = f"{LIST}/<uuid:company_id>"
console = Pages("prospects", __name__, area="console")


@console.page(LIST, needs=OPERATOR)
def prospects(visit: ConsoleVisit) -> str:
    """All of them, the newest first, to search and to page through."""
    words = request.args.get("q", "").strip()[:100]
    found = queries.prospects(visit.db, words=words, after=id_in(request.args.get("after")))
    return render("prospects/list.html", found=found, words=words, zone=zone_of_reader(ZoneInfo("UTC")))


@console.page(f"{LIST}/new", needs=SALES, methods=("GET", "POST"))
def new_prospect(visit: ConsoleVisit) -> Any:
    """Write one down, from a lead or from nothing."""
    lead = visit.db.get(Lead, id_in(request.values.get("lead")) or UUID(int=0))
    if request.method == "GET":
        return _form_page(visit, _blank(visit, lead), lead=lead)
    form = load_form(ProspectSchema())
    if form.ok:
        try:
            with visit.db.begin_nested():
                made = services.make(visit.db, form.values, lead_id=lead.id if lead else None, actor=visit.viewer.name)
            made.manager_id = visit.viewer.operator_id
            return back_to(f"{LIST}/{made.id}", _("%(name)s is written down.", name=made.name))
        except CompanyError as error:
            form = form.wrong(error.field, str(error))
    return _form_page(visit, form, lead=lead), 422


@console.page(ONE, needs=OPERATOR)
def prospect(visit: ConsoleVisit, company_id: UUID) -> Any:
    """Who it is, and what was offered; whoever has become a company is found there."""
    if (company := visit.db.get(Company, company_id)) and company.status != "prospect":
        return back_to(f"/companies/{company_id}")
    company, one = _one(visit, company_id)
    lead = visit.db.get(Lead, one.lead_id) if one.lead_id else None
    return render(
        "prospects/prospect.html", desk=_desk(visit, company_id), tab="prospect", one=one, lead=lead,
        quotes=queries.quotes_of(visit.db, company_id), languages=OWN_NAMES,
        countries=dict(schemas.countries(visit.voice.language)),
    )  # fmt: skip


@console.page(f"{ONE}/change", needs=SALES, methods=("GET", "POST"))
def change(visit: ConsoleVisit, company_id: UUID) -> Any:
    """Other facts; quotes keep what they say."""
    company, one = _one(visit, company_id, lock=request.method == "POST")
    if request.method == "GET":
        facts = {name: getattr(one, name) for name in services.OWN} | {"units": str(one.units)}
        facts |= {name: getattr(company, name) for name in ("name", "slug", "country", "timezone", "tone")}
        shown = show_form(ProspectSchema(), **facts, languages=company.languages,
                          default_language=company.languages[0], version=str(company.version))  # fmt: skip
        return _form_page(visit, shown, company=company)
    form = load_form(ProspectSchema())
    if form.ok and request.form.get("version") != str(company.version):
        form = form.wrong("_schema", _("Somebody has changed this prospect in the meantime. Compare, then save again."))
        form = replace(form, typed={**form.typed, "version": str(company.version)})
    if form.ok:
        try:
            with visit.db.begin_nested():
                services.change(visit.db, company, one, form.values, actor=visit.viewer.name)
            return back_to(f"{LIST}/{company_id}", _("Saved."))
        except CompanyError as error:
            visit.db.refresh(company)
            form = form.wrong(error.field, str(error))
    return _form_page(visit, form, company=company), 422


@console.page(f"{ONE}/remove", needs=SALES, methods=("GET", "POST"))
def remove(visit: ConsoleVisit, company_id: UUID) -> Any:
    """It does not want to, or was a mistake."""
    company, _prospect = _one(visit, company_id, lock=request.method == "POST")
    if request.method == "POST":
        try:
            services.remove(visit.db, company)
        except CompanyError as error:
            return back_to(f"{LIST}/{company_id}", str(error))
        return back_to(LIST, _("%(name)s is gone, with its quotes.", name=company.name))
    return render("prospects/remove.html", desk=_desk(visit, company_id), tab="prospect")


def _one(visit: ConsoleVisit, company_id: UUID, *, lock: bool = False) -> tuple[Company, Prospect]:
    found = queries.prospect_of(visit.db, company_id, lock=lock)
    if found is None:
        raise NotFound
    return found


def _desk(visit: ConsoleVisit, company_id: UUID) -> Any:
    return desk_of(visit.db, shell(), company_id, or_prospect=True)


def _blank(visit: ConsoleVisit, lead: Lead | None) -> Form:
    language = visit.voice.language
    return show_form(
        ProspectSchema(), name=lead.prospect if lead else "", country="CH", timezone="Europe/Zurich",
        languages=list(LANGUAGES), default_language=language if language != "en" else "de", tone="formal",
        invite=True,
    )  # fmt: skip


def _form_page(visit: ConsoleVisit, form: Form, *, lead: Lead | None = None, company: Company | None = None) -> str:
    # tone: neutral  # noqa: ERA001 - for the catalogues
    tones = [("formal", _("formal: Sie, vous")), ("informal", _("informal: du, tu"))]
    return render(
        "prospects/form.html", form=form, lead=lead, one=company, suffix=shell().config.platform_domain,
        countries=schemas.countries(visit.voice.language), zones=zones(), tones=tones,
        languages=[(one, OWN_NAMES[one]) for one in LANGUAGES],
    )  # fmt: skip
