"""The calendar of the team: a day with assets side by side, a week of assets, a month of everything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask import request

from plugins.bookings import queries
from plugins.bookings.desk.area import Shown, kept_page, pages
from plugins.bookings.desk.drawing import day_plan, edges_of, item_of, week_plan
from plugins.bookings.desk.filters import Narrowed, day_of, id_of, narrowed
from plugins.bookings.manifest import VIEW
from plugins.bookings.models import HOLDS
from plugins.bookings.queries import AssetFacts, Sought
from plugins.bookings.rules import STATES, VIEWS, days_of, minute_of, moment, neighbours, title_of
from quartier.sdk import Visit, formats

SHOWN: Final = {"day": 8, "week": 10}
"""How many assets a page has: more stand beside each other on no screen, and each costs its time."""
NOTHING: Final = queries.Plan([], None)
FEW: Final = 3  # bookings of a month's day that are named
CHOICE: Final = ("requested", "confirmed", "block", "missed", "cancelled", "declined")


@pages.page("/calendar", needs=VIEW)
def plan(visit: Visit) -> str:
    """All assets within reach; three statements at most, however many bookings there are."""
    wanted = narrowed(visit, CHOICE)
    view, on = _view(wanted), day_of(request.args.get("on")) or visit.today
    days, (before, later) = days_of(view, on), neighbours(view, on)
    assets = [one for one in wanted.assets if not one.archived]
    part, parts = _part(view, assets)
    most = SHOWN.get(view, len(assets) or 1)
    shown = assets[part * most : (part + 1) * most]

    def read() -> Shown:
        drawn, until = _drawn(visit, wanted, view, days, shown)
        return {
            "wanted": wanted, "view": view, "on": on, "before": before, "later": later, "days": _days(visit, days),
            "title": title_of(view, days, on), "part": part, "parts": parts, "shown": shown, "total": len(assets),
            "kinds": [(one, str(STATES[one])) for one in CHOICE], "plan": drawn,
        }, until  # fmt: skip

    return kept_page(visit, "plan", (view, on, part, wanted.key), read)


def _view(wanted: Narrowed) -> str:
    """A day of all is what somebody at the desk needs; of one asset, the week."""
    given = request.args.get("view", "")
    return given if given in VIEWS else ("week" if id_of(wanted.asked.get("asset")) else "day")


def _part(view: str, assets: Sequence[AssetFacts]) -> tuple[int, int]:
    """Which part of the assets is shown, from 0 on, and how many parts there are."""
    parts = max(1, -(-len(assets) // SHOWN[view])) if view in SHOWN else 1
    given = request.args.get("part", "")
    return (min(int(given[:6]), parts) - 1 if given.isdecimal() and int(given[:6]) else 0), parts


def _drawn(
    visit: Visit, wanted: Narrowed, view: str, days: Sequence[date], shown: Sequence[AssetFacts]
) -> tuple[Any, datetime | None]:
    """What a view shows, and until when it does though nothing changes."""
    states = (wanted.state,) if wanted.state else HOLDS
    zone = visit.company.zone
    first = datetime.combine(days[0], datetime.min.time(), zone)
    last = datetime.combine(days[-1] + timedelta(days=1), datetime.min.time(), zone)
    if view == "month":
        everything = not wanted.limited and not wanted.asked.keys() & {"property", "asset"}
        sought = Sought(first, last, states, None if everything else [one.id for one in shown])
        edges = [*(datetime.combine(day, datetime.min.time(), zone) for day in days), last]
        by_day = queries.planned_by_day(visit.db, sought, days, edges, most=FEW)
        assets = queries.by_id(wanted.reach)
        return {
            day: (total, [(assets[one.asset_id], item_of(one, assets[one.asset_id], day)) for one in rows])
            for day, (total, rows) in by_day.items()
        }, None
    ids = {one.id for one in shown}
    if not wanted.state:  # what excludes them is shown as well
        ids = ids.union(*(one.linked for one in shown))
    sought = Sought(first, last, states, sorted(ids), offers=not wanted.state)
    if view == "day" and shown and not wanted.state and days[0] >= visit.today:
        (found, until), busy = queries.planned_and_busy(visit.db, sought, shown, *edges_of(shown, days[0]))
        return day_plan(visit, days[0], shown, found, busy), until if days[0] > visit.today else moment(
            minute_of(visit.now) + 1
        )
    found, until = queries.planned(visit.db, sought) if ids else NOTHING
    return week_plan(visit, days, shown, found) if view == "week" else day_plan(visit, days[0], shown, found, {}), until


def _days(visit: Visit, days: Sequence[date]) -> list[tuple[date, str, str, bool]]:
    """Each day with its name, short and long, and whether it is today."""
    named = [(day, formats.format_date(day, "weekday")) for day in days]
    return [(day, name[:2], formats.format_date(day, "today"), day == visit.today) for day, name in named]
