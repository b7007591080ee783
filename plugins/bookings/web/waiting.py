"""The waiting list: waiting for a time that is taken, taking what is offered, and leaving the list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import redirect, request
from werkzeug.exceptions import Forbidden, NotFound

from plugins.bookings import policies, queries, services
from plugins.bookings.queries import AssetFacts, WaiterFacts
from plugins.bookings.rules import NOTHING, clocks, minute_of, sentence, slots_of
from plugins.bookings.schemas import NOTE
from plugins.bookings.services import NotOpen, Refused, Wish
from plugins.bookings.web.area import page, pages, party_of
from plugins.bookings.web.assets import day_of, lengths_of, wish_of
from quartier.sdk import SIGNED_IN, Visit, back_to
from quartier.sdk import gettext as _


@pages.page("/<key>/wait", needs=SIGNED_IN, methods=("GET", "POST"))
def wait(visit: Visit, key: str) -> Any:
    """Wait for a time that somebody else has: with all that a booking asks for, so that accepting is one tap."""
    asset = queries.asset_by_key(visit, key)
    if asset is None or not asset.rules.offer:
        raise NotFound
    if not policies.may_book(visit.viewer):
        raise Forbidden
    wish, complaints = wish_of(asset, request.values)
    if request.method == "GET":
        own = _already(visit, asset, wish)
        return redirect(f"/bookings/mine/waiting/{own}") if own else _form(visit, asset, wish)
    if wish is None or complaints:
        return _form(visit, asset, wish, complaints=complaints), 422
    try:
        made = services.join(visit.db, asset, wish, party_of(visit))
    except Refused as refused:
        visit.db.rollback()
        return _form(visit, asset, wish, reasons=[sentence(one) for one in refused.reasons]), 409
    return back_to(f"/bookings/mine/waiting/{made}", _("You are on the waiting list."))


@pages.page("/mine/waiting/<uuid:waiter_id>", needs=SIGNED_IN)
def waits(visit: Visit, waiter_id: UUID) -> str:
    """What somebody waits for, or is offered: one tap takes it."""
    found, asset = _found(visit, waiter_id)
    ahead = queries.waiting_before(visit.db, found.asset_id, found.starts, found.ends, found.created_at)
    return page(visit, "waiting", waits=found, asset=asset, ahead=ahead, may_have=asset.is_for(visit.viewer))


@pages.action("/mine/waiting/<uuid:waiter_id>/accept", needs=SIGNED_IN)
def accept(visit: Visit, waiter_id: UUID) -> Any:
    """Take what is offered. Who may not book it any more, or has used up what they may, is told so."""
    _waits, asset = _found(visit, waiter_id)
    here = f"/bookings/mine/waiting/{waiter_id}"
    if not policies.may_book(visit.viewer):
        return back_to(here, _("You cannot book this any more."))
    try:
        made = services.accept(visit.db, waiter_id, asset, party_of(visit))
    except NotOpen:
        return back_to(here, _("This offer does not hold any more."))
    except Refused as refused:  # what follows from it stays: the next one is asked
        return back_to(here, " ".join(sentence(one) for one in refused.reasons))
    done = {
        "confirmed": _("Booked. It is yours."),
        "requested": _("Your request is on its way. Until it is answered, the time is kept for you."),
    }
    return back_to(f"/bookings/mine/{made.id}", done[made.state])


@pages.action("/mine/waiting/<uuid:waiter_id>/leave", needs=SIGNED_IN)
def leave(visit: Visit, waiter_id: UUID) -> Any:
    """Not wanted any more, or not this offer: then it goes to the next."""
    _found(visit, waiter_id)
    try:
        services.leave(visit.db, waiter_id)
    except NotOpen:
        return back_to(f"/bookings/mine/waiting/{waiter_id}", _("You are not on this list any more."))
    return back_to("/bookings/mine", _("You are off the waiting list."))


def _already(visit: Visit, asset: AssetFacts, wish: Wish | None) -> UUID | None:
    """Where they stand, for who waits for this time or is offered it: the calendar calls it taken to them too."""
    if wish is None or visit.viewer.person_id is None:
        return None
    waits = queries.waits_of(visit.db, visit.viewer.person_id, still=True)
    return next((one.id for one in waits if (one.asset_id, one.starts, one.ends) == (asset.id, *wish.moments)), None)


def _form(
    visit: Visit, asset: AssetFacts, wish: Wish | None, *, complaints: dict[str, list[str]] | None = None,
    reasons: list[str] | None = None,
) -> str:  # fmt: skip
    on = day_of(request.values.get("on"), visit, asset)
    ahead = queries.waiting_before(visit.db, asset.id, *wish.moments) if wish else 0
    return page(
        visit, "wait", asset=asset, wish=wish, on=on, typed=request.values, errors=complaints or {},
        reasons=reasons or [], ahead=ahead, starts=[] if wish else _starts(visit, asset, on),
        lengths=lengths_of(asset), longest_note=NOTE,
        labels={"slot": _("Time"), "people": _("How many people"), "note": _("Occasion")},
    )  # fmt: skip


def _starts(visit: Visit, asset: AssetFacts, on: Any) -> list[tuple[int, str]]:
    """When something of free times could begin on a day if nobody had it."""
    if asset.rules.kind != "free":
        return []
    earliest, step = minute_of(visit.now) + asset.rules.lead, asset.rules.step
    open_times = slots_of(asset.rules, on, asset.zone, NOTHING, earliest)
    starts = [at for one in open_times for at in range(one.start, one.end - asset.rules.shortest + 1, step)]
    return [(at, clocks(at, at + 1, asset.zone).partition("–")[0]) for at in starts]


def _found(visit: Visit, waiter_id: UUID) -> tuple[WaiterFacts, AssetFacts]:
    own = visit.viewer.person_id
    found = queries.waiter(visit.db, waiter_id, person_id=own) if own else None
    if found is None:
        raise NotFound
    return found, queries.by_id(queries.all_assets(visit))[found.asset_id]
