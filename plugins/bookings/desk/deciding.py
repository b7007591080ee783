"""One booking: who, when, what became of it, and deciding about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import request
from werkzeug.exceptions import NotFound

from plugins.bookings import queries, services
from plugins.bookings.desk.area import page, pages
from plugins.bookings.manifest import MANAGE, VIEW
from plugins.bookings.queries import AssetFacts, BookingFacts
from plugins.bookings.schemas import NOTE
from plugins.bookings.services import Changed
from quartier.sdk import Visit, back_to
from quartier.sdk import gettext as _


@pages.page("/<uuid:booking_id>", needs=VIEW)
def one(visit: Visit, booking_id: UUID) -> str:
    """Everything that is known of a booking."""
    found, asset = found_booking(visit, booking_id)
    return shown(visit, found, asset)


@pages.action("/<uuid:booking_id>/decide", needs=MANAGE)
def decide(visit: Visit, booking_id: UUID) -> Any:
    """Yes or no to a request, giving up, or that nobody came; what the button says."""
    found, asset = found_booking(visit, booking_id)
    reason = request.form.get("reason", "").replace("\0", "").strip()
    wish, version = request.form.get("do", ""), _version()
    if len(reason) > NOTE:
        return shown(visit, found, asset, error=_("At most %(count)s characters.", count=NOTE), reason=reason), 422
    try:
        said = _done(visit, found, wish, reason, version)
    except Changed:
        visit.db.rollback()
        found, asset = found_booking(visit, booking_id)
        error = _("Somebody else was quicker: look at what is true now, and decide again.")
        return shown(visit, found, asset, error=error, reason=reason), 409
    return back_to(f"/cockpit/bookings/{booking_id}", said)


def _done(visit: Visit, found: BookingFacts, wish: str, reason: str, version: int | None) -> str:
    by = visit.viewer
    match wish:
        case "confirm":
            services.confirm(visit.db, found.id, by=by, version=version)
            return _("Accepted. The person gets a message.")
        case "decline":
            services.decline(visit.db, found.id, by=by, reason=reason, version=version)
            return _("Declined. The person gets a message, and the time is free again.")
        case "cancel":
            services.cancel(visit.db, found, by=by, reason=reason, version=version)
            return _("Cancelled. The person gets a message, and the time is free again.")
        case "missed":
            services.miss(visit.db, found.id, by=by.name)
            return _("Noted: nobody came. The rest of the time is free again.")
        case "arrived":
            services.arrive(visit.db, found.id, by=by.name)
            return _("Noted: somebody is there.")
    raise NotFound


def shown(
    visit: Visit, found: BookingFacts, asset: AssetFacts, *, error: str = "", reason: str = "",
    moving: Mapping[str, str] | None = None, refused: object = None,
) -> str:  # fmt: skip
    """The page of a booking, with what was typed for `moving` it where that could not be done, and was `refused`."""
    dates = queries.of_series(visit.db, found.series_id) if found.series_id else []
    scopes = {scope: len(services.within(dates, found, scope)) for scope in ("following", "all")}
    requests = len(services.within(dates, None, "all", states=["requested"]))
    return page(
        visit, "booking", at=asset.stands, booking=found, asset=asset, error=error, reason=reason, dates=dates,
        scopes=scopes, requests=requests, moving=moving or {}, refused=refused,
        events=queries.events_of(visit.db, found.id),
    )  # fmt: skip


def found_booking(visit: Visit, booking_id: UUID) -> tuple[BookingFacts, AssetFacts]:
    """The booking with its asset; 404 also where the right of the page does not hold for the asset."""
    found = queries.booking(visit.db, booking_id)
    asset = queries.by_id(queries.staff_assets(visit)).get(found.asset_id) if found else None
    if found is None or asset is None:
        raise NotFound
    return found, asset


def _version() -> int | None:
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None
