"""Invitations by mail, over a real mail server and read with icalendar's parser."""

from __future__ import annotations

from dataclasses import replace

import pytest
from icalendar import Calendar

from quartier.deliveries.models import MailSettings
from quartier.deliveries.readers import Reader
from quartier.deliveries.services import deliver
from quartier.mail.invitations import Invitation, Meeting
from quartier.mail.letters import Letter
from quartier.testing import SomeCompany
from tests.deliveries.desk import NEWS, send
from tests.mail.server import mail_host

SUMMER = Meeting("0193", 0, "2027-07-01T14:00:00+02:00", "2027-07-01T18:00:00+02:00")
MOVED = replace(SUMMER, sequence=1, starts="2027-10-31T02:30:00+01:00", ends="2027-10-31T04:00:00+01:00")


def test_an_invitation_arrives_changes_and_is_called_off_in_a_calendar(brunnenhof: SomeCompany) -> None:
    brunnenhof.plant(MailSettings(sender_name='Die "Brunnenhof"', reply_to="post@brunnenhof.example"))
    told = [
        Invitation("REQUEST", "Saal, gross", (SUMMER,), place="EG; links"),
        Invitation("REQUEST", "Saal, gross", (MOVED,)),
        Invitation("CANCEL", "Saal, gross", (replace(MOVED, sequence=2),)),
        Invitation("PUBLISH", "Saal", (SUMMER, replace(MOVED, id="0194")), over=True),
    ]
    with mail_host() as host:
        for one in told:
            letter = Letter("Saal", "Guten Tag", ("Gebucht.",), invitation=one)
            with brunnenhof.db() as db:
                made = deliver(db, NEWS, Reader("lea@example.ch", "Lea Moser"), lambda it=letter: it)
                db.commit()
            assert made is not None
            send(brunnenhof, host, [made])
    read = []
    for mail in (one.message for one in host.taken):
        assert [part.get_content_type() for part in mail.walk()] == [
            "multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar", "application/ics",
        ]  # fmt: skip
        part, file = list(mail.walk())[-2:]
        assert (file.get_filename(), file.get_payload(decode=True)) == ("invitation.ics", part.get_payload(decode=True))
        found = Calendar.from_ical(part.get_payload(decode=True))
        assert part.get_param("method") == found["method"]
        read.append((found, found.walk("VEVENT")))
    (first, (event,)) = read[0]
    assert (event.decoded("dtstart").isoformat(), str(event["location"])) == ("2027-07-01T12:00:00+00:00", "EG; links")
    assert (str(event["organizer"]), event["organizer"].params["CN"]) == (
        "mailto:post@brunnenhof.example",
        "Die Brunnenhof",
    )
    assert (str(event["attendee"]), event["attendee"].params["PARTSTAT"]) == ("mailto:lea@example.ch", "ACCEPTED")
    said = [(str(one["method"]), str(e["status"]), int(str(e["sequence"]))) for one, (e, *_more) in read]
    assert said == [
        ("REQUEST", "CONFIRMED", 0), ("REQUEST", "CONFIRMED", 1), ("CANCEL", "CANCELLED", 2),
        ("PUBLISH", "CANCELLED", 0),
    ]  # fmt: skip
    assert {str(e["uid"]) for _one, (e, *_more) in read} == {"0193"}
    assert (len(read[3][1]), read[1][1][0].decoded("dtstart").isoformat()) == (2, "2027-10-31T01:30:00+00:00")
    assert first["method"] == "REQUEST"


def test_what_is_no_invitation_is_refused() -> None:
    for method, meetings in (("REPLY", (SUMMER,)), ("REQUEST", ()), ("CANCEL", (SUMMER, MOVED))):
        with pytest.raises(ValueError, match=r"invitation|one event"):
            Invitation(method, "Saal", meetings)  # type: ignore[arg-type]
