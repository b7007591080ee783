"""What somebody has booked: all of it, one of it, and giving it up."""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.exceptions import NotFound

from plugins.bookings import queries, services
from plugins.bookings.queries import AssetFacts, BookingFacts
from plugins.bookings.rules import Rules
from plugins.bookings.services import Changed
from plugins.bookings.web.area import page, pages
from quartier.sdk import SIGNED_IN, Visit, back_to, formats, ngettext
from quartier.sdk import gettext as _


@pages.page("/mine", needs=SIGNED_IN)
def mine(visit: Visit) -> str:
    """Everything that is booked, what lies ahead first."""
    own = visit.viewer.person_id
    found, waits, has_feed = queries.own_of(visit, own) if own else ([], [], False)
    ahead = [one for one in found if not one.is_over]
    return page(
        visit,
        "mine",
        ahead=_first_of_each(ahead),
        past=[one for one in found if one.is_over],
        more=Counter(one.series_id for one in ahead if one.series_id and one.is_open),
        waits=[one for one in waits if one.is_open],
        assets=_assets(visit),
        has_feed=has_feed,
    )


def _first_of_each(bookings: list[BookingFacts]) -> list[BookingFacts]:
    """Of each series the next date that still takes place, or where none does, the first: its page has all of them."""
    first: dict[UUID | None, BookingFacts] = {}
    for one in bookings:
        known = first.setdefault(one.series_id, one)
        if one.is_open and not known.is_open:
            first[one.series_id] = one
    return [one for one in bookings if one.series_id is None or first[one.series_id] is one]


@pages.page("/mine/<uuid:booking_id>", needs=SIGNED_IN)
def one(visit: Visit, booking_id: UUID) -> str:
    """One booking; how to get in is shown while it lasts, and at no other time."""
    found, asset = _found(visit, booking_id)
    return _shown(visit, found, asset)


@pages.action("/mine/<uuid:booking_id>/cancel", needs=SIGNED_IN)
def cancel(visit: Visit, booking_id: UUID) -> Any:
    """Give it up, or more of its series; what that costs was said on the page, and must not have become more since."""
    found, asset = _found(visit, booking_id)
    scope = request.form.get("scope", "one")
    if found.series_id is not None and scope in ("following", "all"):
        return _cancelled_series(visit, found, asset, scope)
    fee = services.fee_now(found)
    if fee and request.form.get("fee") != str(fee):
        return _shown(visit, found, asset, error=_("Cancelling costs something by now. Please look again.")), 409
    try:
        services.cancel(visit.db, found, by=None)
    except Changed:
        visit.db.rollback()
        found, asset = _found(visit, booking_id)
        return _shown(visit, found, asset, error=_("This booking cannot be cancelled any more.")), 409
    said = _("Cancelled. It costs you %(fee)s.", fee=formats.format_money(fee, found.currency)) if fee else ""
    return back_to(f"/bookings/mine/{booking_id}", said or _("Cancelled. The time is free for others."))


@pages.action("/mine/<uuid:booking_id>/arrive", needs=SIGNED_IN)
def arrive(visit: Visit, booking_id: UUID) -> Any:
    """Somebody is there, so the time is kept."""
    found, asset = _found(visit, booking_id)
    if found.arrived_at is None and not services.may_arrive(found):
        return _shown(visit, found, asset, error=_("This cannot be said now.")), 409
    services.arrive(visit.db, booking_id)
    return back_to(f"/bookings/mine/{booking_id}", _("Noted: you are there, the time is yours."))


def _cancelled_series(visit: Visit, found: BookingFacts, asset: AssetFacts, scope: str) -> Any:
    assert found.series_id is not None  # noqa: S101 - whoever calls has looked
    meant = services.within(queries.of_series(visit.db, found.series_id), found, scope)
    fee = services.fee_of(meant)
    if fee and request.form.get(f"fee_{scope}") != str(fee):
        return _shown(visit, found, asset, error=_("Cancelling costs something by now. Please look again.")), 409
    try:
        services.cancel_series(visit.db, meant, by=None)
    except Changed:
        visit.db.rollback()
        found, asset = _found(visit, found.id)
        return _shown(visit, found, asset, error=_("This booking cannot be cancelled any more.")), 409
    said = ngettext("%(num)s booking is cancelled.", "%(num)s bookings are cancelled.", len(meant))
    if fee:
        said += " " + _("It costs you %(fee)s.", fee=formats.format_money(fee, found.currency))
    return back_to("/bookings/mine", said)


def _shown(visit: Visit, found: BookingFacts, asset: AssetFacts, error: str = "") -> str:
    series = queries.series(visit.db, found.series_id) if found.series_id else None
    dates = queries.of_series(visit.db, series.id) if series else []
    scopes = {scope: services.within(dates, found, scope) for scope in ("one", "following", "all")} if series else {}
    return page(
        visit, "booking", booking=found, asset=asset, released_at=services.released_at(found),
        may_arrive=services.may_arrive(found), fee=services.fee_now(found), error=error, series=series,
        dates=dates, scopes={scope: (len(each), services.fee_of(each)) for scope, each in scopes.items()},
        events=queries.events_of(visit.db, found.id), terms=Rules.from_json(found.rules),
    )  # fmt: skip


def _found(visit: Visit, booking_id: UUID) -> tuple[BookingFacts, AssetFacts]:
    own = visit.viewer.person_id
    found = queries.booking(visit.db, booking_id, person_id=own) if own else None
    if found is None:
        raise NotFound
    return found, _assets(visit)[found.asset_id]


def _assets(visit: Visit) -> dict[UUID, AssetFacts]:
    return queries.by_id(queries.all_assets(visit))
