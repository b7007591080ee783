"""Bookings as calendar programs read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from plugins.bookings.queries import AssetFacts, BookingFacts
from quartier.sdk import Visit
from quartier.sdk import gettext as _

STATUS = {"confirmed": "CONFIRMED", "requested": "TENTATIVE", "block": "CONFIRMED"}


def calendar_of(
    visit: Visit, bookings: Iterable[BookingFacts], assets: Mapping[UUID, AssetFacts], *, title: str,
    names: bool = False, shared: bool = False,
) -> bytes:  # fmt: skip
    """An iCalendar file. An event keeps its UID for good; each change counts SEQUENCE up, and what was given up says
    so instead of vanishing. Door codes and notes are not in it; who has booked, only where a colleague wanted it for
    the team (`names`). What is `shared` says that a time is taken, and of a request no more than that.
    """
    from icalendar import Calendar, Event  # only who reads a feed needs it

    found = Calendar()
    found.add("prodid", "-//Quartier//Bookings//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", title)
    for one in bookings:
        asset, event = assets[one.asset_id], Event()
        name = visit.say(asset.name)
        event.add("uid", f"{one.id}@{visit.company.host.partition(':')[0]}")
        event.add("sequence", one.sequence)
        event.add("dtstamp", one.changed_at)
        event.add("dtstart", one.starts)
        event.add("dtend", one.ends)
        event.add("summary", _summary(one, name, names=names, shared=shared))
        event.add("status", STATUS.get(one.state, "CANCELLED"))
        if asset.place:
            event.add("location", visit.say(asset.place))
        found.add_component(event)
    return bytes(found.to_ical())


def _summary(one: BookingFacts, name: str, *, names: bool, shared: bool) -> str:
    said = (one.person or one.reason) if names else ""
    if shared:
        said = _("blocked") if one.state == "block" else _("taken")
    return f"{name}: {said}" if said else name
