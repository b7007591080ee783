"""Pages of companies as customers, in the console."""

from __future__ import annotations

import re
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from werkzeug.exceptions import NotFound

from quartier.contracts import wording as contract_words
from quartier.contracts.desk import desk_of
from quartier.contracts.pages import Deal, product_names
from quartier.contracts.queries import contracts_of, lines_of
from quartier.customers import charts, queries, wording
from quartier.customers.queries import CustomerFilters
from quartier.i18n.formats import zone_of_reader
from quartier.i18n.texts import lazy_gettext as _l
from quartier.leads import wording as lead_words
from quartier.leads.queries import LeadFilters, leads, sellers
from quartier.tenancy.hosts import full_host
from quartier.tenancy.models import STATUSES
from quartier.usage.people import PEOPLE
from quartier.usage.queries import usage_of
from quartier.web.forms import id_in
from quartier.web.gate import OPERATOR
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import ConsoleVisit

PAGES = re.compile(r"[1-9][0-9]{0,3}")
FEW = 5
console = Pages(
    "customers",
    __name__,
    area="console",
    entries=(Entry("/companies", icon="building", label=_l("Companies"), needs=OPERATOR, order=10),),
)


@console.page("/companies", needs=OPERATOR)
def companies(visit: ConsoleVisit) -> str:
    """All companies and how they fare: to search, to sort, to page through."""
    filters = _filters()
    found = queries.customers(visit.db, filters, today=_today())
    domain = shell().config.platform_domain
    return render(
        "customers/list.html", found=found, filters=filters, wording=wording, size=queries.PAGE,
        managers=sellers(visit.db, filters.manager if isinstance(filters.manager, UUID) else None),
        hosts={one.id: full_host(one.host, domain) for one in found.rows},
    )  # fmt: skip


@console.page("/companies/<uuid:company_id>/health", needs=OPERATOR)
def health(visit: ConsoleVisit, company_id: UUID) -> str:
    """How one company fares, and why: contracts, use of each module, open leads."""
    desk, today = desk_of(visit.db, shell(), company_id), _today()
    found = queries.customer(visit.db, company_id, today=today)
    if found is None:
        raise NotFound
    usage = usage_of(visit.db, shell().plugins, company_id, today=_day_there(desk.company.timezone), days=charts.DAYS)
    sells = visit.viewer.may(("sales",))
    names = product_names(visit.db, shell().plugins, visit.voice.language)
    mine = leads(visit.db, LeadFilters(company=company_id), me=visit.viewer.operator_id, today=today, limit=FEW)
    lines = lines_of(visit.db, company_id)
    deals = [
        Deal.of(one, [line for line in lines if line.contract_id == one.id])
        for one in contracts_of(visit.db, company_id)
    ]
    return render(
        "customers/health.html", desk=desk, tab="health", one=found, wording=wording, today=today, names=names,
        sentences=wording.sentences(found, today), leads=mine if sells else None, lead_words=lead_words,
        usage=[(module, charts.lines(used)) for module, used in usage.items()], portal=PEOPLE, deals=deals,
        contract_words=contract_words, step=charts.STEP, bar=charts.WIDTH, tall=charts.HEIGHT, weeks=charts.WEEKS,
    )  # fmt: skip


def _filters() -> CustomerFilters:
    """From the address; what it does not know it leaves out."""
    given = request.args
    page = given.get("page", "1")
    return CustomerFilters(
        words=given.get("q", "").strip()[:100].replace("\0", ""),
        status=status if (status := given.get("status", "")) in STATUSES else "",
        shown=shown if (shown := given.get("show", "")) in queries.SHOWN else "",
        manager=queries.NOBODY if given.get("manager") == queries.NOBODY else id_in(given.get("manager")) or "",
        order=order if (order := given.get("sort", "")) in queries.ORDERS else "name",
        page=int(page) if PAGES.fullmatch(page) else 1,
    )


def _today() -> date:
    return datetime.now(zone_of_reader(ZoneInfo("UTC"))).date()


def _day_there(timezone: str) -> date:
    return datetime.now(ZoneInfo(timezone)).date()
