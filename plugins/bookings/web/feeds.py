"""Bookings in a calendar program: a secret address, which its owner can take back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Response, request
from werkzeug.exceptions import Forbidden, NotFound

from plugins.bookings import exchange, policies, queries, services
from plugins.bookings.manifest import MANAGE, VIEW
from plugins.bookings.models import Feed
from plugins.bookings.queries import BookingFacts, FeedEvent
from plugins.bookings.web.area import page, pages
from quartier.sdk import PUBLIC, SIGNED_IN, Visit, back_to
from quartier.sdk import gettext as _

BACK, AHEAD = timedelta(days=90), timedelta(days=730)


@pages.action("/mine/feed", needs=SIGNED_IN)
def make_feed(visit: Visit) -> Any:
    """A new address, shown this once; the old one opens nothing any more. Or, without one, take it back."""
    own = visit.viewer.person_id
    if own is None or not policies.may_book(visit.viewer):
        raise Forbidden
    if request.form.get("do") == "revoke":
        services.revoke_feed(visit.db, own)
        return back_to("/bookings/mine", _("The address opens nothing any more."))
    secret = services.make_feed(visit.db, own)
    return page(visit, "feed", address=f"{request.host_url}bookings/feed/{secret}.ics")


@pages.page("/feed/<secret>.ics", needs=PUBLIC)
def feed(visit: Visit, secret: str) -> Response:
    """The calendar behind a secret address; a guessed one is not found."""
    found = services.feed_of(visit.db, secret)
    if found is None:
        raise NotFound
    bookings = _bookings(visit, found)
    title = visit.say(visit.company.micro_apps["bookings"].name)
    assets = queries.by_id(queries.all_assets(visit))
    if found.asset_id in assets:
        title = f"{title}: {visit.say(assets[found.asset_id].name)}"
    shared = found.kind != "person" and not found.names
    body = exchange.calendar_of(visit, bookings, assets, title=title, names=found.names, shared=shared)
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="bookings.ics"'
    answer.add_etag()  # programs ask every few minutes, and mostly nothing has changed
    answer.make_conditional(request)
    return answer


def _bookings(visit: Visit, found: Feed) -> Sequence[BookingFacts | FeedEvent]:
    """What the owner may see now: a colleague who has left, or lost the right, reads nothing."""
    if found.kind == "person":
        return queries.bookings_of(visit.db, found.person_id)
    where = queries.properties_where(visit.db, found.person_id, (VIEW, MANAGE))
    reach = [one.id for one in queries.all_assets(visit) if None in where or one.property_id in where - {None}]
    wanted = [one for one in reach if found.asset_id in (None, one)]
    if not wanted:
        raise NotFound
    return queries.feed_events(visit.db, wanted, visit.now, back=BACK, ahead=AHEAD)
