"""Requests that wait for an answer, all bookings, and what the filters leave of them as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response, abort, request

from plugins.bookings import queries
from plugins.bookings.desk.area import page, pages
from plugins.bookings.desk.filters import STATES as CHOICE
from plugins.bookings.desk.filters import Narrowed, narrowed
from plugins.bookings.manifest import VIEW
from plugins.bookings.queries import AssetFacts, BookingFacts
from plugins.bookings.rules import STATES
from quartier.sdk import Visit, as_file
from quartier.sdk import gettext as _

PAGE, MOST = 50, 200_000
BACK = timedelta(days=730)


@pages.page("/", needs=VIEW)
def index(visit: Visit) -> str:
    """Requests first, then what lies ahead."""
    wanted = narrowed(visit)
    asked = wanted.asked
    rows = queries.listed(visit.db, wanted.bookings(None if asked else visit.now), _after(), limit=PAGE + 1)
    more = f"?{wanted.query(after=_cursor(rows[PAGE - 1]))}" if len(rows) > PAGE else None
    return page(
        visit,
        "list",
        rows=rows[:PAGE],
        more=more,
        requests=queries.waiting(visit.db, queries.limit_of(visit)) if not asked else [],
        assets=queries.by_id(wanted.reach),
        blocks=_blocks(visit, wanted.reach) if not asked else [],
        wanted=wanted,
        kinds=state_choice(),
        today=visit.today,
    )


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
    for one in queries.listed(visit.db, wanted.bookings(visit.now - BACK), None, limit=MOST):
        asset = assets[one.asset_id]
        times = [f"{at.astimezone(asset.zone):%Y-%m-%d %H:%M}" for at in (one.starts, one.ends)]
        yield [visit.say(asset.name), *times, one.person, str(STATES[one.look]), one.people, one.price, one.deposit,
               one.fee, one.currency, one.note]  # fmt: skip


def state_choice() -> list[tuple[str, str]]:
    """States to choose from."""
    return [(state, str(STATES[state])) for state in CHOICE]


def _blocks(visit: Visit, assets: Sequence[AssetFacts]) -> list[BookingFacts]:
    year = visit.now + timedelta(days=366)
    return queries.between(visit.db, [one.id for one in assets], visit.now, year, ["block"], limit=100)


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
