"""The chart of revenue, drawn here: a bar for each month, and below it what came and what went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from quartier.revenue.movements import Month

STEP, BAR, HIGH, HALF = 40, 28, 120, 36
"""In the units of the drawing: a month, its bar, the height of the bars, and of what is above and below the line."""
GAP: Final = 24
"""Between both parts, for the names of the months."""


@dataclass(frozen=True)
class Drawn:
    """A month as it is drawn: from the top, how high; `up` and `down` are what came and went."""

    first: date
    x: int
    y: int
    height: int
    up: int
    down: int


@dataclass(frozen=True)
class Chart:
    """A drawing of `width` by `height`; `line` is where nothing came and nothing went."""

    months: tuple[Drawn, ...]
    width: int
    height: int
    line: int


def chart(months: Sequence[Month]) -> Chart:
    """Revenue against its highest month; what moved against the largest movement of any month."""
    most = max((month.end for month in months), default=Decimal(0)) or Decimal(1)
    moved = max((max(month.gained, month.lost) for month in months), default=Decimal(0)) or Decimal(1)
    drawn = []
    for place, month in enumerate(months):
        tall = _scaled(month.end, most, HIGH)
        drawn.append(
            Drawn(month.first, place * STEP + (STEP - BAR) // 2, HIGH - tall, tall, _scaled(month.gained, moved, HALF),
                  _scaled(month.lost, moved, HALF))
        )  # fmt: skip
    return Chart(tuple(drawn), len(months) * STEP, HIGH + GAP + 2 * HALF, HIGH + GAP + HALF)


def _scaled(amount: Decimal, most: Decimal, tall: int) -> int:
    """What is more than nothing is at least a line high."""
    return max(1, int(amount * tall / most)) if amount else 0
