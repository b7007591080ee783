"""Bookings again and again: every date is shown with what stands against it, and all are booked together or none."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from plugins.bookings import queries, services
from plugins.bookings.manifest import MANAGE, VIEW
from plugins.bookings.rules import MOST, Repeat, Time, TooMany, local, times_of
from plugins.bookings.services import SeriesRefused
from plugins.bookings.tests.sample import STAFF, ZURICH, at, booked, party, room, soon, wish
from quartier.testing import SomeCompany


def starts(way: str, first: date, hour: int = 18, **end: object) -> list[str]:
    repeat = Repeat(way, **end)  # type: ignore[arg-type]
    found = times_of(repeat, at(first, hour), at(first, hour + 2), ZURICH)
    assert {(local(one.end, ZURICH).hour - local(one.start, ZURICH).hour) % 24 for one in found} == {2}
    return [f"{local(one.start, ZURICH):%d.%m. %H:%M%z}" for one in found]


def test_a_series_keeps_to_the_clock_on_the_wall_over_both_changes_and_29_february() -> None:
    assert starts("weekly", date(2026, 3, 22), count=2) == ["22.03. 18:00+0100", "29.03. 18:00+0200"]
    assert starts("fortnightly", date(2026, 10, 18), until=date(2026, 11, 1)) == [
        "18.10. 18:00+0200", "01.11. 18:00+0100",
    ]  # fmt: skip
    assert [one[:6] for one in starts("daily", date(2028, 2, 28), count=3)] == ["28.02.", "29.02.", "01.03."]
    assert [one[:6] for one in starts("monthly", date(2028, 2, 8), count=3)] == ["08.02.", "14.03.", "11.04."]
    fifth = ["29.02.", "28.03.", "25.04.", "30.05."]  # a fifth Tuesday is the last one: no month is left out
    for way in ("monthly", "last"):
        assert [one[:6] for one in starts(way, date(2028, 2, 29), count=4)] == fifth
    night = times_of(Repeat("daily", count=3), at(date(2026, 3, 28), 2), at(date(2026, 3, 28), 3), ZURICH)
    assert [one.skipped for one in night] == [False, True, False]


def test_400_repetitions_are_too_many_and_an_end_is_needed() -> None:
    day = date(2026, 6, 1)
    assert len(starts("weekly", day, count=MOST)) == MOST
    with pytest.raises(TooMany):
        starts("daily", day, count=400)
    with pytest.raises(TooMany):
        starts("daily", day, until=date(2099, 1, 1))
    with pytest.raises(ValueError, match="an end"):
        starts("daily", day)


def weekly(count: int, first: date) -> list[Time]:
    return times_of(Repeat("weekly", count=count), at(first, 8), at(first, 12), ZURICH)


def test_all_dates_are_booked_or_none_when_somebody_was_quicker(brunnenhof: SomeCompany) -> None:
    lea, tim = (brunnenhof.person(name).id for name in ("Lea Moser", "Tim Frei"))
    repeat = Repeat("weekly", count=4)
    with brunnenhof.db() as db:
        hall = room(db, quota=3, quota_per="year", horizon=400)
        first = soon(2)
        if first.month == 12:  # a year's quota, so all dates in one year
            first = date(first.year + 1, 1, 4)
        times = weekly(4, first)
        found = services.occasions(db, hall, times, wish(first), party(lea))
        assert [[why.code for why in one.reasons] for one in found] == [[], [], [], ["quota"]]
        booked(db, hall, tim, first + timedelta(days=7))
        db.commit()
    with brunnenhof.db() as db:
        with pytest.raises(SeriesRefused) as refused:
            services.book_series(db, hall, times[:3], wish(first), party(lea), repeat=repeat)
        assert [[why.code for why in one.reasons] for one in refused.value.occasions] == [[], ["taken"], []]
        following = refused.value.occasions[1].following
        assert following is not None
        assert following.start == at(first + timedelta(days=7), 14)
        assert queries.bookings_of(db, lea) == []
        made = services.book_series(db, hall, [times[0], times[2], times[3]], wish(first), party(lea), repeat=repeat)
        series = queries.series(db, made.id, person_id=lea)
        assert series is not None
        assert (series.way, series.count, series.person_id) == ("weekly", 4, lea)
        dates = queries.of_series(db, made.id)
        assert services.cancel_series(db, services.within(dates, dates[1], "following"), by=STAFF, reason="Umbau") == 0
        assert [one.state for one in queries.of_series(db, made.id)] == ["confirmed", "cancelled", "cancelled"]
        db.commit()
    brunnenhof.work()
    with brunnenhof.db() as db:
        told = db.rows("SELECT facts->>'what' AS what, jsonb_array_length(facts->'times') AS n FROM notification")
    assert sorted((row.what, row.n) for row in told) == [("cancelled", 2), ("confirmed", 1), ("confirmed", 1)]


def test_a_resident_sees_each_date_before_and_gives_up_one_or_all_that_follow(brunnenhof: SomeCompany) -> None:
    lea, tim = brunnenhof.resident("Lea Moser", language="en"), brunnenhof.person("Tim Frei")
    with brunnenhof.db() as db:
        hall = room(db, "Saal", horizon=20, price_per="slot", prices={"everybody": "25"}, cancel=24 * 30, late_fee="5")
        booked(db, hall, tim.id, soon(8))
        db.commit()
    browser, url = lea.browser, "/bookings/saal/series"
    slot = f"{at(soon(1), 8)}-{at(soon(1), 12)}"
    assert browser.post(url, {}).status_code == 422
    assert f">Every week on {soon(1):%A}<" in browser.post(url, {"slot": slot}).text
    ask = {"slot": slot, "way": "weekly"}
    assert "Please say until when" in browser.post(url, ask | {"do": "dates"}).text
    many = browser.post(url, ask | {"do": "dates", "count": "400"})
    assert (many.status_code, f"from 2 to {MOST} dates" in many.text) == (422, True)
    far = browser.post(url, ask | {"way": "daily", "do": "dates", "until": "2099-01-01"})
    assert (far.status_code, f"more than {MOST} dates" in far.text) == (422, True)
    shown = browser.post(url, ask | {"do": "dates", "count": "4"}).text
    for words in ("2 of 4 dates are free", "Somebody else has booked this time.", "20 days in advance", "Next free:"):
        assert words in shown
    assert "CHF" in shown
    assert browser.post(url, ask | {"do": "book", "count": "4"}).status_code == 422
    every = [f"{one.start}-{one.end}" for one in weekly(3, soon(1))]
    refused = browser.post(url, ask | {"do": "book", "count": "4", "dates": every})
    assert (refused.status_code, "Nothing is booked yet" in refused.text) == (409, True)
    instead = f"{at(soon(8), 14)}-{at(soon(8), 18)}"
    done = browser.post(url, ask | {"do": "book", "count": "4", "dates": [every[0], instead, every[2]]})
    assert done.status_code == 303
    page = done.headers["Location"]
    assert "Part of a series" in browser.get(page).text
    mine = browser.get("/bookings/mine").text
    assert (mine.count('class="row" href="/bookings/mine/'), "Series: 3 dates ahead" in mine) == (1, True)
    assert browser.post(f"{page}/cancel", {"scope": "all", "fee_all": "5.00"}).status_code == 409
    assert browser.post(f"{page}/cancel", {"scope": "all", "fee_all": "15.00"}).status_code == 303
    with brunnenhof.db() as db:
        assert {(one.state, str(one.fee)) for one in queries.bookings_of(db, lea.person_id)} == {("cancelled", "5.00")}


def test_a_time_is_given_to_others_when_nobody_says_in_time_that_they_are_there(brunnenhof: SomeCompany) -> None:
    lea = brunnenhof.resident("Lea Moser", language="en")
    with brunnenhof.db() as db:
        rooms = [room(db, name, release=15, approval="staff") for name in ("Saal", "Garten")]
        missed, kept = (booked(db, one, lea.person_id, soon()).id for one in rooms)
        db.rows("UPDATE bookings_booking SET starts = now() - interval '20 minutes' RETURNING id")
        for one in (missed, kept):
            services.confirm(db, one, by=STAFF)
        db.commit()
    assert "I am here" in lea.browser.get(f"/bookings/mine/{kept}").text
    assert lea.browser.post(f"/bookings/mine/{kept}/arrive").status_code == 303
    brunnenhof.work()
    with brunnenhof.db() as db:
        states = {one.id: one.state for one in queries.bookings_of(db, lea.person_id)}
        assert states == {missed: "missed", kept: "confirmed"}
        assert [row.what for row in queries.events_of(db, missed)] == ["requested", "confirmed", "released"]
        assert booked(db, rooms[0], lea.person_id, soon()).state == "requested"
        told = db.rows("SELECT facts->>'what' AS what FROM notification WHERE thing_id = %s", (missed,))
    assert "released" in {row.what for row in told}
    assert lea.browser.post(f"/bookings/mine/{missed}/arrive").status_code == 409


def test_staff_book_a_series_for_anybody_and_decide_about_all_of_one_at_once(brunnenhof: SomeCompany) -> None:
    nadja = brunnenhof.agent("Nadja Frei", VIEW, MANAGE, "people.read", "estate.read", language="en").browser
    rita, url = brunnenhof.person("Rita Name"), "/cockpit/bookings/series"
    times = weekly(3, soon())
    with brunnenhof.db() as db:
        hall = room(db, "Saal")
        asked = room(db, "Garten", approval="staff")
        requests = services.book_series(
            db, asked, times, wish(soon()), party(rita.id), repeat=Repeat("weekly", count=3)
        )
        db.commit()
    ask = {"asset": str(hall.id), "starts": f"{soon()}T08:00", "ends": f"{soon()}T12:00", "person": str(rita.id)}
    assert (nadja.post(url, {}).status_code, nadja.post(url, ask).status_code) == (422, 200)
    ask |= {"way": "weekly", "count": "3"}
    assert "All 3 dates are free" in nadja.post(url, ask | {"do": "dates"}).text
    every = [f"{one.start}-{one.end}" for one in times]
    assert nadja.post(url, ask | {"do": "series"}).status_code == 422
    made = nadja.post(url, ask | {"do": "series", "dates": every})
    assert (made.status_code, nadja.post(url, ask | {"do": "series", "dates": every}).status_code) == (303, 409)
    again = nadja.post(url, ask | {"do": "series", "dates": every}).text
    offered = re.findall(r'name="dates" value="([\d-]+)"', again)
    assert offered  # what is free instead stands beside each, and is booked like any other
    assert set(every).isdisjoint(offered)
    assert nadja.post(url, ask | {"do": "series", "dates": offered[:1]}).status_code == 303
    page = made.headers["Location"]
    assert [nadja.post(f"{page}/series", {"do": do}).status_code for do in ("following", "all", "x")] == [303, 409, 404]
    page = f"/cockpit/bookings/{requests.bookings[0]}"
    assert "Accept all 3 requests" in nadja.get(page).text
    assert nadja.post(f"{page}/series", {"do": "confirm"}).status_code == 303
    with brunnenhof.db() as db:
        assert {one.state for one in queries.of_series(db, requests.id)} == {"confirmed"}
