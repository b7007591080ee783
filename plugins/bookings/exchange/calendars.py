"""Bookings as calendar programs read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from plugins.bookings.queries import AssetFacts, BookingFacts
from quartier.sdk import Visit

STATUS = {"confirmed": "CONFIRMED", "requested": "TENTATIVE", "block": "CONFIRMED"}


def calendar_of(
    visit: Visit, bookings: Iterable[BookingFacts], assets: Mapping[UUID, AssetFacts], *, title: str, names: bool
) -> bytes:
    """An iCalendar file. An event keeps its UID for good; each change counts SEQUENCE up, and what was given up says
    so instead of vanishing. Door codes are not in it; who has booked, only for the team (`names`)."""
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
        event.add("summary", f"{name}: {one.person}" if names and one.person else name)
        event.add("status", STATUS.get(one.state, "CANCELLED"))
        if asset.place:
            event.add("location", visit.say(asset.place))
        found.add_component(event)
    return bytes(found.to_ical())
