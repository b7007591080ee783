"""Booking for real: what the database guarantees when many come at once."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select

from plugins.bookings import queries, services
from plugins.bookings.models import Blocking, Booking
from plugins.bookings.queries import AssetFacts
from plugins.bookings.rules import Rules, moment
from plugins.bookings.services import Changed, InTheWay, Party, Refused, Wish
from plugins.bookings.tests.sample import STAFF, at, booked, party, room, soon, wish
from quartier.sdk import CompanySession
from quartier.testing import SomeCompany

Try = Callable[[CompanySession], object]


def at_once(
    company: SomeCompany, tries: list[Callable[[CompanySession], object]], connections: int = 8
) -> Counter[str]:
    """Do all of it on real connections, each waiting for the others to be ready; how it ended."""
    ended: Counter[str] = Counter()
    left, gate = iter(tries), threading.Barrier(min(connections, len(tries)), timeout=30)
    lock = threading.Lock()

    def work() -> None:
        with company.db() as db:
            db.row("SELECT 1")
            gate.wait()
            while True:
                with lock:
                    one = next(left, None)
                if one is None:
                    return
                try:
                    one(db)
                    db.commit()
                    how = "done"
                except Refused as refused:
                    db.rollback()
                    how = ",".join(reason.code for reason in refused.reasons) if refused.following else "unexplained"
                except Changed:
                    db.rollback()
                    how = "changed"
                with lock:
                    ended[how] += 1

    threads = [threading.Thread(target=work) for _each in range(min(connections, len(tries)))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def test_of_fifty_who_want_one_slot_at_once_one_gets_it(brunnenhof: SomeCompany) -> None:
    people = [brunnenhof.person(f"Person {number}").id for number in range(50)]
    with brunnenhof.db() as db:
        hall = room(db, "Saal")
        left, right = room(db, "Links", linked=(hall.id,)), room(db, "Rechts", linked=(hall.id,))
        db.commit()
        hall, left, right = (queries.assets_of(db, one.id)[0] for one in (hall, left, right))

    def wants(asset: AssetFacts, person: UUID) -> Try:
        return lambda db: services.book(db, asset, wish(soon()), party(person))

    ended = at_once(brunnenhof, [wants((hall, left)[number % 2], person) for number, person in enumerate(people)])
    assert ended == {"done": 1, "taken": 49}
    with brunnenhof.db() as db:
        assert db.scalar(select(func.count()).select_from(Booking)) == 1
        won = db.scalars(select(Booking.asset_id)).one()
        assert db.scalar(select(func.count()).select_from(Blocking)) == (3 if won == hall.id else 2)
        other = {hall.id: "taken", left.id: "done"}[won]  # the halves do not exclude each other
    assert at_once(brunnenhof, [wants(right, people[0])]) == {other: 1}


def test_a_quota_holds_when_two_of_a_household_use_it_up_at_the_same_moment(brunnenhof: SomeCompany) -> None:
    lea, tim = (brunnenhof.person(name).id for name in ("Lea Moser", "Tim Moser"))
    with brunnenhof.db() as db:
        laundry = room(db, "Waschküche", quota=1, quota_per="ahead")
        db.commit()

    def wants(person: UUID, day: int) -> Try:
        return lambda db: services.book(db, laundry, wish(soon(day)), party(person, household=lea))

    assert at_once(brunnenhof, [wants(lea, 3), wants(tim, 4)]) == {"done": 1, "quota": 1}
    with brunnenhof.db() as db:
        first = queries.bookings_of(db, lea) or queries.bookings_of(db, tim)
        services.cancel(db, first[0], by=None)
        booked_again = services.book(db, laundry, wish(soon(5)), party(tim, household=lea))
        assert booked_again.state == "confirmed"


def test_a_request_keeps_the_time_and_is_decided_once(brunnenhof: SomeCompany) -> None:
    lea, tim = (brunnenhof.person(name).id for name in ("Lea Moser", "Tim Frei"))
    with brunnenhof.db() as db:
        hall = room(db, approval="staff", price_per="slot", prices={"everybody": "25"}, cancel=24 * 30, late_fee="10")
        first = booked(db, hall, lea, soon())
        assert (first.state, str(first.price.amount)) == ("requested", "25.00")
        with pytest.raises(Refused) as refused:
            booked(db, hall, tim, soon())
        assert [one.code for one in refused.value.reasons] == ["taken"]
        assert refused.value.following is not None
        assert refused.value.following.start == at(soon(), 14)
        db.commit()
    decisions: list[Try] = [
        lambda db: services.confirm(db, first.id, by=STAFF),
        lambda db: services.decline(db, first.id, by=STAFF, reason="Umbau"),
    ]
    assert at_once(brunnenhof, decisions) == {"done": 1, "changed": 1}
    with brunnenhof.db() as db:
        found = queries.booking(db, first.id)
        assert found is not None
        if found.state == "declined":
            assert booked(db, hall, tim, soon()).state == "requested"
        else:
            assert str(services.cancel(db, found, by=None)) == "10.00"


def test_rules_and_prices_of_a_booking_stay_as_they_were(brunnenhof: SomeCompany) -> None:
    lea = brunnenhof.person("Lea Moser").id
    with brunnenhof.db() as db:
        hall = room(db, price_per="slot", prices={"everybody": "25"}, cancel=24 * 365, late_fee="10")
        made = booked(db, hall, lea, soon())
        dearer = replace(hall.rules, prices={"everybody": "90"}, late_fee="80", hours=((),) * 7)
        services.save_asset(db, hall.id, by=STAFF, values={"rules": dearer})
        found = queries.booking(db, made.id)
        assert found is not None
        assert (str(found.price), Rules.from_json(found.rules)) == ("25.00", hall.rules)
        assert str(services.cancel(db, found, by=None)) == "10.00"
        with pytest.raises(Changed):
            services.cancel(db, found, by=None)
        with pytest.raises(InTheWay) as held:
            services.delete_asset(db, hall.id, by=STAFF)
        assert held.value.count == 1
        services.archive(db, hall.id, by=STAFF)
        assert queries.assets_of(db, hall.id)[0].archived


def test_a_link_is_refused_where_both_are_booked_at_once_and_taken_otherwise(brunnenhof: SomeCompany) -> None:
    lea, tim = (brunnenhof.person(name).id for name in ("Lea Moser", "Tim Frei"))
    with brunnenhof.db() as db:
        hall, garden = room(db, "Saal"), room(db, "Garten")
        booked(db, hall, lea, soon())
        clash = booked(db, garden, tim, soon())
        db.commit()
        with pytest.raises(InTheWay):
            services.link(db, hall.id, [garden.id])
        db.rollback()
        services.cancel(db, queries.booking(db, clash.id), by=STAFF)  # type: ignore[arg-type]
        services.link(db, hall.id, [garden.id])
        garden = queries.assets_of(db, garden.id)[0]
        with pytest.raises(Refused):
            booked(db, garden, tim, soon())
        services.link(db, hall.id, [])
        garden = queries.assets_of(db, garden.id)[0]
        assert booked(db, garden, tim, soon()).state == "confirmed"


def test_moving_keeps_the_booking_or_leaves_all_as_it_was(brunnenhof: SomeCompany) -> None:
    lea, tim = (brunnenhof.person(name).id for name in ("Lea Moser", "Tim Frei"))
    with brunnenhof.db() as db:
        hall = room(db, lead=60 * 24 * 30, horizon=60)
        whose = Party(lea, lea, made_by="Nadja Frei", override="Hochzeit, mit der Leitung besprochen")
        mine = queries.booking(db, services.book(db, hall, wish(soon()), whose).id)
        booked(db, hall, tim, soon(40))
        assert mine is not None
        with pytest.raises(Refused):
            services.move(db, mine, hall, wish(soon(8)), by=STAFF)
        with pytest.raises(Refused):  # against the rules is a right, against somebody else's booking it is not
            services.move(db, mine, hall, wish(soon(40)), by=STAFF, override="Bitte")
        services.move(db, mine, hall, wish(soon(), 8, 13), by=STAFF, override="Länger")
        moved = queries.booking(db, mine.id)
        assert moved is not None
        assert (moved.ends - mine.ends, moved.sequence) == (timedelta(hours=1), 1)
        with pytest.raises(Changed):
            services.move(db, mine, hall, Wish(at(soon(9), 8), at(soon(9), 9)), by=STAFF, override="Bitte")


def test_calendars_learn_by_mail_of_what_is_certain_moved_or_cancelled(brunnenhof: SomeCompany) -> None:
    lea = brunnenhof.resident("Lea Moser")
    with brunnenhof.db() as db:
        asked = booked(db, room(db, "Garten", approval="staff"), lea.person_id, soon())
        services.cancel(db, queries.booking(db, asked.id), by=None)  # type: ignore[arg-type]
        hall = room(db, "Saal")
        made = booked(db, hall, lea.person_id, soon())
        db.commit()

    def change(what: Callable[[CompanySession, queries.BookingFacts], object]) -> None:
        brunnenhof.work()
        with brunnenhof.db() as db:
            what(db, queries.booking(db, made.id))  # type: ignore[arg-type]
            db.commit()

    change(lambda db, one: services.move(db, one, hall, wish(soon(2)), by=STAFF))
    change(lambda db, one: services.cancel(db, one, by=None))
    brunnenhof.work()
    with brunnenhof.db() as db:
        mails = db.rows("SELECT letter->'invitation' AS it FROM mail_delivery WHERE kind = 'bookings.news' ORDER BY id")
    found = [row.it for row in mails if row.it]
    assert [(one["method"], one["meetings"][0]["sequence"]) for one in found] == [
        ("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2),
    ]  # fmt: skip
    assert {one["meetings"][0]["id"] for one in found} == {str(made.id)}
    assert found[1]["meetings"][0]["starts"] == moment(at(soon(2), 8)).isoformat()
    assert len(mails) == 4  # of what was only asked for, calendars hear nothing
