"""What calendar programs understand of a mail: an event that is new or moved, or does not take place (RFC 6047)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, get_args

if TYPE_CHECKING:
    from icalendar import Event, vCalAddress

    from quartier.mail.letters import Letterhead

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]


@dataclass(frozen=True)
class Meeting:
    """One event: `id` names it for good, and `sequence` grows with each change. Moments are ISO, with their offset.

    `title`, `place` and `over` are said of it alone where several go together that have little in common.
    """

    id: str
    sequence: int
    starts: str
    ends: str
    title: str = ""
    place: str = ""
    over: bool = False


@dataclass(frozen=True)
class Invitation:
    """What stands in a calendar: `REQUEST` for what is new or moved, `CANCEL` for what does not take place.

    Both are about one event only. Several go with `PUBLISH`, `over` where they do not take place.
    """

    method: Method
    title: str
    meetings: tuple[Meeting, ...]
    place: str = ""
    over: bool = False

    def __post_init__(self) -> None:
        if self.method not in get_args(Method) or not self.meetings:
            raise ValueError(f"no invitation: {self.method} of {len(self.meetings)}")
        if self.method != "PUBLISH" and len(self.meetings) > 1:
            raise ValueError(f"{self.method} is about one event")

    @classmethod
    def from_json(cls, kept: Mapping[str, Any] | None) -> Invitation | None:
        """The opposite of `asdict`."""
        return cls(**{**kept, "meetings": tuple(Meeting(**one) for one in kept["meetings"])}) if kept else None


def together(invitations: Iterable[Invitation]) -> Invitation | None:
    """What calendars learn of several, in their order: of each event what was said last. None of no events."""
    found: dict[str, Meeting] = {}
    for one in invitations:
        over = one.over or one.method == "CANCEL"
        for meeting in one.meetings:
            found[meeting.id] = replace(meeting, title=one.title, place=one.place, over=over)
    return Invitation("PUBLISH", "", tuple(found.values())) if found else None


def calendar_file(head: Letterhead, invitation: Invitation, *, name: str, address: str, url: str | None) -> bytes:
    """The invitation from the company to whoever reads the mail. Times are UTC, which is right in every zone."""
    from icalendar import Calendar  # a library for the few mails that need it, not for every process

    found = Calendar()
    found.add("prodid", "-//Quartier//Mail//EN")
    found.add("version", "2.0")
    found.add("method", invitation.method)
    for one in invitation.meetings:
        event = _event(head, invitation, one)
        event.add("attendee", _person(address, name or address, invited=True))
        if url:
            event.add("url", url)
        found.add_component(event)
    return bytes(found.to_ical())


def _event(head: Letterhead, invitation: Invitation, one: Meeting) -> Event:
    from icalendar import Event  # as above

    event, over = Event(), one.over or invitation.over or invitation.method == "CANCEL"
    event.add("uid", one.id)  # without the company's host, which may change (RFC 7986, 5.3)
    event.add("sequence", one.sequence)
    event.add("dtstamp", datetime.now(UTC))
    event.add("dtstart", datetime.fromisoformat(one.starts).astimezone(UTC))
    event.add("dtend", datetime.fromisoformat(one.ends).astimezone(UTC))
    event.add("summary", one.title or invitation.title)
    event.add("status", "CANCELLED" if over else "CONFIRMED")
    event.add("organizer", _person(head.reply_to or head.address, head.name))
    if place := one.place or invitation.place:
        event.add("location", place)
    return event


def _person(address: str, name: str, *, invited: bool = False) -> vCalAddress:
    """A mailbox with its name. Whoever is invited has said yes already: nobody is to be asked."""
    from icalendar import vCalAddress  # as above

    found = vCalAddress(f"mailto:{address}")
    found.params["CN"] = " ".join(name.replace('"', "").split())
    if invited:
        found.params |= {"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "ACCEPTED", "RSVP": "FALSE"}
    return found
