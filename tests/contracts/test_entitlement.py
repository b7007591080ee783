"""What a company may use at a moment."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from quartier.contracts.entitlement import DENY, GRANT, TRIAL, Span, State, effective, entitled, next_change, state_of

ZURICH, LISBON, NEW_YORK = ZoneInfo("Europe/Zurich"), ZoneInfo("Europe/Lisbon"), ZoneInfo("America/New_York")
BEIRUT, HAVANA = ZoneInfo("Asia/Beirut"), ZoneInfo("America/Havana")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
RESOLUTION = datetime.resolution


def line(starts: date, ends: date | None = None, *, module: str = "faq", zone: ZoneInfo = ZURICH) -> Span:
    return Span(module, starts, ends, zone)


def grant(starts: date, ends: date | None = None) -> Span:
    return Span("faq", starts, ends, ZURICH, rank=GRANT)


def deny(starts: date, ends: date | None = None) -> Span:
    return Span("faq", starts, ends, ZURICH, allows=False, rank=DENY)


@pytest.mark.parametrize(
    ("moment", "covered"),
    [
        (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), False),  # 23:59:59 on the last day of the year in Zürich
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), True),  # midnight there, an hour before midnight in London
        (datetime(2027, 1, 31, 22, 59, 59, tzinfo=UTC), True),  # the last second of 31 January, the last day sold
        (datetime(2027, 1, 31, 23, 0, tzinfo=UTC), False),  # the exclusive end
    ],
)
def test_a_line_covers_local_days_from_its_start_until_the_day_before_its_end(moment: datetime, covered: bool) -> None:
    spans = [line(date(2027, 1, 1), date(2027, 2, 1))]
    assert entitled(spans, moment) == ({"faq"} if covered else set())


def test_the_same_day_begins_later_in_the_west() -> None:
    begins = {zone.key: line(date(2027, 4, 1), zone=zone).edges[0] for zone in (ZURICH, LISBON, NEW_YORK)}
    assert begins == {
        "Europe/Zurich": datetime(2027, 3, 31, 22, tzinfo=UTC),
        "Europe/Lisbon": datetime(2027, 3, 31, 23, tzinfo=UTC),
        "America/New_York": datetime(2027, 4, 1, 4, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    ("zone", "day", "begins"),
    [
        (ZURICH, date(2026, 3, 29), datetime(2026, 3, 28, 23, tzinfo=UTC)),  # clocks go forward at 2 h
        (ZURICH, date(2026, 3, 30), datetime(2026, 3, 29, 22, tzinfo=UTC)),
        (ZURICH, date(2026, 10, 26), datetime(2026, 10, 25, 23, tzinfo=UTC)),  # clocks went back the day before
        (BEIRUT, date(2026, 3, 29), datetime(2026, 3, 28, 22, tzinfo=UTC)),  # there is no midnight: 0 h becomes 1 h
        (HAVANA, date(2026, 11, 1), datetime(2026, 11, 1, 4, tzinfo=UTC)),  # midnight comes twice: the first one counts
    ],
)
def test_a_day_begins_at_its_first_moment_also_when_the_clocks_change(
    zone: ZoneInfo, day: date, begins: datetime
) -> None:
    span = line(day, zone=zone)
    assert span.edges == [begins]
    assert span.covers(begins)
    assert not span.covers(begins - RESOLUTION)


@pytest.mark.parametrize(
    ("spans", "modules"),
    [
        ([], set()),
        ([line(date(2026, 1, 1))], {"faq"}),
        ([grant(date(2026, 1, 1))], {"faq"}),
        ([line(date(2026, 1, 1)), deny(date(2026, 11, 24), date(2026, 11, 25))], set()),
        ([grant(date(2026, 1, 1)), deny(date(2026, 1, 1))], set()),
        ([deny(date(2026, 1, 1)), grant(date(2026, 1, 1)), line(date(2026, 1, 1))], set()),
        ([line(date(2027, 4, 1)), grant(date(2026, 11, 24), date(2027, 4, 1))], {"faq"}),
        ([line(date(2026, 1, 1)), deny(date(2026, 11, 25))], {"faq"}),
        ([line(date(2026, 1, 1)), deny(date(2026, 1, 1), date(2026, 11, 24))], {"faq"}),
        ([line(date(2026, 1, 1)), line(date(2026, 1, 1), module="ballroom")], {"faq", "ballroom"}),
        ([line(date(2026, 11, 24), date(2026, 11, 24))], set()),
    ],
)
def test_deny_wins_over_grant_and_grant_over_lines(spans: list[Span], modules: set[str]) -> None:
    assert entitled(spans, NOON) == modules


def test_the_next_change_is_the_next_edge_of_any_span() -> None:
    spans = [
        line(date(2025, 1, 1)),
        line(date(2026, 1, 1), date(2027, 1, 1), module="ballroom"),
        deny(date(2026, 12, 1), date(2026, 12, 2)),
    ]
    assert next_change(spans, NOON) == datetime(2026, 11, 30, 23, tzinfo=UTC)
    assert next_change(spans, datetime(2026, 12, 15, tzinfo=UTC)) == datetime(2026, 12, 31, 23, tzinfo=UTC)
    assert next_change(spans, datetime(2027, 6, 1, tzinfo=UTC)) is None


def test_a_contract_that_ended_before_its_line_began_has_no_edges() -> None:
    assert next_change([line(date(2027, 6, 1), date(2027, 1, 1))], NOON) is None


def test_a_module_rests_while_one_that_it_needs_is_off() -> None:
    needs = {"faq": (), "ballroom": (), "letters": ("ballroom",), "post": ("letters",)}
    spans = [line(date(2026, 1, 1), module=module) for module in needs]
    assert set(effective(spans, set(needs), needs, NOON)) == set(needs)
    assert set(effective(spans, {"faq", "letters", "post"}, needs, NOON)) == {"faq"}
    assert set(effective(spans[:1], set(needs), needs, NOON)) == {"faq"}
    assert set(effective(spans, {"faq"}, {}, NOON)) == set()


@pytest.mark.parametrize(
    ("spans", "state"),
    [
        ([], State("never")),
        ([line(date(2026, 1, 1))], State("sold")),
        ([line(date(2026, 1, 1), date(2027, 1, 1))], State("sold", date(2026, 12, 31), 37)),
        ([line(date(2026, 1, 1), date(2026, 11, 25))], State("sold", date(2026, 11, 24), 0)),
        ([line(date(2027, 4, 1))], State("coming", date(2027, 4, 1), 128)),
        ([line(date(2026, 1, 1), date(2026, 7, 1))], State("ended", date(2026, 6, 30), 147)),
        ([grant(date(2026, 11, 24), date(2027, 4, 1)), line(date(2027, 4, 1))], State("granted")),
        ([grant(date(2026, 11, 24), date(2026, 12, 1))], State("granted", date(2026, 11, 30), 6)),
        ([line(date(2026, 1, 1)), deny(date(2026, 11, 1), date(2027, 1, 1))], State("denied", date(2026, 12, 31), 37)),
        ([line(date(2026, 1, 1)), deny(date(2026, 12, 1))], State("sold", date(2026, 11, 30), 6)),
        ([line(date(2026, 1, 1), date(2026, 12, 1)), line(date(2026, 12, 1))], State("sold")),
        ([line(date(2027, 1, 1)), deny(date(2026, 12, 1), date(2027, 2, 1))], State("coming", date(2027, 2, 1), 69)),
    ],
)
def test_a_module_stands_somehow_until_a_day(spans: list[Span], state: State) -> None:
    assert state_of("faq", spans, NOON) == state


def needing(expression: str, starts: date, ends: date | None = None, *, module: str = "faq") -> Span:
    return Span(module, starts, ends, ZURICH, needs=expression)


PLUS = line(date(2026, 1, 1), date(2027, 1, 1), module="kunden_plus")
PRO_LATER = line(date(2027, 3, 1), module="pro")


@pytest.mark.parametrize(
    ("spans", "modules", "state"),
    [
        ([needing("pro OR kunden_plus", date(2026, 1, 1))], set(), State("lacking")),
        ([needing("pro OR kunden_plus", date(2026, 1, 1)), PLUS], {"faq", "kunden_plus"},
         State("sold", date(2026, 12, 31), 37)),
        ([needing("pro OR kunden_plus", date(2026, 1, 1)), PRO_LATER], set(), State("lacking", date(2027, 2, 28), 96)),
        ([needing("pro", date(2027, 2, 1)), PRO_LATER], set(), State("coming", date(2027, 3, 1), 97)),
        ([needing("pro", date(2027, 2, 1), date(2027, 2, 9)), PRO_LATER], set(), State("lacking")),
        ([needing("pro", date(2026, 1, 1), date(2026, 7, 1)), PLUS], {"kunden_plus"},
         State("ended", date(2026, 6, 30), 147)),
        ([needing("pro", date(2026, 1, 1)), grant(date(2026, 11, 1), date(2026, 12, 1))], {"faq"},
         State("granted", date(2026, 11, 30), 6)),
        ([needing("pro", date(2026, 1, 1)), needing("faq", date(2026, 1, 1), module="pro")], {"faq", "pro"},
         State("sold")),
        ([needing("pro", date(2026, 1, 1)), needing("plus", date(2026, 1, 1), module="pro")], set(), State("lacking")),
        ([Span("faq", date(2026, 1, 1), date(2026, 12, 9), ZURICH, rank=TRIAL)], {"faq"},
         State("tried", date(2026, 12, 8), 14)),
        ([Span("faq", date(2026, 1, 1), None, ZURICH, rank=TRIAL), deny(date(2026, 1, 1))], set(), State("denied")),
    ],
)  # fmt: skip
def test_a_line_does_not_hold_while_what_it_needs_is_not_there(
    spans: list[Span], modules: set[str], state: State
) -> None:
    assert entitled(spans, NOON) == modules
    assert state_of("faq", spans, NOON) == state
    assert entitled(spans[::-1], NOON) == modules


def test_a_prerequisite_that_ends_takes_along_what_needs_it_at_the_same_moment() -> None:
    spans = [needing("kunden_plus", date(2026, 1, 1)), line(date(2026, 1, 1), date(2026, 10, 26), module="kunden_plus")]
    edge = datetime(2026, 10, 25, 23, tzinfo=UTC)  # the day before had 25 hours
    assert next_change(spans, datetime(2026, 10, 25, 12, tzinfo=UTC)) == edge
    assert entitled(spans, edge - RESOLUTION) == {"faq", "kunden_plus"}
    assert entitled(spans, edge) == set()
