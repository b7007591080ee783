"""A series as forms ask for it, of residents and staff alike: how often, then each date, then all that are ticked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any, Protocol

from flask import request

from plugins.bookings import services
from plugins.bookings.queries import AssetFacts
from plugins.bookings.rules import MOST, TooMany, chosen, local, pattern, times_of, ways_of
from plugins.bookings.schemas import RepeatSchema
from plugins.bookings.services import MadeSeries, Occasion, Party, SeriesRefused, Wish
from quartier.sdk import Form, Visit, load_form
from quartier.sdk import gettext as _


class Shows(Protocol):
    """Draws the page of a series again, with what was found and what is ticked."""

    def __call__(
        self, form: Form, *, found: Sequence[Occasion] = (), ticked: Collection[str] = (), refused: bool = False
    ) -> str: ...


def booked(visit: Visit, asset: AssetFacts, wish: Wish, *, party: Party, show: Shows) -> MadeSeries | Any:
    """What the form asks for: a page with every date, one that says what is wrong, or the series, which is booked."""
    form = load_form(RepeatSchema())
    if not form.ok:
        return show(form), 422
    repeat: Any = form.values
    try:
        times = times_of(repeat, wish.start, wish.end, asset.zone)
    except TooMany:
        said = _("That would be more than %(most)s dates. Please choose an earlier end.", most=MOST)
        return show(form.wrong("until", said)), 422
    ticked = request.form.getlist("dates")
    wanted, looks = chosen(ticked, times), request.form.get("do") == "dates"
    if looks or not wanted or len(wanted) > MOST:
        found = services.occasions(visit.db, asset, times, wish, party)
        visit.db.rollback()  # nothing is to wait for who only looks
        if looks:
            return show(form, found=found, ticked=[one.value for one in found if not one.reasons])
        return show(form.wrong("dates", _("Please tick the dates that you want.")), found=found, ticked=ticked), 422
    try:
        return services.book_series(visit.db, asset, wanted, wish, party, repeat=repeat)
    except SeriesRefused as refused:
        visit.db.rollback()
        found = services.occasions_again(visit.db, asset, times, wish, party, asked=refused.occasions)
        visit.db.rollback()
        return show(form, found=found, ticked=ticked, refused=True), 409


def drawn(asset: AssetFacts, wish: Wish, found: Sequence[Occasion], ticked: Collection[str]) -> dict[str, Any]:
    """What both templates need to know of the dates."""
    first = local(wish.start, asset.zone).date()
    free = [one for one in found if not one.reasons]
    return {
        "ways": [(way, pattern(way, first)) for way in ways_of(first)], "occasions": found, "ticked": set(ticked),
        "free": free, "total": sum((one.price.amount for one in free), Decimal(0)), "most": MOST,
    }  # fmt: skip
