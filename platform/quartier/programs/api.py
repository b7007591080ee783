"""What programs of the platform read and change at the console."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from werkzeug.exceptions import NotFound

from quartier.api.conditions import etag, require_match
from quartier.api.paging import make_page, next_link, page_of, read_cursor
from quartier.api.problems import Problem
from quartier.clientele.queries import colleagues
from quartier.contracts.api import EntitlementsSchema, OnSchema, told
from quartier.contracts.on_a_day import answers
from quartier.contracts.queries import contracts_of, lines_of, needs_of
from quartier.customers.queries import Customer, customer, customers_after
from quartier.i18n.texts import gettext as _
from quartier.leads import queries as leads
from quartier.leads import services
from quartier.leads.models import Lead
from quartier.leads.services import LeadError, NewLead
from quartier.programs import schemas
from quartier.programs.blueprint import ConsoleBlueprint
from quartier.revenue.movements import months_until, movements
from quartier.revenue.queries import running_lines
from quartier.tenancy.models import Company
from quartier.usage.queries import usage_of
from quartier.web.gate import OPERATOR, REVENUE, SALES
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

NOBODY = UUID(int=0)
FIELDS = ("title", "contact", "owner_id", "due", "state")
blueprint = ConsoleBlueprint("console", __name__, description="Companies as customers, leads and revenue.")


@blueprint.operation("GET", "/program", needs=OPERATOR)
@blueprint.response(200, schemas.ProgramSchema)
def program(visit: ConsoleVisit) -> dict[str, Any]:
    """Who is asking."""
    return {"name": visit.viewer.name, "role": visit.viewer.role}


@blueprint.operation("GET", "/companies", needs=OPERATOR)
@blueprint.arguments(schemas.CompaniesArguments, location="query")
@blueprint.response(200, page_of(schemas.CustomerSchema))
def companies(visit: ConsoleVisit, query: dict[str, Any]) -> Any:
    """All companies and how they fare, by name."""
    after, limit = read_cursor(query["after"], str, UUID), query["limit"]
    rows = customers_after(visit.db, after, today=_today(), manager=query["manager"], limit=limit + 1)
    page = make_page(rows, limit, lambda row: (row.called, row.id), _customer)
    return page, 200, next_link(page)


@blueprint.operation("GET", "/companies/<uuid:company_id>", needs=OPERATOR)
@blueprint.response(200, schemas.CustomerSchema)
def company(visit: ConsoleVisit, company_id: UUID) -> dict[str, Any]:
    """One company and how it fares."""
    found = customer(visit.db, company_id, today=_today())
    if found is None or found.status == "prospect":
        raise NotFound
    return _customer(found)


@blueprint.operation("GET", "/companies/<uuid:company_id>/contracts", needs=OPERATOR)
@blueprint.response(200, schemas.SoldContractsSchema)
def contracts(visit: ConsoleVisit, company_id: UUID) -> dict[str, Any]:
    """Its contracts with their lines, drafts and offers included."""
    _company(visit, company_id)
    lines = lines_of(visit.db, company_id)
    names = ("id", "number", "stage", "timezone", "currency", "starts", "ends", "unit_quota")
    return {
        "contracts": [
            {name: getattr(one, name) for name in names}
            | {"lines": [each for each in lines if each.contract_id == one.id]}
            for one in contracts_of(visit.db, company_id)
        ]
    }


@blueprint.operation("GET", "/companies/<uuid:company_id>/entitlements", needs=OPERATOR)
@blueprint.arguments(OnSchema, location="query")
@blueprint.response(200, EntitlementsSchema)
def entitlements(visit: ConsoleVisit, asked: dict[str, Any], company_id: UUID) -> dict[str, Any]:
    """What it may use on a day, and why."""
    zone = ZoneInfo(_company(visit, company_id).timezone)
    day = asked["on"] or datetime.now(zone).date()
    found = answers(visit.db, company_id, zone, day, needs_of(shell().plugins), drafts=False)
    return {"on": day, "timezone": zone.key, "entitlements": [told(one) for one in found]}


@blueprint.operation("GET", "/companies/<uuid:company_id>/usage", needs=OPERATOR)
@blueprint.response(200, schemas.UsageSchema)
def usage(visit: ConsoleVisit, company_id: UUID) -> dict[str, Any]:
    """What each module was used for in the thirty days before today, as it was counted at night."""
    today = datetime.now(ZoneInfo(_company(visit, company_id).timezone)).date()
    found = usage_of(visit.db, shell().plugins, company_id, today=today)
    return {
        "modules": [
            {
                "module": module, "since": used.since, "until": used.until,
                "counts": [{"key": number.measure.key, "value": number.value} for number in used.numbers],
            }
            for module, used in found.items()
        ]
    }  # fmt: skip


@blueprint.operation("GET", "/operators", needs=SALES)
@blueprint.response(200, schemas.ColleaguesSchema)
def operators(visit: ConsoleVisit) -> dict[str, Any]:
    """Who can own a lead or look after a company, by id."""
    return {"operators": colleagues(visit.db)}


@blueprint.operation("GET", "/leads", needs=SALES)
@blueprint.arguments(schemas.LeadsArguments, location="query")
@blueprint.response(200, page_of(schemas.SalesLeadSchema))
def all_leads(visit: ConsoleVisit, query: dict[str, Any]) -> Any:
    """Leads, the newest first."""
    after, limit = read_cursor(query["after"], UUID), query["limit"]
    last = after[0] if after else None
    rows = leads.newest(visit.db, state=query["state"], company=query["company"], before=last, limit=limit + 1)
    page = make_page(rows, limit, lambda row: (row.id,))
    return page, 200, next_link(page)


@blueprint.operation("POST", "/leads", needs=SALES)
@blueprint.arguments(schemas.OpenedLeadSchema)
@blueprint.response(201, schemas.SalesLeadSchema)
def open_lead(visit: ConsoleVisit, sent: dict[str, Any]) -> Any:
    """Open a lead; whoever is responsible hears of it."""
    customer_id = sent["company_id"]
    if customer_id is not None and visit.db.get(Company, customer_id) is None:
        raise Problem(422, errors={"company_id": [_("There is no such company.")]})
    _owner(visit, sent["owner_id"])
    new = NewLead(
        sent["prospect"].strip(), sent["title"], customer_id, sent["contact"], sent["owner_id"], sent["due"],
        sent["note"],
    )  # fmt: skip
    made = services.open_lead(visit.db, new, actor=visit.viewer.name)
    services.tell_owner(visit.db, shell().config, made, made.title, but=NOBODY)
    visit.db.refresh(made)
    return made, 201, {"ETag": etag(made.version), "Location": f"/api/v1/leads/{made.id}"}


@blueprint.operation("GET", "/leads/<uuid:lead_id>", needs=SALES, versioned=True)
@blueprint.response(200, schemas.SalesLeadSchema)
def lead(visit: ConsoleVisit, lead_id: UUID) -> Any:
    """One lead."""
    one = _lead(visit, lead_id)
    return one, 200, {"ETag": etag(one.version)}


@blueprint.operation("PATCH", "/leads/<uuid:lead_id>", needs=SALES, versioned=True)
@blueprint.arguments(schemas.ChangedLeadSchema)
@blueprint.response(200, schemas.SalesLeadSchema)
def change_lead(visit: ConsoleVisit, sent: dict[str, Any], lead_id: UUID) -> Any:
    """Change who is responsible, when it is due, its state; note something. All of it stands in the time line."""
    one = _lead(visit, lead_id, to_change=True)
    require_match(one.version)
    values = {name: sent.get(name, getattr(one, name)) for name in FIELDS}
    if one.source != "console":
        values["title"] = one.title  # what a company asked for keeps the words that say so
    given = values["owner_id"] != one.owner_id
    if given:
        _owner(visit, values["owner_id"])
    names = {str(key): name for key, name in leads.sellers(visit.db, one.owner_id)}
    try:
        services.change_lead(visit.db, one, values, names=names, note=sent.get("note", ""), actor=visit.viewer.name)
    except LeadError as error:
        raise Problem(422, errors={error.field: [str(error)]}) from error
    if given:
        services.tell_owner(visit.db, shell().config, one, one.title or one.topic, but=NOBODY)
    visit.db.flush()
    visit.db.refresh(one)
    return one, 200, {"ETag": etag(one.version)}


@blueprint.operation("GET", "/revenue", needs=REVENUE)
@blueprint.arguments(schemas.RevenueArguments, location="query")
@blueprint.response(200, schemas.RevenueSchema)
def revenue(visit: ConsoleVisit, query: dict[str, Any]) -> dict[str, Any]:
    """What recurs each month, and what moved it."""
    today = datetime.now(ZoneInfo("Europe/Zurich")).date()
    found = movements(running_lines(visit.db), months_until(today, query["months"]))
    return {"currencies": [{"currency": currency, "months": months} for currency, months in found.items()]}


def _customer(one: Customer) -> dict[str, Any]:
    return {**vars(one), "health": one}


def _company(visit: ConsoleVisit, company_id: UUID) -> Company:
    found = visit.db.get(Company, company_id)
    if found is None or found.status == "prospect":
        raise NotFound
    return found


def _lead(visit: ConsoleVisit, lead_id: UUID, *, to_change: bool = False) -> Lead:
    found = leads.lead_by_id(visit.db, lead_id, to_change=to_change)
    if found is None:
        raise NotFound
    return found


def _owner(visit: ConsoleVisit, owner_id: UUID | None) -> None:
    if owner_id is not None and owner_id not in dict(leads.sellers(visit.db)):
        raise Problem(422, errors={"owner_id": [_("Nobody with this id sells here.")]})


def _today() -> Any:
    return datetime.now(ZoneInfo("UTC")).date()
