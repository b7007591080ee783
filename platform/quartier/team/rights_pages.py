"""Who may do what at a place, on a day: people against rights, each with where it comes from."""

from __future__ import annotations

from datetime import date

from flask import request
from werkzeug.exceptions import NotFound

from quartier.accounts.permissions import TEAM_ADMIN
from quartier.team import queries
from quartier.team.area import TEAM, cockpit, known_permissions, page
from quartier.team.queries import WHOLE
from quartier.web.visit import Visit


@cockpit.page(f"{TEAM}/rights", needs=TEAM_ADMIN)
def rights(visit: Visit) -> str:
    """Today, or on the day that is asked for; a day that nobody knows is today."""
    spot, query = queries.spot_of(visit.db, request.args.get("place", WHOLE.key)), request.args.get("q", "")[:100]
    if spot is None:
        raise NotFound
    day = _day(request.args.get("day", "")) or visit.today
    everybody = queries.members(visit.db, today=visit.today, now=visit.now, past=day < visit.today)
    held = queries.who_may(everybody, spot.at, day, visit.company.zone)
    known = known_permissions(visit)
    shown = [one for one in everybody if held.get(one.row.id)]
    given = {permission for some in held.values() for permission in some}
    return page(
        visit, "rights", spot=spot, query=query, spots=queries.spots_like(visit.db, query), members=shown, held=held,
        columns=[*(key for key in known if key in given), *sorted(given - known.keys())], on=day,
    )  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
