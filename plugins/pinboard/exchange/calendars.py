"""An event as calendar programs read it."""

from __future__ import annotations

from datetime import timedelta

from plugins.pinboard.models import Event
from plugins.pinboard.services import when_of
from quartier.sdk import Visit


def calendar_of(visit: Visit, event: Event, *, words: str, url: str | None) -> bytes:
    """An iCalendar file. The UID stays for good and each change counts SEQUENCE up, so that it takes the place of the
    one before; what does not take place says so (CANCEL). Hours are in UTC, which is right over every change of clocks;
    whole days are days."""
    from icalendar import Calendar  # only who takes an event along needs it
    from icalendar import Event as Entry

    off, when = event.cancelled_at is not None or not event.shown, when_of(event)
    found, entry = Calendar(), Entry()
    found.add("prodid", "-//Quartier//Pinboard//EN")
    found.add("version", "2.0")
    found.add("method", "CANCEL" if off else "PUBLISH")
    entry.add("uid", str(event.id))
    entry.add("sequence", event.sequence)
    entry.add("dtstamp", event.changed_at)
    if when.whole_day:
        entry.add("dtstart", when.first)
        entry.add("dtend", when.last + timedelta(days=1))
    else:
        entry.add("dtstart", when.starts)
        if when.ends:
            entry.add("dtend", when.ends)
    entry.add("summary", visit.say(event.title))
    entry.add("status", "CANCELLED" if off else "CONFIRMED")
    if event.place:
        entry.add("location", event.place)
    if words:
        entry.add("description", words)
    if url:
        entry.add("url", url)
    found.add_component(entry)
    return bytes(found.to_ical())
