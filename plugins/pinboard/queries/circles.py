"""Who sees what: the keys by which a reader finds posts, and the circles that a resident can write to.

A post of the company stands under the keys of its audience. One of a resident stands under the same keys with a mark in
front, which only those have who take part: so one property can be without a community, and one kind of tenants.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from plugins.pinboard import policies
from plugins.pinboard.manifest import REACH
from quartier.sdk import Audience, Place, Visit, properties_around, switch_value
from quartier.sdk import gettext as _

NEIGHBOURS = "~"
EVERY = "!"
"""The key under which every post stands, for staff who read all; of a resident also with the author's property."""
STAFF = "!staff"
EVERYWHERE = "*:*"
"""The key of what the company tells everybody, wherever they are."""
ORDER = ("address", "property", "area", "all")


class Way(NamedTuple):
    """A circle that a resident can write to; `value` is what a form sends."""

    value: str
    reach: str
    home: Place
    label: str


def doors(visit: Visit) -> dict[str, Any]:
    """What the reads of posts ask with: keys, and from when to when each opens.

    What the company addressed to a flat is for whoever lived there on the day on which it was shown.
    """
    stays = () if policies.oversees(visit.viewer) else visit.viewer.stays
    always, zone = keys_for(visit), visit.company.zone

    def moment(day: date | None) -> datetime | None:
        return datetime(day.year, day.month, day.day, tzinfo=zone) if day else None

    return {
        "keys": [*always, *(stay.key for stay in stays)],
        "since": [*[None] * len(always), *(moment(stay.since) for stay in stays)],
        "until": [*[None] * len(always), *(moment(stay.until) for stay in stays)],
    }


def keys_for(visit: Visit) -> list[str]:
    """The keys under which this viewer finds posts of any day."""
    viewer = visit.viewer
    if not viewer.signed_in:
        return []
    if viewer.kind not in ("resident", "agent"):
        return [EVERY]  # a machine, whose scope was asked for at the door
    if policies.oversees(viewer):
        return _of_staff(visit)
    public = _keys(place for place in viewer.places if policies.in_scope(visit.company, place.property_id))
    circle = policies.circle(visit.company, viewer)
    return [*dict.fromkeys((EVERYWHERE, *public)), *(f"{NEIGHBOURS}{key}" for key in _keys(circle))]


def ways(visit: Visit) -> list[Way]:
    """The circles of the viewer's homes, the nearest first; as wide as the company allows."""
    widest = switch_value(visit.company.settings, REACH) or "all"
    allowed = ORDER[: ORDER.index(widest) + 1]
    homes = {place.building_id: place for place in policies.homes(visit.company, visit.viewer, visit.today)}
    return [way for reach in allowed for way in _ways(reach, list(homes.values()))]


def audience_of(visit: Visit, way: Way) -> Audience:
    """Where a post of this circle is seen. An area is the properties in the same postcodes at the time of writing."""
    match way.reach:
        case "address":
            return Audience(frozenset({way.home.building_id}))
        case "property":
            return Audience(frozenset({way.home.property_id}))
        case "area":
            return Audience(frozenset({way.home.property_id, *properties_around(visit.db, way.home.property_id)}))
        case _:
            return Audience()


def _ways(reach: str, homes: list[Place]) -> list[Way]:
    if reach == "all":
        return [Way("all", reach, homes[0], _("All neighbours of all properties"))] if homes else []
    seen: dict[UUID, Place] = {}
    for home in homes:
        seen.setdefault(home.building_id if reach == "address" else home.property_id, home)
    said = {"address": _("My house"), "property": _("My property"), "area": _("My area")}[reach]
    several = len(seen) > 1
    return [
        Way(f"{reach}:{node}", reach, home, f"{said}: {home.address}" if several else said)
        for node, home in seen.items()
    ]


def _keys(places: Iterable[Place]) -> list[str]:
    pairs = {f"{node}:{group}" for place in places for node in place.nodes for group in place.groups}
    return sorted(pairs)


def _of_staff(visit: Visit) -> list[str]:
    limits = [visit.viewer.within(right) for right in policies.OVERSEES if visit.viewer.may(right)]
    if not all(limits):
        return [EVERY]
    return [STAFF, *sorted({f"{EVERY}{home}" for limit in limits for home in limit.homes})]
