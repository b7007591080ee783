"""What an asset allows: pure functions, no database."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from plugins.bookings.rules import (
    Ask,
    Busy,
    Rules,
    Surroundings,
    closings,
    free_from,
    is_holiday,
    late_fee,
    local,
    minute_at,
    minute_of,
    next_free,
    price_of,
    refusals,
    regions,
    slots_of,
)
from plugins.bookings.rules.holidays import FILE
from tools.holidays import days

ZONE = ZoneInfo("Europe/Zurich")
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # the clock goes on, and back
MONDAY = date(2026, 6, 1)
NOON = minute_at(MONDAY, 12 * 60, ZONE)
NOTHING = Busy(())
DAILY = (((8 * 60, 12 * 60), (14 * 60, 18 * 60)),) * 7


def codes(its: Rules, start: int, end: int, **around: object) -> list[str]:
    ask = Ask(start, end, people=around.pop("people", 1), agreed=around.pop("agreed", True))  # type: ignore[arg-type]
    situation = Surroundings(**{"zone": ZONE, "now": NOON, "busy": NOTHING, **around})  # type: ignore[arg-type]
    return [one.code for one in refusals(its, ask, situation)]


def hours(minutes: int) -> str:
    return f"{local(minutes, ZONE):%d. %H:%M %z}"


@pytest.mark.parametrize("day", [SPRING, AUTUMN, date(2028, 2, 29), date(2026, 12, 31)])
def test_a_slot_is_where_the_clock_on_the_wall_shows_it_on_every_day(day: date) -> None:
    slots = slots_of(Rules(hours=DAILY), day, ZONE, NOTHING, 0)
    assert [(local(s.start, ZONE), local(s.end, ZONE)) for s in slots] == [
        (datetime(day.year, day.month, day.day, a, tzinfo=ZONE), datetime(day.year, day.month, day.day, b, tzinfo=ZONE))
        for a, b in ((8, 12), (14, 18))
    ]


def test_a_day_of_the_clock_change_has_23_or_25_hours_and_they_are_paid_as_they_pass() -> None:
    its = Rules(kind="free", shortest=60, longest=2000, step=60, price_per="hour", prices={"everybody": "10"})
    lengths = {}
    for day in (SPRING, AUTUMN, MONDAY):
        (slot,) = slots_of(its, day, ZONE, NOTHING, 0)
        lengths[day] = (slot.end - slot.start) // 60
        assert price_of(its, slot.start, slot.end, ZONE, frozenset()).amount == Decimal(lengths[day] * 10)
    assert list(lengths.values()) == [23, 25, 24]
    night = Rules(hours=(((2 * 60, 3 * 60),),) * 7, kind="slots")
    assert slots_of(night, SPRING, ZONE, NOTHING, 0) == []  # the clock skips it
    assert [hours(s.start) for s in slots_of(night, AUTUMN, ZONE, NOTHING, 0)] == ["25. 02:00 +0200"]


def test_an_evening_may_last_beyond_midnight_and_belongs_to_the_day_it_begins_on() -> None:
    its = Rules(kind="free", hours=(((18 * 60, 26 * 60),),) * 7, shortest=60, longest=480, step=60)
    late = minute_at(MONDAY, 23 * 60, ZONE), minute_at(MONDAY, 26 * 60, ZONE)
    assert codes(its, *late) == []
    assert codes(its, late[0], late[1] + 60) == ["closed"]
    assert codes(its, late[0] + 2 * 60, late[1]) == []  # begins after midnight, in the evening before


def test_every_rule_that_stands_against_it_is_named() -> None:
    its = Rules(
        kind="free", hours=DAILY, shortest=60, longest=120, step=30, lead=1440, horizon=30, quota=2, before=15, after=15
    )
    start = minute_at(date(2026, 8, 15), 9 * 60 + 10, ZONE)
    busy = Busy([(start - 60, start - 5)])
    found = codes(its, start, start + 200, busy=busy, used=2, allowed=4, people=9, must_agree=True, agreed=False)
    assert found == ["horizon", "closed", "buffer", "long", "step", "capacity", "quota", "agree"]
    assert codes(its, NOON + 120, NOON + 150) == ["lead", "short"]


@pytest.mark.parametrize(
    ("start", "length", "found"),
    [
        (NOON - 240, 240, ["past"]),  # 8 to 12 on the same day
        (NOON + 120, 0, ["order"]),
        (NOON + 120, -60, ["order"]),
        (NOON + 3653 * 1440, 60, ["far"]),
        (NOON + 120, 180, ["slot"]),
        (NOON + 120, 240, []),
    ],
)
def test_what_is_over_of_no_length_or_years_ahead_is_refused(start: int, length: int, found: list[str]) -> None:
    assert codes(Rules(hours=DAILY), start, start + length) == found


def test_holidays_of_the_canton_close_or_are_like_a_sunday() -> None:
    ascension = date(2026, 5, 14)
    sunday = (*DAILY[:6], ((600, 720),))
    closed = Rules(hours=sunday, region="CH-ZH", holidays="closed")
    assert (is_holiday("CH-ZH", ascension), is_holiday("CH-TI", ascension), is_holiday("", ascension)) == (
        True,
        True,
        False,
    )
    assert slots_of(closed, ascension, ZONE, NOTHING, 0) == []
    assert [
        s.end - s.start
        for s in slots_of(Rules(hours=sunday, region="CH-ZH", holidays="sunday"), ascension, ZONE, NOTHING, 0)
    ] == [120]
    start = minute_at(date(2026, 8, 1), 8 * 60, ZONE)
    assert codes(closed, start, start + 240) == ["holiday"]


def test_the_file_of_holidays_is_what_the_library_says_and_lasts_for_years() -> None:
    import json

    kept = json.loads(FILE.read_text(encoding="utf-8"))
    first = min(map(int, kept["CH-ZH"]["days"]))
    assert kept == days(first)
    assert max(map(int, kept["CH-ZH"]["days"])) >= minute_year() + 3, "write the file anew: python -m tools.holidays"
    assert len(regions()) == 26 + 16


def minute_year() -> int:
    return datetime.now(ZONE).year


def test_free_times_leave_room_for_their_buffers_and_stay_on_the_grid() -> None:
    its = Rules(kind="free", hours=DAILY, shortest=60, longest=240, step=30, before=0, after=15)
    taken = Busy([(minute_at(MONDAY, 9 * 60, ZONE), minute_at(MONDAY, 10 * 60 + 15, ZONE))])
    slots = [
        (f"{local(s.start, ZONE):%H:%M}", f"{local(s.end, ZONE):%H:%M}", s.free)
        for s in slots_of(its, MONDAY, ZONE, taken, 0)
    ]
    assert slots == [("09:00", "10:15", False), ("10:30", "12:00", True), ("14:00", "18:00", True)]
    following = next_free(its, ZONE, taken, now=NOON)
    assert following is not None
    assert hours(following.start) == "01. 14:00 +0200"
    assert next_free(Rules(hours=((),) * 7), ZONE, NOTHING, now=NOON) is None
    soonest = list(free_from(Rules(hours=DAILY, horizon=1), ZONE, NOTHING, earliest=NOON, last=MONDAY))
    assert [hours(s.start) for s in soonest] == ["01. 14:00 +0200"]


def test_nights_go_from_arrival_to_departure_also_when_the_clock_changes() -> None:
    its = Rules(
        kind="nights",
        shortest=1440,
        longest=7 * 1440,
        price_per="night",
        prices={"everybody": "60", "owners": "45"},
        vat="3.8",
        deposit="100",
    )
    before = minute_at(date(2026, 10, 24), 15 * 60, ZONE)
    leave = minute_at(date(2026, 10, 26), 11 * 60, ZONE)
    now = before - 2880
    assert codes(its, before, leave, now=now) == []
    assert codes(its, before, leave + 60, now=now) == ["nights"]
    assert codes(its, before, minute_at(date(2026, 11, 2), 11 * 60, ZONE), now=now) == ["long"]
    price = price_of(its, before, leave, ZONE, frozenset({"owners"}))
    assert (price.amount, price.vat, price.deposit) == (Decimal("90.00"), Decimal("3.29"), Decimal("100.00"))
    assert price_of(its, before, leave, ZONE, frozenset({"tenants"})).amount == Decimal("120.00")


def test_cancelling_costs_something_only_when_it_is_late() -> None:
    its = Rules(cancel=24, late_fee="20")
    assert [late_fee(its, NOON, NOON - 1440 + late) for late in (0, 1)] == [Decimal("0.00"), Decimal("20.00")]


def test_staff_decide_about_what_is_long_or_for_many() -> None:
    its = Rules(approval="rule", staff_longer=240, staff_people=20)
    asked = [its.asks_staff(*one) for one in ((240, 20), (241, 1), (60, 21))]
    assert asked == [False, True, True]
    assert [Rules(approval=way).asks_staff(60, 1) for way in ("automatic", "staff")] == [False, True]


def test_rules_come_back_from_json_as_they_were() -> None:
    its = Rules(hours=DAILY, prices={"everybody": "25"}, quota=2)
    assert Rules.from_json(its.to_json() | {"of a later version": 1}) == its
    assert minute_of(datetime(2026, 6, 1, 12, tzinfo=ZONE)) == NOON


def test_what_is_closed_every_week_or_year_is_not_offered_and_says_why() -> None:
    monday = (((10 * 60, 12 * 60),), *((),) * 6)
    weekly = Rules(hours=DAILY, slot=120, closed_hours=monday, closed_because="Reinigung")
    shown = [
        [hours(one.start) for one in slots_of(weekly, day, ZONE, NOTHING, 0)] for day in (MONDAY, date(2026, 6, 2))
    ]
    assert [len(one) for one in shown] == [3, 4]
    start = minute_at(MONDAY, 9 * 60, ZONE)
    free = Rules(kind="free", hours=DAILY, closed_hours=monday, closed_because="Reinigung")
    spans = [(hours(one.start), hours(one.end)) for one in slots_of(free, MONDAY, ZONE, NOTHING, 0)]
    assert spans[0] == ("01. 08:00 +0200", "01. 10:00 +0200")
    assert codes(free, start, start + 120, now=start - 1440) == ["again"]
    following = next_free(weekly, ZONE, NOTHING, now=minute_at(MONDAY, 9 * 60, ZONE))
    assert following is not None
    assert hours(following.start) == "01. 14:00 +0200"
    yearly = Rules(hours=DAILY, kind="nights", closed_days=(((12, 24), (1, 2)),), horizon=365)
    nights = [bool(slots_of(yearly, day, ZONE, NOTHING, 0)) for day in (
        date(2026, 12, 23), date(2026, 12, 24), date(2027, 1, 2), date(2027, 1, 3))]  # fmt: skip
    assert nights == [True, False, False, True]
    stay = minute_at(date(2026, 12, 23), 15 * 60, ZONE)
    assert codes(yearly, stay, minute_at(date(2026, 12, 24), 11 * 60, ZONE)) == []
    assert "again" in codes(yearly, stay, minute_at(date(2026, 12, 25), 11 * 60, ZONE))
    assert Rules.from_json(yearly.to_json()) == yearly
    said = [closings(one) for one in (weekly, yearly, Rules(kind="nights", closed_hours=monday), Rules())]
    assert closings(Rules(closed_hours=(((1320, 1560),), *((),) * 6))) == "Monday 22:00–02:00"
    assert said == ["Monday 10:00–12:00: Reinigung", "24\u00a0December – 2\u00a0January", "", ""]
