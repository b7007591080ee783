"""Small charts, drawn here: bars of weeks beside a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from quartier.usage.queries import MONTH, ModuleUsage, Number

WEEKS: Final = 13
DAYS: Final = WEEKS * 7
STEP, WIDTH, HEIGHT = 8, 6, 24  # of a bar, in the units of its drawing


@dataclass(frozen=True)
class Drawn:
    """A bar as it is drawn: where it begins, from the top, and how high it is."""

    x: int
    y: int
    height: int


@dataclass(frozen=True)
class Line:
    """A measure on the page: this month's number and the one before, and bars of weeks.

    Of different people, whose days do not add up, there is the month alone.
    """

    number: Number
    value: int
    before: int | None
    bars: tuple[Drawn, ...]
    weeks: tuple[int, ...]


def lines(usage: ModuleUsage) -> list[Line]:
    """Each measure of a module whose `DAYS` were read."""
    return [_line(number) for number in usage.numbers]


def _line(number: Number) -> Line:
    if number.measure.people:
        return Line(number, number.value, None, (), ())
    weeks = tuple(sum(number.days[start : start + 7]) for start in range(0, DAYS, 7))
    month, before = sum(number.days[-MONTH:]), sum(number.days[-2 * MONTH : -MONTH])
    return Line(number, month, before, drawn(weeks), weeks)


def drawn(values: Sequence[int]) -> tuple[Drawn, ...]:
    """Bars against the highest; what is more than nothing is at least a line high."""
    most = max((*values, 1))
    heights = [max(1, value * HEIGHT // most) if value else 0 for value in values]
    return tuple(Drawn(place * STEP, HEIGHT - height, height) for place, height in enumerate(heights))
