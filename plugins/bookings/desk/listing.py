"""Requests that wait for an answer, and all bookings, narrowed down by the address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from flask import abort, request

from plugins.bookings import queries
from plugins.bookings.desk.area import page, pages
from plugins.bookings.manifest import VIEW
from plugins.bookings.queries import AssetFacts, BookingFacts, BookingFilters
from plugins.bookings.rules import STATES
from quartier.sdk import Visit

PAGE = 50
CHOICE = ("requested", "confirmed", "cancelled", "declined", "missed")


@pages.page("/", needs=VIEW)
def index(visit: Visit) -> str:
    """Requests first, then what lies ahead."""
    filters, asked = _filters(visit)
    rows = queries.listed(visit.db, filters, _after(), limit=PAGE + 1)
    more = f"?{urlencode(asked | {'after': _cursor(rows[PAGE - 1])})}" if len(rows) > PAGE else None
    assets = queries.all_assets(visit)
    return page(
        visit,
        "list",
        rows=rows[:PAGE],
        more=more,
        requests=queries.waiting(visit.db) if not asked else [],
        assets=queries.by_id(assets),
        blocks=_blocks(visit, assets) if not asked else [],
        choice=[(str(one.id), visit.say(one.name)) for one in assets],
        kinds=[(state, str(STATES[state])) for state in CHOICE],
        asked=asked,
        today=visit.today,
    )


def _blocks(visit: Visit, assets: Sequence[AssetFacts]) -> list[BookingFacts]:
    year = visit.now + timedelta(days=366)
    return queries.between(visit.db, [one.id for one in assets], visit.now, year, ["block"], limit=100)


def _filters(visit: Visit) -> tuple[BookingFilters, dict[str, str]]:
    """The filters, and as the address has them; without any, what is not over."""
    given = request.args
    asked = {name: given[name] for name in ("state", "asset", "since", "until") if given.get(name)}
    zone = visit.company.zone
    since, until = _day(asked.get("since")), _day(asked.get("until"))
    start = datetime.combine(since, datetime.min.time(), zone) if since else None
    end = datetime.combine(until + timedelta(days=1), datetime.min.time(), zone) if until else None
    state = asked.get("state") if asked.get("state") in CHOICE else None
    filters = BookingFilters(state, _id(asked.get("asset")), start or (None if asked else visit.now), end)
    return filters, asked


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 1971 <= found.year <= 2200 else None


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _cursor(row: queries.BookingFacts) -> str:
    return f"{row.starts.isoformat()}.{row.id}"


def _after() -> tuple[datetime, UUID] | None:
    moment, dot, id_ = request.args.get("after", "").rpartition(".")
    if not dot:
        return None
    try:
        return datetime.fromisoformat(moment), UUID(id_)
    except ValueError:
        abort(400)
