"""Addresses at which calendar programs read what is booked, of an asset or of all: made, shown once, and ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import request
from werkzeug.exceptions import Forbidden, NotFound

from plugins.bookings import queries, services
from plugins.bookings.desk.area import page, pages
from plugins.bookings.desk.filters import id_of
from plugins.bookings.manifest import VIEW
from quartier.sdk import Visit, back_to
from quartier.sdk import gettext as _

MOST = 30  # of one colleague


@pages.page("/feeds", needs=VIEW, methods=("GET", "POST"))
def feeds(visit: Visit) -> Any:
    """The addresses, and the form for one more."""
    if request.method == "GET":
        return _shown(visit)
    person, wanted = visit.viewer.person_id, request.form.get("asset", "")
    if person is None:
        raise Forbidden
    reach = {str(one.id) for one in queries.staff_assets(visit) if not one.archived}
    if wanted and wanted not in reach:
        return _shown(visit, errors={"asset": [_("Please choose what.")]}), 422
    if sum(one.own for one in queries.shared_feeds(visit)) >= MOST:
        return _shown(visit, errors={"asset": [_("These are many addresses. End one that nobody needs.")]}), 422
    names = request.form.get("names") == "true"
    _made, secret = services.share_feed(visit.db, person, asset_id=id_of(wanted), names=names)
    return _shown(visit, address=f"{request.host_url}bookings/feed/{secret}.ics")


@pages.action("/feeds/<uuid:feed_id>/end", needs=VIEW)
def end_feed(visit: Visit, feed_id: UUID) -> Any:
    """It opens nothing any more."""
    if feed_id not in {one.id for one in queries.shared_feeds(visit)}:
        raise NotFound
    services.end_feed(visit.db, feed_id)
    return back_to("/cockpit/bookings/feeds", _("The address opens nothing any more."))


def _shown(visit: Visit, *, address: str = "", errors: dict[str, list[str]] | None = None) -> str:
    reach = queries.staff_assets(visit)
    return page(
        visit,
        "feeds",
        feeds=queries.shared_feeds(visit),
        assets=queries.by_id(reach),
        choice=[(str(one.id), visit.say(one.name)) for one in reach if not one.archived],
        limited=queries.limit_of(visit) is not None,
        address=address,
        errors=errors or {},
        asked=request.form,
    )
