"""Which days a calendar shows, and where it leads on to: the same for residents and for staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from quartier.sdk import formats

VIEWS: Final = ("day", "week", "month")


def days_of(view: str, on: date) -> list[date]:
    """The day itself, its week from Monday on, or all weeks that its month touches."""
    if view == "day":
        return [on]
    first = on - timedelta(days=on.weekday())
    if view == "week":
        return [first + timedelta(days=number) for number in range(7)]
    first = on.replace(day=1)
    first -= timedelta(days=first.weekday())
    end = (on.replace(day=28) + timedelta(days=4)).replace(day=1)
    weeks = -(-(end - first).days // 7)
    return [first + timedelta(days=number) for number in range(weeks * 7)]


def neighbours(view: str, on: date) -> tuple[date, date]:
    """A day in what comes before, and one in what comes after."""
    if view == "month":
        earlier, later = on.replace(day=1) - timedelta(days=1), on.replace(day=28) + timedelta(days=4)
        return earlier.replace(day=1), later.replace(day=1)
    days = timedelta(days=7 if view == "week" else 1)
    return on - days, on + days


def title_of(view: str, days: Sequence[date], on: date) -> str:
    """What is shown, in the bound voice: a day, from when to when, a month."""
    if view == "day":
        return formats.format_date(on, "today")
    if view == "month":
        return formats.format_date(on, "month")
    return formats.format_range(days[0], days[-1])
