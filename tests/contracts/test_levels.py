"""What is left of a product after its end: everything in grace, then reading, then nothing; and of what needs it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from quartier.contracts.entitlement import DENY, TRIAL, Level, Span, effective, last_day_of, levels, next_change

ZURICH = ZoneInfo("Europe/Zurich")
RESOLUTION = timedelta(microseconds=1)
ACTIVE, GRACE, READ_ONLY, LOCKED = Level.ACTIVE, Level.GRACE, Level.READ_ONLY, Level.LOCKED
END = date(2026, 3, 1)


def line(module: str = "faq", ends: date | None = END, starts: date = date(2026, 1, 1), **more: Any) -> Span:
    return Span(module, starts, ends, ZURICH, **{"grace": 28, "read_only": 60, **more})


def at(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=ZURICH).astimezone(UTC)


@pytest.mark.parametrize(
    ("edge", "before", "after"),
    [
        (at(3, 1), ACTIVE, GRACE),
        (at(3, 29), GRACE, READ_ONLY),  # the day that has 23 hours begins at 23:00 UTC
        (at(5, 28), READ_ONLY, LOCKED),  # 60 days later it is summer: the day begins at 22:00 UTC
    ],
)
def test_each_step_is_at_a_local_midnight_to_the_microsecond(edge: datetime, before: Level, after: Level) -> None:
    spans = [line()]
    assert levels(spans, edge - RESOLUTION) == {"faq": before}
    assert levels(spans, edge) == {"faq": after}
    assert next_change(spans, edge - RESOLUTION) == edge
    assert last_day_of("faq", spans, edge - RESOLUTION) == edge.astimezone(ZURICH).date() - timedelta(days=1)


def test_a_snapshot_never_outlives_a_step() -> None:
    assert line().turns == [at(1, 1), at(3, 1), at(3, 29), at(5, 28)]
    assert line(grace=0, read_only=0).turns == [at(1, 1), at(3, 1)]
    assert line(ends=None).turns == [at(1, 1)]
    assert line(ends=date(2026, 1, 1)).turns == []


@pytest.mark.parametrize(
    ("spans", "left"),
    [
        ([line()], GRACE),
        ([line(grace=0)], READ_ONLY),
        ([line(grace=0, read_only=0)], LOCKED),
        ([line(), line(starts=date(2026, 4, 1), ends=None)], GRACE),  # renewed, with a gap
        ([line(), line(starts=date(2026, 3, 10), ends=None)], ACTIVE),
        ([line(), Span("faq", date(2026, 3, 1), date(2026, 4, 1), ZURICH, rank=TRIAL)], ACTIVE),
        ([line(), Span("faq", date(2026, 3, 5), None, ZURICH, allows=False, rank=DENY)], LOCKED),
        ([line(), Span("faq", date(2026, 2, 1), date(2026, 3, 5), ZURICH, allows=False, rank=DENY)], GRACE),
        ([line(grace=0), line(starts=date(2025, 1, 1), ends=date(2026, 2, 20), grace=28)], GRACE),
        ([line(starts=date(2026, 4, 1), ends=date(2026, 5, 1))], LOCKED),
        ([line(ends=date(2026, 1, 1))], LOCKED),
    ],
)
def test_what_is_left_ten_days_after_the_end(spans: list[Span], left: Level) -> None:
    assert levels(spans, at(3, 11, 12)) == {"faq": left}
    assert levels(spans[::-1], at(3, 11, 12)) == {"faq": left}


@pytest.mark.parametrize(
    ("needs", "left"),
    [
        ("pro", READ_ONLY),
        ("pro OR plus", GRACE),
        ("pro AND plus", READ_ONLY),
        ("pro OR base", ACTIVE),
        ("base AND (pro OR plus)", GRACE),
        ("never", LOCKED),
        ("pro OR never", READ_ONLY),
    ],
)
def test_nothing_is_better_off_than_what_it_needs(needs: str, left: Level) -> None:
    """Of "and" the worst counts, of "or" the best; what ends takes what needs it along, step by step."""
    others = [line("pro", grace=0), line("plus"), line("base", ends=None)]
    assert levels([line(ends=None, needs=needs), *others], at(3, 11, 12))["faq"] is left


def test_a_module_follows_the_one_it_is_built_on() -> None:
    needs = {"ballroom": (), "letters": ("ballroom",), "post": ("letters",), "faq": ()}
    spans = [line("ballroom"), line("letters", ends=None), line("post", ends=None), line("faq", ends=None)]

    def found(moment: datetime, *, off: str = "") -> dict[str, Level]:
        return effective(spans, set(needs) - {off}, needs, moment)

    assert found(at(2, 1)) == dict.fromkeys(needs, ACTIVE)
    assert found(at(3, 1)) == {**dict.fromkeys(needs, GRACE), "faq": ACTIVE}
    assert found(at(4, 1)) == {**dict.fromkeys(needs, READ_ONLY), "faq": ACTIVE}
    assert found(at(6, 1)) == {"faq": ACTIVE}
    assert found(at(4, 1), off="letters") == {"ballroom": READ_ONLY, "faq": ACTIVE}
