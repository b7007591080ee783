"""Requests that wait for an answer, all bookings, and what the filters leave of them as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, abort, request

from plugins.bookings import queries
from plugins.bookings.desk.area import Shown, kept_page, pages
from plugins.bookings.desk.filters import STATES as CHOICE
from plugins.bookings.desk.filters import Narrowed, narrowed
from plugins.bookings.manifest import VIEW
from plugins.bookings.queries import Overview, Planned
from plugins.bookings.rules import STATES
from quartier.sdk import Visit, as_file
from quartier.sdk import gettext as _

PAGE, FIRST, MOST = 50, 20, 200_000
BACK = timedelta(days=730)


@pages.page("/", needs=VIEW)
def index(visit: Visit) -> str:
    """Requests first, then what is blocked and what lies ahead; or what the filters leave. One statement of its own."""
    wanted, after = narrowed(visit), _after()

    def read() -> Shown:
        found = _found(visit, wanted, after)
        rows = found.ahead
        more = f"?{wanted.query(after=_cursor(rows[PAGE - 1]))}" if len(rows) > PAGE else None
        return {
            "rows": rows[:PAGE], "more": more, "found": found, "assets": queries.by_id(wanted.reach), "wanted": wanted,
            "kinds": state_choice(), "today": visit.today,
        }, found.until  # fmt: skip

    return kept_page(visit, "list", (wanted.key, after), read)


def _found(visit: Visit, wanted: Narrowed, after: queries.Place) -> Overview:
    if not wanted.asked and after is None:
        return queries.overview(visit.db, queries.limit_of(visit), limit=PAGE + 1, requests=FIRST, blocks=FIRST)
    filters = wanted.bookings(None if wanted.asked else visit.now)
    rows = queries.brief(visit.db, filters, after, limit=PAGE + 1)
    return Overview(rows, [], [], 0, min((one.ends for one in rows if not one.is_over), default=None))


@pages.page("/bookings.<kind>", needs=VIEW)
def export(visit: Visit, kind: str) -> Response:
    """What the filters leave, as a table; without any, the bookings of two years back and all that lie ahead."""
    if kind not in ("csv", "xlsx"):
        abort(404)
    wanted = narrowed(visit)
    head = [_("What"), _("From"), _("Until"), _("Who"), _("State"), _("How many people"), _("Price"), _("Deposit"),
            _("Late fee"), _("Currency"), _("Note")]  # fmt: skip
    return as_file(_("bookings"), kind, head, _lines(visit, wanted))


def _lines(visit: Visit, wanted: Narrowed) -> Iterator[list[Any]]:
    assets = queries.by_id(wanted.reach)
    for one in queries.lines(visit.db, wanted.bookings(visit.now - BACK), most=MOST):
        asset = assets[one.asset_id]
        times = [f"{at.astimezone(asset.zone):%Y-%m-%d %H:%M}" for at in (one.starts, one.ends)]
        yield [visit.say(asset.name), *times, one.person, str(STATES[one.look]), one.people, one.price, one.deposit,
               one.fee, one.currency, one.note]  # fmt: skip


def state_choice() -> list[tuple[str, str]]:
    """States to choose from."""
    return [(state, str(STATES[state])) for state in CHOICE]


def _cursor(row: Planned) -> str:
    return f"{row.starts.isoformat()}.{row.id}"


def _after() -> tuple[datetime, UUID] | None:
    moment, dot, id_ = request.args.get("after", "").rpartition(".")
    if not dot:
        return None
    try:
        return datetime.fromisoformat(moment), UUID(id_)
    except ValueError:
        abort(400)
