"""A contract's lines against months, in the half months that the time line's style sheet draws."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from quartier.contracts.models import ContractLine

MONTHS, BEFORE = 18, 6
WORDY = 6  # months that a bar must have to carry its words
HALF_BEGINS, HALF_ENDS = 9, 24  # days of a month from which a date stands in its middle, or at the next month


@dataclass(frozen=True)
class Bar:
    """A line as it is drawn: columns (months) from `start` up to but not including `end`, the first one is 1."""

    line: ContractLine
    start: int
    end: int
    classes: str

    @property
    def is_short(self) -> bool:
        """Too short for words: its period stands below the module's name."""
        return self.end - self.start < WORDY


@dataclass(frozen=True)
class TimeLine:
    """18 months around today. `now` is the column of this month and the quarter of the month we are in."""

    bars: tuple[Bar, ...]
    months: tuple[date, ...]
    years: tuple[tuple[int, int, int], ...]
    now: tuple[int, int]


def time_line(lines: Iterable[ContractLine], today: date) -> TimeLine:
    """Place the lines. Those that ended before the first month stand at the left edge, as history."""
    first = _month(today, -BEFORE)
    months = tuple(_month(first, step) for step in range(MONTHS))
    return TimeLine(
        tuple(_bar(line, first, today) for line in lines),
        months,
        _years(months),
        (BEFORE + 1, min(3, (today.day - 1) // 8)),
    )


def _bar(line: ContractLine, first: date, today: date) -> Bar:
    edge = 2 * MONTHS
    start = min(max(0, _halves(line.starts, first)), edge - 2)
    end = edge if line.ends is None else max(min(edge, _halves(line.ends, first)), start + 1, 1)
    return Bar(line, start // 2 + 1, (end + 1) // 2 + 1, _classes(line, start, end, first, today))


def _classes(line: ContractLine, start: int, end: int, first: date, today: date) -> str:
    chosen = {
        "gantt-since": line.starts < first,
        "gantt-open": line.ends is None,
        "gantt-past": line.ends is not None and line.ends <= today,
        "gantt-future": line.starts > today,
        "gantt-half-start": start % 2 == 1,
        "gantt-half-end": end % 2 == 1,
    }
    return " ".join(["gantt-bar", *(name for name, true in chosen.items() if true)])


def _halves(day: date, first: date) -> int:
    """Half months from the first one on: the beginning, the middle, or the end of a month."""
    months = (day.year - first.year) * 12 + day.month - first.month
    return 2 * months + (0 if day.day < HALF_BEGINS else 1 if day.day < HALF_ENDS else 2)


def _years(months: tuple[date, ...]) -> tuple[tuple[int, int, int], ...]:
    """Year, first column, column after the last."""
    years = sorted({month.year for month in months})
    places = {year: [place for place, month in enumerate(months, start=1) if month.year == year] for year in years}
    return tuple((year, found[0], found[-1] + 1) for year, found in places.items())


def _month(day: date, step: int) -> date:
    month = day.year * 12 + day.month - 1 + step
    return date(month // 12, month % 12 + 1, 1)
