"""What a company may use at a moment, and why: pure arithmetic on dated data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Span:
    """From `starts` (inclusive) to `ends` (exclusive, None: open), as local dates of `zone`.

    `rank` orders what contradicts: deny 2 > grant 1 > contract line 0.
    """

    module: str
    starts: date
    ends: date | None
    zone: ZoneInfo
    allows: bool = True
    rank: int = 0

    def covers(self, moment: datetime) -> bool:
        """Whether the moment's local date lies inside."""
        today = moment.astimezone(self.zone).date()
        return self.starts <= today and (self.ends is None or today < self.ends)

    @property
    def edges(self) -> list[datetime]:
        """The moments at which this span begins and ends."""
        dates = [self.starts] if self.ends is None else [self.starts, self.ends]
        return [datetime.combine(day, time.min, self.zone).astimezone(UTC) for day in dates]


def entitled(spans: Iterable[Span], moment: datetime) -> frozenset[str]:
    """Modules covered at the moment: deny > grant > lines > nothing."""
    strongest: dict[str, Span] = {}
    for span in spans:
        if span.covers(moment) and (span.module not in strongest or span.rank > strongest[span.module].rank):
            strongest[span.module] = span
    return frozenset(module for module, span in strongest.items() if span.allows)


def next_change(spans: Iterable[Span], moment: datetime) -> datetime | None:
    """The next moment at which the answer of `entitled` may differ; None when it never will by itself."""
    return min((edge for span in spans for edge in span.edges if edge > moment), default=None)
