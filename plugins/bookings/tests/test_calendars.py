"""Calendars that programs read: own bookings, nights, both clock changes."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from icalendar import Calendar

from plugins.bookings import queries, services
from plugins.bookings.services import Example
from plugins.bookings.tests.sample import STAFF, ZURICH, at, booked, room, soon
from quartier.sdk import LocalizedText
from quartier.testing import SomeCompany, shown_by_khal


def test_a_calendar_program_reads_own_bookings_at_an_address_that_can_be_taken_back(brunnenhof: SomeCompany) -> None:
    lea = brunnenhof.resident("Lea Moser", language="en")
    with brunnenhof.db() as db:
        hall = room(db, "Saal", code="4711")
        made = booked(db, hall, lea.person_id, soon())
        db.commit()
    browser = lea.browser
    page = browser.post("/bookings/mine/feed", {"do": "make"})
    assert page.status_code == 200
    path = urlsplit(page.text.partition('readonly value="')[2].partition('"')[0]).path
    stranger = brunnenhof.visitor()

    def event() -> tuple[str, int, str]:
        answer = stranger.get(path)
        assert answer.content_type == "text/calendar; charset=utf-8"
        assert "4711" not in answer.text
        (found,) = Calendar.from_ical(answer.data).walk("VEVENT")
        assert found.decoded("dtend") - found.decoded("dtstart") == timedelta(hours=4)
        return str(found["uid"]), int(str(found["sequence"])), str(found["status"])

    first = event()
    assert first == (str(made.id), 0, "CONFIRMED")  # nothing of the host is in it, which may change
    with brunnenhof.db() as db:
        services.cancel(db, queries.booking(db, made.id), by=None)  # type: ignore[arg-type]
        db.commit()
    assert event() == (first[0], 1, "CANCELLED")
    assert stranger.get("/bookings/feed/guessed.ics").status_code == 404
    assert browser.post("/bookings/mine/feed", {"do": "revoke"}).status_code == 303
    assert stranger.get(path).status_code == 404


def test_calendars_are_right_over_both_clock_changes_whatever_things_are_called(brunnenhof: SomeCompany) -> None:
    lea = brunnenhof.person("Lea Moser").id
    name = 'Saal; klein, blau \\ "Süd" ' + "Ä" * 80 + "\nEND:VEVENT"
    with brunnenhof.db() as db:
        hall = room(db, name, kind="free", place=LocalizedText(de="Haus 1,\nUG"))
        for day in (date(2027, 3, 28), date(2027, 10, 31)):
            services.place(db, hall, Example(at(day, 1), at(day, 4), lea, lea), 0)
        path = f"/bookings/feed/{services.make_feed(db, lea)}.ics"
        db.commit()
    body = brunnenhof.visitor().get(path).data
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    spring, autumn = sorted(Calendar.from_ical(body).walk("VEVENT"), key=lambda event: event.decoded("dtstart"))
    assert (str(spring["summary"]), str(spring["location"])) == (name, "Haus 1,\nUG")
    lasts = [event.decoded("dtend") - event.decoded("dtstart") for event in (spring, autumn)]
    assert lasts == [timedelta(hours=2), timedelta(hours=4)]
    assert [f"{event.decoded('dtstart').astimezone(ZURICH):%H:%M}" for event in (spring, autumn)] == ["01:00", "01:00"]


def test_a_calendar_program_shows_nights_and_what_was_given_up(brunnenhof: SomeCompany, tmp_path: Path) -> None:
    """A stay over the change of clocks is right in its hours, and on each of its days."""
    lea, day = brunnenhof.person("Lea Moser").id, date(2027, 3, 26)
    with brunnenhof.db() as db:
        guests, hall = room(db, "Gast", kind="nights", hours=(((0, 1440),),) * 7), room(db, "Saal", kind="free")
        services.place(db, guests, Example(at(day, 15), at(day + timedelta(days=3), 10), lea, lea), 0)
        services.place(db, hall, Example(at(day, 8), at(day, 12), lea, lea), 0)
        path = f"/bookings/feed/{services.make_feed(db, lea)}.ics"
        db.commit()

        def seen() -> list[tuple[str, int]]:
            feed = brunnenhof.visitor().get(path).data
            return shown_by_khal(tmp_path, feed, zone="Europe/Zurich", first=day, days=7)

        stay, slot = "26.03. 15:00|29.03. 10:00|%sGast|", "26.03. 08:00|26.03. 12:00|Saal|"
        assert seen() == [(slot, 1), (stay % "", 4)]
        (made,) = db.rows("SELECT id FROM bookings_booking WHERE asset_id = %s", (guests.id,))
        services.cancel(db, queries.booking(db, made.id), by=STAFF)  # type: ignore[arg-type]
        db.commit()
        assert seen() == [(slot, 1), (stay % "CANCELLED ", 4)]
