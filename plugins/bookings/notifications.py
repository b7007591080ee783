"""What people are told of: what became of their bookings, and what the team has to decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from plugins.bookings import letters
from plugins.bookings.manifest import MANAGE
from plugins.bookings.queries import AssetFacts, BookingFacts, WaiterFacts
from plugins.bookings.rules import minute_of, moment, span
from quartier.sdk import Invitation, Meeting, NotificationKind, Words, formats

EXAMPLE: Mapping[str, Any] = {
    "what": "confirmed", "asset": "Gemeinschaftsraum", "times": [[29_750_000, 29_750_240]], "zone": "Europe/Zurich",
    "reason": "", "place": "", "meetings": [],
}  # fmt: skip
METHODS: Mapping[str, Literal["REQUEST", "CANCEL"]] = {
    "confirmed": "REQUEST",
    "moved": "REQUEST",
    "cancelled": "CANCEL",
}


def facts(what: str, asset: AssetFacts, bookings: Sequence[Any], reason: str = "") -> dict[str, Any]:
    """What the words are made of: no names of people, who go with theirs."""
    times = [[minute_of(one.starts), minute_of(one.ends)] for one in bookings]
    return {"what": what, "asset": asset.name, "times": times, "zone": asset.zone.key, "reason": reason}


def news_facts(what: str, asset: AssetFacts, bookings: Sequence[BookingFacts], known: set[UUID]) -> dict[str, Any]:
    """The same of bookings, with what calendars have to hear: `known` were certain at some time, and stand in them."""
    meetings = [
        [str(one.id), one.sequence, one.starts.isoformat(), one.ends.isoformat()] for one in bookings if one.id in known
    ]
    return facts(what, asset, bookings, bookings[0].reason) | {"place": asset.place, "meetings": meetings}


def offer_facts(what: str, asset: AssetFacts, waits: WaiterFacts) -> dict[str, Any]:
    """The same of somebody on the waiting list, with the moment at which an offer ends."""
    until = minute_of(waits.lapses) if waits.lapses else 0
    return facts(what, asset, [waits], waits.reason) | {"until": until}


def _offer(told: Mapping[str, Any]) -> Words:
    until = formats.format_moment(moment(told["until"]), ZoneInfo(told["zone"]))
    return letters.offer_words(_name(told), _dates(told), until)


def _news(told: Mapping[str, Any]) -> Words:
    if told["what"] in letters.WAITING:
        return letters.waiting_words(told["what"], _name(told), _dates(told), reason=told["reason"])
    words = letters.news_words(told["what"], _name(told), _dates(told), reason=told["reason"])
    return replace(words, invitation=_invitation(told))


def _invitation(told: Mapping[str, Any]) -> Invitation | None:
    """What calendars learn: what is certain, moved or cancelled, and nothing of what was only asked for."""
    method, known = METHODS.get(told["what"]), told.get("meetings")
    if method is None or not known:
        return None
    meetings = tuple(Meeting(*one) for one in known)
    place = told.get("place", "")
    return Invitation(
        method if len(meetings) == 1 else "PUBLISH", _name(told), meetings,
        place=str(getattr(place, "text", place)), over=told["what"] == "cancelled",
    )  # fmt: skip


def _request(told: Mapping[str, Any]) -> Words:
    return letters.request_words(told["what"], _name(told), _dates(told), who=told.get("author", ""))


def _name(told: Mapping[str, Any]) -> str:
    return str(getattr(told["asset"], "text", told["asset"]))


def _dates(told: Mapping[str, Any]) -> list[str]:
    zone = ZoneInfo(told["zone"])
    return [span(start, end, zone) for start, end in told["times"]]


NEWS = NotificationKind(
    "bookings.news",
    {"de": "Meine Buchungen", "en": "My bookings", "fr": "Mes réservations"},
    tell=_news,
    example=EXAMPLE,
)
"""What became of one's own booking."""
REQUESTS = NotificationKind(
    "bookings.requests",
    {"de": "Anfragen für Buchungen", "en": "Requests for bookings", "fr": "Demandes de réservation"},
    tell=_request,
    example={**EXAMPLE, "what": "requested", "author": "Verena Keller"},
    needs=MANAGE,
    team=True,
)
"""Somebody asks for something, or does not need it any more."""
OFFERS = NotificationKind(
    "bookings.offers",
    {"de": "Frei geworden", "en": "Become free", "fr": "Places libérées"},
    tell=_offer,
    example={**EXAMPLE, "what": "offered", "until": 29_749_000},
    essential="asked",
)
"""What somebody waits for is kept for them, for some hours: they have asked to hear of it."""
KINDS = [NEWS, OFFERS, REQUESTS]
