"""Figures: how much assets are used, what they bring in, and how far ahead they are booked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

from flask import Response, abort

from plugins.bookings import queries
from plugins.bookings.desk.area import page, pages
from plugins.bookings.desk.filters import Narrowed, day_of, narrowed
from plugins.bookings.manifest import VIEW
from plugins.bookings.queries import AssetFacts, Figures
from plugins.bookings.rules import open_in
from quartier.sdk import Visit, as_file, formats
from quartier.sdk import gettext as _

USUAL, MOST = 6, 24  # months


@dataclass(frozen=True)
class Line:
    """An asset in one month or in all of them. `share` is how much of what was open was booked, in per cent."""

    asset: AssetFacts
    months: tuple[Figures, ...]
    share: int | None

    def total(self, name: str) -> Any:
        """The sum of one figure."""
        return sum((getattr(one, name) for one in self.months), Decimal(0) if name in ("revenue", "fees") else 0)

    @property
    def lead(self) -> float | None:
        """The median of days between booking and beginning, of the months that have any."""
        known = [one.lead for one in self.months if one.lead is not None]
        return median(known) if known else None


@pages.page("/figures", needs=VIEW)
def show_figures(visit: Visit) -> str:
    """A line per asset, and what of it was booked month by month; one statement."""
    wanted = narrowed(visit, ())
    months = _months(visit, wanted)
    found = _by_asset(visit, wanted, months)
    return page(
        visit,
        "figures",
        wanted=wanted,
        months=[(month, formats.format_date(month, "month")) for month in months],
        lines=[(_line(one, rows, months), [_line(one, _of(rows, month), [month]) for month in months])
               for one, rows in found],
        period=formats.format_range(months[0], _end(months[-1])),
    )  # fmt: skip


@pages.page("/figures.<kind>", needs=VIEW)
def export_figures(visit: Visit, kind: str) -> Response:
    """The same as a table with a line per asset and month."""
    if kind not in ("csv", "xlsx"):
        abort(404)
    wanted = narrowed(visit, ())
    head = [_("What"), _("Property"), _("Month"), _("Bookings"), _("Occupancy in per cent"), _("Revenue"),
            _("Late fees"), _("Currency"), _("Not used"), _("Cancelled"), _("Booked days ahead (median)"),
            _("Blocked hours")]  # fmt: skip
    return as_file(_("booking-figures"), kind, head, _rows(visit, wanted))


def _rows(visit: Visit, wanted: Narrowed) -> Iterator[list[Any]]:
    months = _months(visit, wanted)
    for asset, rows in _by_asset(visit, wanted, months):
        for month in months:
            one = _line(asset, _of(rows, month), [month])
            lead = None if one.lead is None else round(one.lead, 1)
            yield [visit.say(asset.name), asset.property or "", month, one.total("bookings"), one.share,
                   one.total("revenue"), one.total("fees"), asset.currency, one.total("missed"),
                   one.total("cancelled"), lead, round(one.total("blocked") / 60, 1)]  # fmt: skip


def _by_asset(visit: Visit, wanted: Narrowed, months: Sequence[date]) -> list[tuple[AssetFacts, list[Figures]]]:
    found: dict[Any, list[Figures]] = {}
    for row in queries.figures(visit.db, wanted.assets, months[0], months[-1]):
        found.setdefault(row.asset_id, []).append(row)
    return [(one, found.get(one.id, [])) for one in wanted.assets if not one.archived or one.id in found]


def _of(rows: Sequence[Figures], month: date) -> list[Figures]:
    return [row for row in rows if row.month == month]


def _line(asset: AssetFacts, rows: Sequence[Figures], months: Sequence[date]) -> Line:
    """The share is of the opening times as they are today: what they were then is known of bookings only."""
    could = sum(open_in(asset.rules, month, _end(month), asset.zone) for month in months)
    had = sum(row.nights if asset.rules.kind == "nights" else row.minutes for row in rows)
    return Line(asset, tuple(rows), round(100 * had / could) if could else None)


def _months(visit: Visit, wanted: Narrowed) -> list[date]:
    """The months that the days lie in; without any, this one and the five before."""
    last = (day_of(wanted.asked.get("until")) or visit.today).replace(day=1)
    first = day_of(wanted.asked.get("since"))
    months = [last]
    while len(months) < (MOST if first else USUAL) and (first is None or months[0] > first):
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    return months


def _end(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1) - timedelta(days=1)
