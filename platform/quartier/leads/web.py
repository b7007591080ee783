"""Pages of leads, in the console."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, get_args
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from werkzeug.exceptions import NotFound

from quartier.catalogue.queries import offers
from quartier.i18n.formats import zone_of_reader
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.leads import queries, services, wording
from quartier.leads.models import Lead
from quartier.leads.queries import LeadFilters, State
from quartier.leads.schemas import LeadSchema, NewLeadSchema
from quartier.leads.services import LeadError, NewLead
from quartier.tenancy.models import Company
from quartier.web.flash import back_to
from quartier.web.forms import Form, id_in, load_form, show_form
from quartier.web.gate import SALES
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

WHOSE = ("mine", "nobody")
DUE = ("overdue", "week")
FIELDS = ("title", "contact", "owner", "due", "state", "note")
console = Pages(
    "leads",
    __name__,
    area="console",
    entries=(Entry("/leads", icon="flag", label=_l("Leads"), needs=SALES, order=15, key="l"),),
)


@console.page("/leads", needs=SALES)
def leads(visit: ConsoleVisit) -> str:
    """What is to be followed up, the most pressing first."""
    filters, today = _filters(), _today()
    found = queries.leads(
        visit.db, filters, me=visit.viewer.operator_id, today=today, after=id_in(request.args.get("after"))
    )
    company = visit.db.get(Company, filters.company) if filters.company else None
    return render(
        "leads/list.html", found=found, filters=filters, today=today, wording=wording, names=_names(visit),
        company=company,
    )  # fmt: skip


@console.page("/leads/new", needs=SALES, methods=("GET", "POST"))
def new_lead(visit: ConsoleVisit) -> Any:
    """Write down a chance that somebody of us sees."""
    company = visit.db.get(Company, id_in(request.values.get("company")) or UUID(int=0))
    if request.method == "GET":
        form = show_form(NewLeadSchema(), who=company.name if company else "", owner=str(visit.viewer.operator_id))
        return _new_page(visit, form, company)
    form = load_form(NewLeadSchema())
    form = _owned(visit, form)
    if not form.ok:
        return _new_page(visit, form, company), 422
    same = company is not None and form.values["who"] == company.name
    new = NewLead(
        form.values["who"], form.values["title"], company.id if company is not None and same else None,
        form.values["contact"], form.values["owner"], form.values["due"], form.values["note"],
    )  # fmt: skip
    made = services.open_lead(visit.db, new, actor=visit.viewer.name)
    services.tell_owner(visit.db, shell().config, made, made.title, but=visit.viewer.operator_id)
    return back_to(f"/leads/{made.id}", _("The lead is open."))


@console.page("/leads/<uuid:lead_id>", needs=SALES, methods=("GET", "POST"))
def lead(visit: ConsoleVisit, lead_id: UUID) -> Any:
    """One lead: what it is about, what is to be done, what was done."""
    one = queries.lead_by_id(visit.db, lead_id, to_change=request.method == "POST")
    if one is None:
        raise NotFound
    if request.method == "GET":
        return _page(visit, one, _shown(one))
    schema = NewLeadSchema(only=FIELDS) if one.source == "console" else LeadSchema()
    form = _owned(visit, load_form(schema), one)
    if form.ok and request.form.get("version") != str(one.version):
        form = form.wrong("_schema", _("Somebody has changed this lead in the meantime. Compare, then save again."))
    if form.ok:
        try:
            return back_to(f"/leads/{one.id}", _("Saved.") if _change(visit, one, form) else _("Nothing was changed."))
        except LeadError as error:
            form = form.wrong(error.field, str(error))
    return _page(visit, one, form), 422


def _change(visit: ConsoleVisit, one: Lead, form: Form) -> bool:
    """What a company asked for keeps the words that say so."""
    fields = ("contact", "due", "state", *(("title",) if one.source == "console" else ()))
    values = {key: form.values[key] for key in fields} | {"owner_id": form.values["owner"]}
    names = {str(key): name for key, name in queries.sellers(visit.db, one.owner_id)}
    given = values["owner_id"] != one.owner_id
    done = services.change_lead(visit.db, one, values, names=names, note=form.values["note"], actor=visit.viewer.name)
    if given:
        title = wording.title(one, _names(visit))
        services.tell_owner(visit.db, shell().config, one, title, but=visit.viewer.operator_id)
    return done


def _filters() -> LeadFilters:
    """From the address; what it does not know it leaves out."""
    given = request.args
    state = given.get("state", "open")
    return LeadFilters(
        words=given.get("q", "").strip()[:100],
        state="" if state == "all" else state if state in get_args(State) else "open",  # type: ignore[arg-type]
        whose=whose if (whose := given.get("whose", "")) in WHOSE else "",
        due=due if (due := given.get("due", "")) in DUE else "",
        company=id_in(given.get("company")),
    )


def _owned(visit: ConsoleVisit, form: Form, one: Lead | None = None) -> Form:
    """The form, with a complaint where the owner is nobody who sells."""
    owner = form.values.get("owner")
    if owner is None or owner in dict(queries.sellers(visit.db, one.owner_id if one else None)):
        return form
    return form.wrong("owner", _("Please choose one of these."))


def _shown(one: Lead) -> Form:
    facts = {"title": one.title, "contact": one.contact, "state": one.state}
    return show_form(LeadSchema(), **facts, owner=str(one.owner_id or ""), due=one.due.isoformat() if one.due else "")


def _new_page(visit: ConsoleVisit, form: Form, company: Company | None) -> str:
    return render("leads/new.html", form=form, company=company, sellers=queries.sellers(visit.db))


def _page(visit: ConsoleVisit, one: Lead, form: Form) -> str:
    """The page with what is stored, and in the form what was typed."""
    company = visit.db.get(Company, one.customer_id) if one.customer_id else None
    names = _names(visit)
    return render(
        "leads/lead.html", lead=one, company=company, form=form, wording=wording, title=wording.title(one, names),
        prospect=queries.prospect_of(visit.db, one.id), product=names.get(one.topic, ""),
        sellers=queries.sellers(visit.db, one.owner_id), today=_today(),
        line=queries.time_line(visit.db, one.id), zone=zone_of_reader(ZoneInfo("UTC")),
    )  # fmt: skip


def _names(visit: ConsoleVisit) -> dict[str, str]:
    """Of what companies ask for, by key."""
    language = visit.voice.language
    modules = {slug: plugin.manifest.name[language] for slug, plugin in shell().plugins.serving.items()}
    return modules | {key: offer.version.terms.name.pick(language).text for key, offer in offers(visit.db).items()}


def _today() -> date:
    return datetime.now(zone_of_reader(ZoneInfo("UTC"))).date()
