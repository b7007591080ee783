"""A booking again and again: its dates are looked at one by one, then booked together or not at all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from flask import request
from werkzeug.exceptions import Forbidden, NotFound

from plugins.bookings import policies, queries
from plugins.bookings.queries import AssetFacts
from plugins.bookings.series import booked, drawn
from plugins.bookings.services import MadeSeries, Occasion, Wish
from plugins.bookings.web.area import page, pages, party_of
from plugins.bookings.web.assets import shown, wish_of
from quartier.sdk import SIGNED_IN, Form, Visit, back_to, ngettext
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
    made = booked(visit, asset, wish, party=party_of(visit), show=partial(_page, visit, asset, wish))
    if not isinstance(made, MadeSeries):
        return made
    said = (
        ngettext("Booked: %(num)s date.", "Booked: %(num)s dates.", len(made.bookings))
        if made.state == "confirmed"
        else _("Your request is on its way. Until it is answered, the time is kept for you.")
    )
    return back_to(f"/bookings/mine/{made.bookings[0]}", said)


def _page(
    visit: Visit, asset: AssetFacts, wish: Wish, form: Form, *, found: Sequence[Occasion] = (),
    ticked: Collection[str] = (), refused: bool = False,
) -> str:  # fmt: skip
    values = drawn(asset, wish, found, ticked)
    return page(visit, "series", asset=asset, wish=wish, typed=request.form, form=form, refused=refused, **values)
