"""The waiting list: what becomes free is held for whoever waits the longest, for some hours of the day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from plugins.bookings import queries, services
from plugins.bookings.manifest import MANAGE, VIEW
from plugins.bookings.rules import Repeat, lapses_at, local, minute_of, times_of
from plugins.bookings.services import Example, Made, NotOpen, Refused, Wish
from plugins.bookings.tests.sample import STAFF, ZURICH, at, booked, party, room, soon, wish
from plugins.bookings.tests.test_services import Try, at_once
from quartier.sdk import Audience, CompanySession
from quartier.testing import LONG_AGO, SomeBody, SomeCompany

HALL: dict[str, Any] = {"offer": 240}


def told(company: SomeCompany) -> list[tuple[str, str]]:
    company.work()
    with company.db() as db:
        rows = db.rows(
            "SELECT kind, facts->>'what' AS what FROM notification WHERE path LIKE '%%waiting%%' ORDER BY id"
        )
    return [(row.kind.partition(".")[2], row.what) for row in rows]


def look(company: SomeCompany, *waits: UUID) -> list[str]:
    with company.db() as db:
        found = [queries.waiter(db, one) for one in waits]
    return [one.look for one in found if one is not None]


def queue(company: SomeCompany, *people: SomeBody, **rules: Any) -> tuple[Made, list[UUID]]:
    """A booking of a neighbour, and these people waiting for it, in this order."""
    owner = company.person("Urs Besitzer")
    with company.db() as db:
        hall = room(db, "Saal", **HALL, **rules)
        made = booked(db, hall, owner.id, soon())
        db.commit()
    found = []
    for one in people:
        with company.db() as db:
            found.append(services.join(db, hall, wish(soon()), party(one.person_id)))
            db.commit()
    return made, found


def give_up(company: SomeCompany, made: Made) -> None:
    with company.db() as db:
        services.cancel(db, queries.booking(db, made.id), by=None)  # type: ignore[arg-type]
        db.commit()


def lapsed(company: SomeCompany, waits: UUID) -> None:
    """Let the time of an offer be up, as far as the database is concerned."""
    with company.db() as db:
        db.rows("UPDATE bookings_waiter SET lapses = now() - interval '1 second' WHERE id = %s RETURNING id", (waits,))
        db.commit()


def accept(company: SomeCompany, waits: UUID, person: UUID) -> Try:
    def take(db: CompanySession) -> object:
        (hall,) = queries.assets_of(db)
        return services.accept(db, waits, hall, party(person))

    return take


def test_an_offer_ends_by_day_and_before_it_is_too_late() -> None:
    day = date(2026, 3, 28)  # the clock goes on in the night

    def ends(hours: int, now: int, latest: int | None = None) -> str:
        found = lapses_at(hours * 60, now, latest or at(day + timedelta(days=9), 8), ZURICH)
        return f"{local(found, ZURICH):%d. %H:%M}" if found else "-"

    assert ends(4, at(day, 10)) == "28. 14:00"
    assert ends(4, at(day, 18)) == "29. 10:00"
    assert ends(4, at(day, 23)) == ends(4, at(day + timedelta(days=1), 3)) == "29. 12:00"
    assert ends(30, at(day, 8)) == "30. 14:00"
    assert ends(4, at(day, 23), at(day + timedelta(days=1), 9)) == "29. 09:00"
    assert ends(4, at(day, 10), at(day, 10, 9)) == "-"


def test_who_waits_the_longest_gets_it_and_nobody_else_in_between(brunnenhof: SomeCompany) -> None:
    lea, tim = brunnenhof.resident("Lea Moser", language="en"), brunnenhof.resident("Tim Frei")
    others = [brunnenhof.person(f"Person {number}").id for number in range(6)]
    made, (first, second) = queue(brunnenhof, lea, tim)

    def cancels(db: CompanySession) -> object:
        return services.cancel(db, queries.booking(db, made.id), by=None)  # type: ignore[arg-type]

    def books(person: UUID) -> Try:
        def book(db: CompanySession) -> object:
            (hall,) = queries.assets_of(db)
            return services.book(db, hall, wish(soon()), party(person))

        return book

    ended = at_once(brunnenhof, [cancels, *map(books, others)])
    assert (ended["done"], sum(ended.values()), ended.keys() <= {"done", "taken", "held"}) == (1, 7, True)
    assert look(brunnenhof, first, second) == ["offered", "waiting"]
    assert at_once(brunnenhof, [books(others[0])]) == {"held": 1}
    mail = told(brunnenhof)
    assert mail == [("offers", "offered")]
    lapsed(brunnenhof, first)
    assert look(brunnenhof, first) == ["lapsed"]
    assert at_once(brunnenhof, [books(others[0])]) == {"held": 1}  # what has lapsed goes to the next, whoever asks
    with brunnenhof.db() as db:
        assert services.lapse(db, first)
        assert not services.lapse(db, first)
        db.commit()
    assert look(brunnenhof, first, second) == ["lapsed", "offered"]
    lapsed(brunnenhof, second)
    assert at_once(brunnenhof, [books(others[0])]) == {"done": 1}  # no job had to run
    assert told(brunnenhof)[-1] == ("news", "lapsed")


def test_an_offer_is_accepted_or_ends_and_never_both(brunnenhof: SomeCompany) -> None:
    lea, tim = brunnenhof.resident("Lea Moser"), brunnenhof.resident("Tim Frei")
    made, (first, second) = queue(brunnenhof, lea, tim)
    give_up(brunnenhof, made)

    def leaves(db: CompanySession) -> object:
        services.leave(db, first)
        return first

    def tries(one: Try) -> Try:
        def attempt(db: CompanySession) -> object:
            try:
                return one(db)
            except NotOpen as error:
                raise services.Changed from error

        return attempt

    taps = [tries(accept(brunnenhof, first, lea.person_id)) for _each in range(4)]
    assert at_once(brunnenhof, [*taps, tries(leaves)]) == {"done": 1, "changed": 4}
    with brunnenhof.db() as db:
        mine = [one.state for one in queries.bookings_of(db, lea.person_id)]
        held = db.rows("SELECT booking_id, waiter_id FROM bookings_blocking")
    if mine:
        assert (mine, look(brunnenhof, first, second)) == (["confirmed"], ["accepted", "waiting"])
    else:
        assert look(brunnenhof, first, second) == ["left", "offered"]
    assert len(held) == 1
    lapsed(brunnenhof, second)
    assert at_once(brunnenhof, [tries(accept(brunnenhof, second, tim.person_id))]) == {"changed": 1}


def test_the_quota_and_who_may_book_are_asked_again(brunnenhof: SomeCompany) -> None:
    lea, tim, rita = (brunnenhof.resident(name) for name in ("Lea Moser", "Tim Frei", "Rita Roth"))
    made, (first, second, third) = queue(brunnenhof, lea, tim, rita, quota=1, quota_per="ahead")
    with brunnenhof.db() as db:
        (hall,) = queries.assets_of(db)
        home = lea.viewer(db).places[0].unit_id
        services.book(db, hall, wish(soon(), 14, 18), party(lea.person_id, home))  # uses up what she may
        db.rows("UPDATE occupancy SET ends = %s WHERE id IN (SELECT occupancy_id FROM occupant WHERE person_id = %s) "
                "RETURNING id", (LONG_AGO + timedelta(days=1), tim.person_id))  # fmt: skip
        db.commit()
    give_up(brunnenhof, made)
    assert look(brunnenhof, first, second, third) == ["waiting", "dropped", "offered"]
    with brunnenhof.db() as db:
        services.book(db, hall, wish(soon(2), 14, 18), party(rita.person_id))
        db.commit()
    with brunnenhof.db() as db:
        with pytest.raises(Refused) as refused:
            services.accept(db, third, hall, party(rita.person_id))
        db.commit()  # what follows from it stays
    assert [one.code for one in refused.value.reasons] == ["quota"]
    with brunnenhof.db() as db:
        home_of_rita, _groups = queries.home_of(db, rita.person_id, datetime.now(UTC).date())
    assert home_of_rita != rita.person_id
    assert ("news", "dropped") in told(brunnenhof)


def test_declined_unused_and_series_given_up_go_to_who_waits(brunnenhof: SomeCompany) -> None:
    lea, owner = brunnenhof.resident("Lea Moser"), brunnenhof.person("Urs Besitzer")
    hour, weekly = minute_of(datetime.now(UTC)) // 60 * 60, Repeat("weekly", count=2)
    with brunnenhof.db() as db:
        asked = room(db, "Saal", **HALL, approval="staff")
        used = room(db, "Werkstatt", **HALL, kind="free", hours=(((0, 1440),),) * 7, shortest=60, longest=600, step=60)
        often = room(db, "Garten", **HALL)
        request = booked(db, asked, owner.id, soon())
        services.place(db, used, Example(hour - 60, hour + 360, owner.id, owner.id), hour)
        dates = times_of(weekly, at(soon(), 8), at(soon(), 12), ZURICH)
        series = services.book_series(db, often, dates, wish(soon()), party(owner.id), repeat=weekly)
        later = Wish(hour + 180, hour + 240)
        wanted = [(asked, wish(soon())), (used, later), (often, wish(soon())), (often, wish(soon(14)))]
        waits = [services.join(db, asset, time, party(lea.person_id)) for asset, time in wanted]
        db.commit()
    with brunnenhof.db() as db:
        db.rows("SELECT set_config('lock_timeout', '7s', true)")
        services.decline(db, request.id, by=STAFF, reason="Nein")
        assert db.row("SHOW lock_timeout")[0] == "7s"  # what it had to be for a moment, it is no more
        (there,) = [one for one in queries.bookings_of(db, owner.id) if one.asset_id == used.id]
        services.miss(db, there.id, by="Nadja Frei")
        services.cancel_series(db, queries.of_series(db, series.id), by=STAFF)
        db.commit()
    assert look(brunnenhof, *waits) == ["offered"] * 4
    with brunnenhof.db() as db:
        held = db.rows("SELECT waiter_id FROM bookings_blocking")
    assert {one.waiter_id for one in held} == set(waits)


def test_who_may_not_book_it_any_more_loses_the_offer_to_the_next(brunnenhof: SomeCompany) -> None:
    lea, tim = brunnenhof.resident("Lea Moser", language="en"), brunnenhof.resident("Tim Frei")
    made, (first, second) = queue(brunnenhof, lea, tim)
    give_up(brunnenhof, made)
    with brunnenhof.db() as db:
        flat, (hall,) = tim.viewer(db).places[0].unit_id, queries.assets_of(db)
        services.save_asset(db, hall.id, by=STAFF, values={"audience": Audience(frozenset({flat}))})
        db.commit()
    page = f"/bookings/mine/waiting/{first}"
    assert "Take it" not in lea.browser.get(page).text
    assert lea.browser.post(f"{page}/accept").headers["Location"] == page
    assert look(brunnenhof, first, second) == ["dropped", "offered"]
    assert "You cannot book this any more." in lea.browser.get(page).text
    assert lea.browser.post(f"{page}/accept").headers["Location"] == page
    assert tim.browser.post(f"/bookings/mine/waiting/{second}/accept").headers["Location"] != page
    assert look(brunnenhof, first, second) == ["dropped", "accepted"]
    assert told(brunnenhof).count(("news", "dropped")) == 1


def test_a_resident_waits_takes_it_in_one_tap_or_leaves(brunnenhof: SomeCompany) -> None:
    lea, tim = brunnenhof.resident("Lea Moser", language="en"), brunnenhof.resident("Tim Frei", language="en")
    made, (first,) = queue(brunnenhof, tim)
    browser, slot = lea.browser, f"{at(soon(), 8)}-{at(soon(), 12)}"
    page = browser.get(f"/bookings/saal?on={soon()}").text
    assert f'href="/bookings/saal/wait?slot={slot}"' in page
    refused = browser.post("/bookings/saal", {"slot": slot, "note": "Birthday"})
    assert (refused.status_code, 'formaction="/bookings/saal/wait"' in refused.text) == (409, True)
    assert "1 person is before you." in browser.get(f"/bookings/saal/wait?slot={slot}").text
    assert browser.post("/bookings/saal/wait", {"note": "x" * 501}).status_code == 422
    free = browser.post("/bookings/saal/wait", {"slot": f"{at(soon(), 14)}-{at(soon(), 18)}"})
    assert (free.status_code, "This time is free" in free.text) == (409, True)
    joined = browser.post("/bookings/saal/wait", {"take": slot, "note": "Birthday"})
    assert joined.status_code == 303
    mine = joined.headers["Location"]
    assert browser.post("/bookings/saal/wait", {"slot": slot}).status_code == 409  # listed already
    assert browser.get(f"/bookings/saal/wait?slot={slot}").headers["Location"] == joined.headers["Location"]
    assert "Leave the waiting list" in browser.get(mine).text
    assert (tim.browser.get(mine).status_code, tim.browser.post(f"{mine}/accept").status_code) == (404, 404)
    assert mine in browser.get("/bookings/mine").text
    week = f"/bookings/saal?on={soon()}"
    assert [word in browser.get(week).text for word in (mine, "you are waiting", "kept for you")] == [True, True, False]
    assert mine not in tim.browser.get(week).text
    assert tim.browser.post(f"/bookings/mine/waiting/{first}/leave").status_code == 303
    assert browser.post(f"{mine}/accept").headers["Location"] == mine  # nothing is offered yet
    give_up(brunnenhof, made)
    assert "It has become free for you" in browser.get("/bookings/mine").text
    assert [word in browser.get(week).text for word in (mine, "you are waiting", "kept for you")] == [True, False, True]
    assert told(brunnenhof) == [("offers", "offered")]
    assert "It has become free for you" in browser.get("/notifications").text
    taken = browser.post(f"{mine}/accept")
    assert (taken.status_code, "mine/waiting" in taken.headers["Location"]) == (303, False)
    assert "Birthday" in browser.get(taken.headers["Location"]).text
    assert browser.post(f"{mine}/accept").headers["Location"] == mine
    assert look(brunnenhof, UUID(mine.rpartition("/")[2])) == ["accepted"]


def test_the_team_sees_the_list_takes_somebody_off_and_needs_a_time_itself(brunnenhof: SomeCompany) -> None:
    lea, tim = brunnenhof.resident("Lea Moser", language="en"), brunnenhof.resident("Tim Frei")
    made, (first, second) = queue(brunnenhof, lea, tim)
    nadja, desk = brunnenhof.agent("Nadja Frei", VIEW, MANAGE, language="en").browser, "/cockpit/bookings/waiting"
    shown = nadja.get(desk).text
    assert shown.index("Lea Moser") < shown.index("Tim Frei")
    reader = brunnenhof.agent("Nur Leser", VIEW).browser
    assert (reader.get(desk).status_code, reader.post(f"{desk}/{first}/remove").status_code) == (200, 403)
    give_up(brunnenhof, made)
    for view in ("day", "week"):
        held = nadja.get(f"/cockpit/bookings/calendar?view={view}&on={soon()}").text
        assert ("Lea Moser · held, waiting list" in held, "Tim Frei" in held) == (True, False)
    assert nadja.post(f"{desk}/{first}/remove", {"reason": "Hausverbot"}).status_code == 303
    assert look(brunnenhof, first, second) == ["removed", "offered"]
    assert "Hausverbot" in lea.browser.get(f"/bookings/mine/waiting/{first}").text
    with brunnenhof.db() as db:
        (hall,) = queries.assets_of(db)
        block = services.block(db, hall, at(soon(), 9), at(soon(), 10), by=STAFF, reason="Umbau")
        db.commit()
    assert look(brunnenhof, second) == ["waiting"]
    with brunnenhof.db() as db:
        services.unblock(db, block)
        db.commit()
    assert look(brunnenhof, second) == ["offered"]
    with brunnenhof.db() as db:
        services.archive(db, hall.id, by=STAFF)
        db.commit()
    assert look(brunnenhof, second) == ["dropped"]
    assert nadja.post(f"{desk}/{second}/remove").status_code == 303
    assert [what for _kind, what in told(brunnenhof)].count("dropped") == 1
    with brunnenhof.db() as db:
        assert db.rows("SELECT id FROM bookings_blocking") == []


def test_moving_and_forgetting_offer_what_they_free_and_off_means_later(brunnenhof: SomeCompany) -> None:
    lea, tim = brunnenhof.resident("Lea Moser"), brunnenhof.resident("Tim Frei")
    made, (first, second) = queue(brunnenhof, lea, tim)
    with brunnenhof.db() as db:
        (hall,) = queries.assets_of(db)
        services.move(db, queries.booking(db, made.id), hall, wish(soon(3)), by=STAFF)  # type: ignore[arg-type]
        db.commit()
    assert look(brunnenhof, first, second) == ["offered", "waiting"]
    with brunnenhof.db() as db:
        services.forget(db, lea.person_id)
        db.commit()
    assert look(brunnenhof, second) == ["offered"]
    brunnenhof.switch("bookings", on=False)
    lapsed(brunnenhof, second)
    brunnenhof.work()
    assert tim.browser.post(f"/bookings/mine/waiting/{second}/accept").status_code == 404
    brunnenhof.switch("bookings")
    with brunnenhof.db() as db:
        assert services.lapse(db, second)
        assert db.rows("SELECT id FROM bookings_blocking WHERE waiter_id IS NOT NULL") == []
