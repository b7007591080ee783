"""Bookings as calendar programs read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from plugins.bookings.queries import AssetFacts, BookingFacts, FeedEvent
from quartier.sdk import Visit
from quartier.sdk import gettext as _

OCTETS: Final = 75
FEW: Final = OCTETS // 4  # so many signs have no more octets, whichever they are
STATUS = {"confirmed": "CONFIRMED", "requested": "TENTATIVE", "block": "CONFIRMED"}


def calendar_of(
    visit: Visit, bookings: Iterable[BookingFacts | FeedEvent], assets: Mapping[UUID, AssetFacts], *, title: str,
    names: bool = False, shared: bool = False,
) -> bytes:  # fmt: skip
    """An iCalendar file (RFC 5545), written line by line: thousands of events take a library seconds.

    An event keeps its UID for good, also when the company's address changes; each change counts SEQUENCE up, and what
    was given up says so instead of vanishing. Door codes and notes are not in it; who has booked, only where a
    colleague wanted it for the team (`names`). What is `shared` says that a time is taken, and of a request no more
    than that.
    """
    called, places = ({id_: visit.say(getattr(asset, part)) for id_, asset in assets.items()}
                      for part in ("name", "place"))  # fmt: skip
    written = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Quartier//Bookings//EN", "METHOD:PUBLISH",
               f"X-WR-CALNAME:{_text(title)}"]  # fmt: skip
    for one in bookings:
        written += [
            "BEGIN:VEVENT", f"UID:{one.id}", f"SEQUENCE:{one.sequence}", f"DTSTAMP:{_moment(one.changed_at)}",
            f"DTSTART:{_moment(one.starts)}", f"DTEND:{_moment(one.ends)}",
            f"SUMMARY:{_text(_summary(one, called[one.asset_id], names=names, shared=shared))}",
            f"STATUS:{STATUS.get(one.state, 'CANCELLED')}",
        ]  # fmt: skip
        if place := places[one.asset_id]:
            written.append(f"LOCATION:{_text(place)}")
        written.append("END:VEVENT")
    return "".join(f"{_folded(line)}\r\n" for line in (*written, "END:VCALENDAR")).encode()


def _moment(at: datetime) -> str:
    """In UTC, so that no program has to know when clocks are changed here."""
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    """A text as RFC 5545 writes it (§3.3.11); no line of it can become one of the file's own."""
    for sign in ("\\", ";", ","):
        words = words.replace(sign, f"\\{sign}")
    return "\\n".join(words.splitlines())


def _folded(line: str) -> str:
    """A line of 75 octets at most goes on behind a space in the next one (§3.1); signs stay whole."""
    if len(line) <= FEW:
        return line
    parts, part = [], b""
    for sign in line:
        octets = sign.encode()
        if len(part) + len(octets) > OCTETS:
            parts.append(part.decode())
            part = b" "
        part += octets
    return "\r\n".join([*parts, part.decode()])


def _summary(one: BookingFacts | FeedEvent, name: str, *, names: bool, shared: bool) -> str:
    said = (one.person or one.reason) if names else ""
    if shared:
        said = _("blocked") if one.state == "block" else _("taken")
    return f"{name}: {said}" if said else name
