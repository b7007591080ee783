"""Calendars and lists are kept while nothing changes, and nothing that was kept is ever stale or somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from re import findall
from typing import Self

import pytest

from plugins.bookings import queries, services
from plugins.bookings.manifest import MANAGE, VIEW, manifest
from plugins.bookings.queries import BookingFacts, keeping
from plugins.bookings.rules.terms import NEVER
from plugins.bookings.tests.sample import STAFF, at, booked, party, room, soon, wish
from quartier.sdk import CompanySession, LocalizedText
from quartier.testing import SomeCompany

CHIEF = tuple(one.key for one in manifest.permissions)
DESK = "/cockpit/bookings"
TEAM = (f"{DESK}/", *(f"{DESK}/calendar?view={view}&on={soon()}" for view in ("day", "week", "month")))


def test_the_next_look_shows_what_was_written_whoever_wrote_it(brunnenhof: SomeCompany) -> None:
    lea, tim = brunnenhof.resident("Lea Moser"), brunnenhof.resident("Tim Frei", language="en")
    nadja = brunnenhof.agent("Nadja Frei", *CHIEF, language="en").browser
    with brunnenhof.db() as db:
        hall = room(db, "Saal", property_id=brunnenhof.property_id, house_rules=LocalizedText())
        made = booked(db, hall, lea.person_id, soon())
        db.commit()

    def shown() -> tuple[tuple[bool, ...], list[str], int]:
        """On which of the team's pages Lea stands; what Tim sees of the day; how many bookings Lea sees of her own."""
        pages = tuple("Lea Moser" in nadja.get(path).text for path in TEAM)
        day = tim.browser.get(f"/bookings/saal?view=day&on={soon()}").text
        assert "Moser" not in day
        states = [one.strip() for one in findall(r'slot-state">(?:<svg.*?</svg>)?([^<]*)', day)]
        return pages, states, lea.browser.get("/bookings/mine").text.count('class="row-sub"')

    def own(db: CompanySession) -> BookingFacts:
        found = queries.booking(db, made.id)
        assert found is not None
        return found

    def write(act: Callable[[CompanySession], object]) -> tuple[tuple[bool, ...], list[str], int]:
        with brunnenhof.db() as db:
            act(db)
            db.commit()
        return shown()

    everywhere = (True,) * 4
    assert shown() == (everywhere, ["taken", "free"], 1)
    later = wish(soon(), 14, 18)
    assert write(lambda db: services.move(db, own(db), hall, later, by=STAFF)) == (
        everywhere, ["free", "taken"], 1,
    )  # fmt: skip
    assert write(lambda db: services.cancel(db, own(db), by=STAFF, reason="")) == (
        (True, False, False, False), ["free", "free"], 1,
    )  # fmt: skip
    assert write(lambda db: services.block(db, hall, at(soon(), 8), at(soon(), 12), by=STAFF, reason="Lea Moser")) == (
        everywhere, ["taken", "free"], 1,
    )  # fmt: skip
    assert write(lambda db: booked(db, hall, lea.person_id, soon(), 14, 18))[1:] == (["taken", "taken"], 2)
    shut = {"rules": replace(hall.rules, hours=NEVER)}
    assert write(lambda db: services.save_asset(db, hall.id, by=STAFF, values=shut))[1:] == (["not open"], 2)


def test_names_that_change_are_read_anew(brunnenhof: SomeCompany) -> None:
    lea, nadja = brunnenhof.person("Lea Moser"), brunnenhof.agent("Nadja Frei", *CHIEF, language="en").browser
    elsewhere, _building = brunnenhof.house("Seestrasse")
    with brunnenhof.db() as db:
        hall = room(db, "Saal", property_id=brunnenhof.property_id)
        booked(db, hall, lea.id, soon())
        room(db, "Sauna", property_id=elsewhere)
        db.commit()

    def lacks(*words: str) -> list[tuple[str, str]]:
        return [(path, word) for path in TEAM[:3] for word in words if word not in nadja.get(path).text]

    assert lacks("Lea Moser", "Saal", "Seestrasse") == []
    with brunnenhof.db() as db:
        db.rows("UPDATE person SET family_name = 'Amsler' WHERE id = %s RETURNING id", (lea.id,))
        db.rows("UPDATE property SET name = 'Seeweg' WHERE id = %s RETURNING id", (elsewhere,))
        db.commit()
    assert lacks("Lea Amsler", "Saal", "Seeweg") == []
    with brunnenhof.db() as db:
        services.save_asset(db, hall.id, by=STAFF, values={"name": LocalizedText(de="Festsaal")})
        db.commit()
    assert lacks("Lea Amsler", "Festsaal", "Seeweg") == []


