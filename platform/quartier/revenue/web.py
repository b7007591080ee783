"""The page of revenue, in the console, and its file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Response, request
from werkzeug.exceptions import NotFound

from quartier.i18n.formats import zone_of_reader
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.masterdata.export import TYPES, as_file
from quartier.revenue.drawing import BAR, GAP, HALF, HIGH, STEP, chart
from quartier.revenue.movements import COLUMNS, KINDS, Month, months_until, movements
from quartier.revenue.queries import running_lines, unpriced_customers
from quartier.web.gate import REVENUE
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.visit import ConsoleVisit

SPANS: Final = (12, 24, 36)
"""Months to look back on; the first is the usual one."""
WORDS: Final = {
    "first": _l("Month"), "start": _l("Before"), "new": _l("New"), "expansion": _l("Expansion"),
    "reactivation": _l("Reactivation"), "contraction": _l("Contraction"), "churn": _l("Churn"), "end": _l("Revenue"),
    "customers": _l("Customers"),
}  # fmt: skip
console = Pages(
    "revenue",
    __name__,
    area="console",
    entries=(Entry("/revenue", icon="coins", label=_l("Revenue"), needs=REVENUE, order=18),),
)


@console.page("/revenue", needs=REVENUE)
def revenue(visit: ConsoleVisit) -> str:
    """What comes in each month, and what moved it; each currency by itself."""
    span, found = _span(), _months(visit, _span())
    charts = {currency: chart(months) for currency, months in found.items()}
    return render(
        "revenue/revenue.html", currencies=found, charts=charts,
        span=span, spans=SPANS, words=WORDS, kinds=KINDS, unpriced=unpriced_customers(visit.db),
        drawing={"step": STEP, "bar": BAR, "high": HIGH, "gap": GAP, "half": HALF},
    )  # fmt: skip


@console.page("/revenue/export", needs=REVENUE)
def export(visit: ConsoleVisit) -> Response:
    """The same as a file, one line per currency and month."""
    kind = request.args.get("format", "csv")
    if kind not in TYPES:
        raise NotFound
    columns = [_("Currency"), *(str(WORDS[name]) for name in COLUMNS)]
    return as_file(_("revenue"), kind, columns, _rows(_months(visit, _span())))


def _months(visit: ConsoleVisit, span: int) -> dict[str, list[Month]]:
    return movements(running_lines(visit.db), months_until(_today(), span))


def _rows(found: dict[str, list[Month]]) -> Iterator[list[Any]]:
    for currency, months in found.items():
        for month in months:
            yield [currency, *(getattr(month, name) for name in COLUMNS)]


def _span() -> int:
    given = request.args.get("months", "")
    return next((span for span in SPANS if given == str(span)), SPANS[0])


def _today() -> date:
    return datetime.now(zone_of_reader(ZoneInfo("Europe/Zurich"))).date()
