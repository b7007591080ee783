"""A booking again and again: its dates are looked at one by one, then booked together or not at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any

from flask import request
from werkzeug.exceptions import Forbidden, NotFound

from plugins.bookings import policies, queries, services
from plugins.bookings.queries import AssetFacts
from plugins.bookings.rules import MOST, Time, TooMany, chosen, local, pattern, times_of, ways_of
from plugins.bookings.schemas import RepeatSchema
from plugins.bookings.services import Occasion, Party, SeriesRefused, Wish
from plugins.bookings.web.area import page, pages
from plugins.bookings.web.assets import shown, wish_of
from quartier.sdk import SIGNED_IN, Form, Visit, back_to, load_form, ngettext
from quartier.sdk import gettext as _


@pages.page("/<key>/series", needs=SIGNED_IN, methods=("POST",))
def series(visit: Visit, key: str) -> Any:
    """How often, then each date with what stands against it, then all that are ticked at once."""
    asset = queries.asset_by_key(visit, key)
    if asset is None:
        raise NotFound
    if not policies.may_book(visit.viewer):
        raise Forbidden
    typed = request.form
    wish, complaints = wish_of(asset, typed)
    if wish is None or complaints:
        return shown(visit, asset, typed, complaints=complaints), 422
    if typed.get("do") not in ("dates", "book"):
        return _page(visit, asset, wish, Form())
    form = load_form(RepeatSchema())
    if not form.ok:
        return _page(visit, asset, wish, form), 422
    repeat: Any = form.values
    try:
        times = times_of(repeat, wish.start, wish.end, asset.zone)
    except TooMany:
        said = _("That would be more than %(most)s dates. Please choose an earlier end.", most=MOST)
        return _page(visit, asset, wish, form.wrong("until", said)), 422
    if typed.get("do") == "dates":
        found = services.occasions(visit.db, asset, times, wish, _party(visit))
        visit.db.rollback()  # nothing is to wait for who only looks
        return _page(visit, asset, wish, form, found=found, ticked=[one.value for one in found if not one.reasons])
    return _booked(visit, asset, wish, form, times)


def _booked(visit: Visit, asset: AssetFacts, wish: Wish, form: Form, times: Sequence[Time]) -> Any:
    ticked = request.form.getlist("dates")
    wanted = chosen(ticked, times)
    repeat: Any = form.values
    if not wanted or len(wanted) > MOST:
        found = services.occasions(visit.db, asset, times, wish, _party(visit))
        visit.db.rollback()
        wrong = form.wrong("dates", _("Please tick the dates that you want."))
        return _page(visit, asset, wish, wrong, found=found, ticked=ticked), 422
    try:
        made = services.book_series(visit.db, asset, wanted, wish, _party(visit), repeat=repeat)
    except SeriesRefused as refused:
        visit.db.rollback()
        found = services.occasions_again(visit.db, asset, times, wish, _party(visit), asked=refused.occasions)
        visit.db.rollback()
        return _page(visit, asset, wish, form, found=found, ticked=ticked, refused=True), 409
    said = (
        ngettext("Booked: %(num)s date.", "Booked: %(num)s dates.", len(made.bookings))
        if made.state == "confirmed"
        else _("Your request is on its way. Until it is answered, the time is kept for you.")
    )
    return back_to(f"/bookings/mine/{made.bookings[0]}", said)


def _party(visit: Visit) -> Party:
    person = visit.viewer.person_id
    assert person is not None  # noqa: S101 - may_book has asked
    return Party(person, queries.household_of(visit), policies.groups_of(visit.viewer))


def _page(
    visit: Visit, asset: AssetFacts, wish: Wish, form: Form, *, found: Sequence[Occasion] = (),
    ticked: Collection[str] = (), refused: bool = False,
) -> str:  # fmt: skip
    first = local(wish.start, asset.zone).date()
    free = [one for one in found if not one.reasons]
    return page(
        visit,
        "series",
        asset=asset,
        wish=wish,
        typed=request.form,
        form=form,
        ways=[(way, pattern(way, first)) for way in ways_of(first)],
        occasions=found,
        ticked=set(ticked),
        free=free,
        total=sum((one.price.amount for one in free), Decimal(0)),
        refused=refused,
        most=MOST,
    )