def test_colleagues_with_other_rights_or_another_language_have_a_page_of_their_own(brunnenhof: SomeCompany) -> None:
    lea, (elsewhere, _building) = brunnenhof.person("Lea Moser"), brunnenhof.house()
    empty, _building = brunnenhof.house("Haldenstrasse")
    with brunnenhof.db() as db:
        hall = room(db, "Saal", property_id=brunnenhof.property_id)
        booked(db, hall, lea.id, soon())
        booked(db, room(db, "Sauna", property_id=elsewhere, linked=(hall.id,)), lea.id, soon(), 14, 18)
        db.commit()
    everybody = [
        brunnenhof.agent("Nadja Frei", *CHIEF, language="en"),
        brunnenhof.agent("Luc Favre", *CHIEF, language="fr"),
        brunnenhof.agent("Tim Frei", VIEW, language="en"),
        brunnenhof.agent("Kim Roth", VIEW, language="en").granted(MANAGE, property_id=empty),
        brunnenhof.agent("Ada Hug", VIEW, MANAGE, language="en").limited_to(elsewhere),
    ]
    words = ("Saal", "Sauna", "Calendar", "Calendrier", "/bookings/new")
    for path in TEAM:
        seen = [{word for word in words if word in one.browser.get(path).text} for one in everybody]
        assert seen == [
            {"Saal", "Sauna", "Calendar", "/bookings/new"}, {"Saal", "Sauna", "Calendrier", "/bookings/new"},
            {"Saal", "Sauna", "Calendar"}, {"Saal", "Sauna", "Calendar", "/bookings/new"},
            {"Sauna", "Calendar", "/bookings/new"},
        ], path  # fmt: skip


def test_what_time_alone_changes_is_read_anew_once_that_moment_has_come(
    brunnenhof: SomeCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    with brunnenhof.db() as db:
        booked(db, room(db, "Saal"), brunnenhof.person("Lea Moser").id, soon())
        db.commit()
    visit, hour = brunnenhof.agent("Nadja Frei", *CHIEF).visit(), timedelta(hours=1)
    ends = {"a": datetime.now(UTC) + hour, "b": None}

    def reads() -> list[object]:
        return [queries.diary(visit, key, partial(read, key)) for key in ("a", "a", "b")]

    def read(key: str) -> tuple[object, datetime | None]:
        until = ends[key]
        ends["a"] = datetime.now(UTC) + 9 * hour
        return object(), until

    class Later(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + hour + hour

    first, again = reads(), reads()
    monkeypatch.setattr(keeping, "datetime", Later)
    later, at_last = reads(), reads()
    assert (first[0] is first[1], again, at_last) == (True, first, later)
    assert (later[0] is later[1], later[0] is first[0], later[2] is first[2]) == (True, False, True)


def test_an_offer_that_lapses_is_no_longer_shown_though_no_job_has_been_by(brunnenhof: SomeCompany) -> None:
    lea, tim = brunnenhof.resident("Lea Moser"), brunnenhof.resident("Tim Frei", language="en")
    nadja = brunnenhof.agent("Nadja Frei", *CHIEF, language="en").browser
    with brunnenhof.db() as db:
        hall = room(db, "Saal", offer=240)
        made = queries.booking(db, booked(db, hall, lea.person_id, soon()).id)
        assert made is not None
        services.join(db, hall, wish(soon()), party(tim.person_id))
        services.cancel(db, made, by=STAFF, reason="")
        db.commit()
    week, day = TEAM[2], f"/bookings/saal?view=day&on={soon()}"
    looks = [
        (nadja, week, "held, waiting list"),
        (tim.browser, day, "kept for you"),
        (lea.browser, day, "kept for you"),
    ]
    assert [word in browser.get(path).text for browser, path, word in looks] == [True, True, False]
