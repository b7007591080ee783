"""Booking for somebody, blocking a time, and moving a booking."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import Forbidden

from plugins.bookings import policies, queries, services
from plugins.bookings.desk.area import page, pages
from plugins.bookings.desk.deciding import found_booking, shown
from plugins.bookings.desk.filters import day_of
from plugins.bookings.manifest import MANAGE
from plugins.bookings.queries import AssetFacts
from plugins.bookings.rules import ALWAYS, NOTHING, local, minute_at, minute_of, sentence, slots_of, span
from plugins.bookings.schemas import NOTE
from plugins.bookings.services import Changed, InTheWay, Party, Refused, Wish
from quartier.sdk import Visit, back_to, person_of, person_picker
from quartier.sdk import gettext as _

Typed = MultiDict[str, str]


@pages.page("/new", needs=MANAGE, methods=("GET", "POST"))
def new(visit: Visit) -> Any:
    """Book for anybody, registered or not, or keep a time from use."""
    typed = request.form if request.method == "POST" else _with_times(visit, request.args)
    typed = _with_taken(visit, typed)
    if request.method == "GET" or typed.get("do") == "people":
        return form_page(visit, typed)
    asset = asset_of(visit, typed)
    times, errors = times_typed(asset, typed)
    reason = plain_text(typed, "reason")
    if asset is None:
        errors["asset"] = [_("Please choose what.")]
    if len(reason) > NOTE or len(plain_text(typed, "note")) > NOTE:
        errors["reason"] = [_("At most %(count)s characters.", count=NOTE)]
    if typed.get("do") == "block":
        if not reason:
            errors["reason"] = [_("Please say why: it is written to whom it hits.")]
        return (form_page(visit, typed, errors), 422) if errors else _blocked(visit, asset, times, typed)
    if person_of(typed) is None:
        errors["person"] = [_("Please choose somebody.")]
    return (form_page(visit, typed, errors), 422) if errors else _booked(visit, asset, times, typed)


@pages.action("/<uuid:booking_id>/move", needs=MANAGE)
def move(visit: Visit, booking_id: UUID) -> Any:
    """To another time; the price stays, and both sides are told."""
    found, asset = found_booking(visit, booking_id)
    typed = _with_taken(visit, MultiDict({**request.form, "asset": str(asset.id)}))
    times, errors = times_typed(asset, typed)
    if times is None:
        return shown(visit, found, asset, error=" ".join(errors["starts"]), moving=typed), 422
    override = plain_text(typed, "override")
    if override and not policies.may_override(visit.viewer, asset.stands):
        raise Forbidden
    try:
        services.move(visit.db, found, asset, Wish(*times, people=found.people), by=visit.viewer, override=override)
    except Changed:
        visit.db.rollback()
        return shown(
            visit, found, asset, error=_("Somebody else was quicker: look at what is true now, and decide again.")
        ), 409
    except Refused as refused:
        visit.db.rollback()
        return shown(visit, found, asset, moving=typed, refused=refused_at(refused, asset, *times)), 409
    return back_to(f"/cockpit/bookings/{booking_id}", _("Moved. The person gets a message."))


@pages.action("/<uuid:booking_id>/open", needs=MANAGE)
def unblock(visit: Visit, booking_id: UUID) -> Any:
    """Open a blocked time again."""
    found, asset = found_booking(visit, booking_id)
    try:
        services.unblock(visit.db, booking_id)
    except Changed:
        visit.db.rollback()
        return shown(visit, found, asset, error=_("This time is open already.")), 409
    return back_to("/cockpit/bookings/", _("The time can be booked again."))


class RefusedAt(NamedTuple):
    """What the form says when a time cannot be booked: when, every rule against it, and what could be had instead."""

    when: str
    reasons: list[str]
    following: str
    take: str
    can_be_overridden: bool


def refused_at(refused: Refused, asset: AssetFacts, start: int, end: int) -> RefusedAt:
    """The same as residents read."""
    free = refused.following
    words = span(free.start, free.end, asset.zone) if free else ""
    take = f"{free.start}-{free.end}" if free else ""
    reasons, firm = [sentence(one) for one in refused.reasons], any(one.code in ALWAYS for one in refused.reasons)
    return RefusedAt(span(start, end, asset.zone), reasons, words, take, can_be_overridden=not firm)


def _with_taken(visit: Visit, typed: Typed) -> Typed:
    """The time that was offered instead of what was typed: booked with all the rest."""
    asset, parts = asset_of(visit, typed), typed.get("take", "").split("-")
    if asset is None or len(parts) != 2 or not all(one.isdecimal() and len(one) < 10 for one in parts):
        return typed
    return MultiDict({**typed, **_times(asset, *map(int, parts)), "do": "book"})


def _times(asset: AssetFacts, start: int, end: int) -> dict[str, str]:
    return {name: f"{local(at, asset.zone):%Y-%m-%dT%H:%M}" for name, at in (("starts", start), ("ends", end))}


def _with_times(visit: Visit, given: Typed) -> Typed:
    """A day of the calendar comes with the first time at which it is open then."""
    asset, day = asset_of(visit, given), day_of(given.get("day"))
    if asset is None or day is None:
        return given
    its, zone = asset.rules, asset.zone
    first = next(iter(slots_of(its, day, zone, NOTHING, minute_of(visit.now))), None)
    start, end = (first.start, first.end) if first else (minute_at(day, 8 * 60, zone), minute_at(day, 12 * 60, zone))
    if first and its.kind == "free":
        end = min(end, start + max(its.shortest, 60))
    return MultiDict({**given, **_times(asset, start, end)})


def _booked(visit: Visit, asset: AssetFacts | None, times: tuple[int, int] | None, typed: Typed) -> Any:
    person = person_of(typed)
    picked = person_picker(visit, person).chosen
    if asset is None or times is None or person is None or picked is None:
        return form_page(visit, typed, {"person": [_("Please choose somebody.")]}), 422
    override, people = plain_text(typed, "override"), typed.get("people", "1")
    if override and not policies.may_override(visit.viewer, asset.stands):
        raise Forbidden
    if not queries.may_book_for(visit, person, asset):
        return form_page(
            visit, typed, {"person": [_("Please choose somebody who lives or works in this property.")]}
        ), 422
    household, groups = queries.household_of_person(visit, person)
    party = Party(person, household, groups, made_by=visit.viewer.name, override=override[:NOTE])
    number = int(people) if people.isdecimal() and len(people) < 6 else 1
    try:
        made = services.book(visit.db, asset, Wish(*times, people=number, note=plain_text(typed, "note")), party)
    except Refused as refused:
        visit.db.rollback()
        return form_page(visit, typed, refused=refused_at(refused, asset, *times)), 409
    return back_to(f"/cockpit/bookings/{made.id}", _("Booked for %(name)s.", name=picked.name))


def _blocked(visit: Visit, asset: AssetFacts | None, times: tuple[int, int] | None, typed: Typed) -> Any:
    if asset is None or times is None:
        return form_page(visit, typed), 422
    shown_before = typed.get("hits", "")
    hits = int(shown_before) if shown_before.isdecimal() and len(shown_before) < 6 else 0
    try:
        services.block(visit.db, asset, *times, by=visit.viewer, reason=plain_text(typed, "reason"), hits=hits)
    except InTheWay:
        visit.db.rollback()
        hit = [one for one in services.hit_by(visit.db, asset, *times) if one.state != "block"]
        return form_page(visit, typed, hit=hit), 409
    except Refused as refused:
        visit.db.rollback()
        return form_page(visit, typed, {"starts": [sentence(one) for one in refused.reasons]}), 409
    return back_to("/cockpit/bookings/", _("Blocked. Whoever had booked gets a message."))


def form_page(
    visit: Visit, typed: Typed, errors: dict[str, list[str]] | None = None, *, hit: Any = (),
    refused: RefusedAt | None = None,
) -> str:  # fmt: skip
    """The form to book or to block, with what was typed."""
    assets = [one for one in queries.staff_assets(visit) if not one.archived]
    return page(
        visit,
        "new",
        typed=typed,
        errors=errors or {},
        hit=hit,
        refused=refused,
        assets=queries.by_id(assets),
        choice=[(str(one.id), visit.say(one.name)) for one in assets],
        picker=person_picker(visit, person_of(typed), typed.get("person_query", "")),
        labels={"asset": _("What"), "starts": _("From"), "person": _("Who"), "reason": _("Reason")},
    )


def asset_of(visit: Visit, typed: Typed) -> AssetFacts | None:
    """What was chosen."""
    known = {str(one.id): one for one in queries.staff_assets(visit) if not one.archived}
    return known.get(typed.get("asset", ""))


def times_typed(asset: AssetFacts | None, typed: Typed) -> tuple[tuple[int, int] | None, dict[str, list[str]]]:
    """From when to when, and what cannot be understood of it."""
    zone = asset.zone if asset else ZoneInfo("UTC")
    start, end = _instant(typed.get("starts"), zone), _instant(typed.get("ends"), zone)
    if start is None or end is None:
        return None, {"starts": [_("Please give the day and time of the beginning and of the end.")]}
    if end <= start or end - start > 366 * 1440:
        return None, {"starts": [_("The end must lie after the beginning.")]}
    return (start, end), {}


def _instant(text: str | None, zone: ZoneInfo) -> int | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    if not 1971 <= found.year <= 2200:
        return None
    return minute_of(found.replace(tzinfo=zone) if found.tzinfo is None else found)


def plain_text(typed: Typed, name: str) -> str:
    """What was typed, without what nothing can store."""
    return typed.get(name, "").replace("\0", "").strip()
