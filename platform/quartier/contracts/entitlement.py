"""What a company may use at a moment, and why: pure arithmetic on dated data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

LINE, GRANT, DENY = 0, 1, 2

Kind = Literal["sold", "granted", "denied", "coming", "ended", "never"]


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
    rank: int = LINE

    def covers(self, moment: datetime) -> bool:
        """Whether the moment's local date lies inside."""
        today = moment.astimezone(self.zone).date()
        return self.starts <= today and (self.ends is None or today < self.ends)

    @property
    def edges(self) -> list[datetime]:
        """The moments at which this span begins and ends; none when it is empty."""
        if self.ends is not None and self.ends <= self.starts:
            return []
        dates = [self.starts] if self.ends is None else [self.starts, self.ends]
        return [_midnight(day, self.zone) for day in dates]


@dataclass(frozen=True)
class State:
    """How a module stands at a moment.

    `sold`, `granted`, `denied`: now, with the last day on which that holds, or None for no end. `coming`: the first
    day. `ended`: the last day there was. `days` is how far that day is from today.
    """

    kind: Kind
    day: date | None = None
    days: int = 0

    @property
    def entitled(self) -> bool:
        """Whether the module may be used now."""
        return self.kind in ("sold", "granted")


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


def effective(
    spans: Iterable[Span], on: Collection[str], needs: Mapping[str, Collection[str]], moment: datetime
) -> frozenset[str]:
    """Modules that work now: entitled, switched on, installed (a key of `needs`), and with all that they need."""
    return _with_what_they_need(entitled(spans, moment) & frozenset(on) & needs.keys(), needs)


def state_of(module: str, spans: Iterable[Span], moment: datetime) -> State:
    """How one module stands, and until when or from when."""
    own = [span for span in spans if span.module == module]
    now = _strongest(own, moment)
    if now is not None:
        kind: Kind = "denied" if not now.allows else "granted" if now.rank == GRANT else "sold"
        return _lasting(kind, own, now, moment)
    later = sorted(edge for span in own for edge in span.edges if edge > moment)
    for edge in later:
        if module in entitled(own, edge):
            return _dated("coming", _day(edge, own), moment, own[0].zone)
    gone = [span.ends for span in own if span.allows and span.ends is not None and span.ends > span.starts]
    if gone:
        return _dated("ended", max(gone) - timedelta(days=1), moment, own[0].zone)
    return State("never")


def _lasting(kind: Kind, own: list[Span], now: Span, moment: datetime) -> State:
    """The last day on which this answer holds, whichever contract, grant or denial ends or begins then."""
    for edge in sorted(edge for span in own for edge in span.edges if edge > moment):
        then = _strongest(own, edge)
        if then is None or then.allows != now.allows:
            return _dated(kind, _day(edge, own) - timedelta(days=1), moment, now.zone)
    return State(kind)


def _strongest(own: Iterable[Span], moment: datetime) -> Span | None:
    return max((span for span in own if span.covers(moment)), key=lambda span: span.rank, default=None)


def _dated(kind: Kind, day: date, moment: datetime, zone: ZoneInfo) -> State:
    return State(kind, day, abs((day - moment.astimezone(zone).date()).days))


def _day(edge: datetime, own: list[Span]) -> date:
    """The local date that begins with this edge, in the zone of the span that has it."""
    zone = next(span.zone for span in own if edge in span.edges)
    return edge.astimezone(zone).date()


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a local day begins; where the clock jumps over midnight, the moment of the jump."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _with_what_they_need(modules: frozenset[str], needs: Mapping[str, Collection[str]]) -> frozenset[str]:
    """A module whose prerequisite is off is off as well: fail closed."""
    left = frozenset(slug for slug in modules if set(needs[slug]) <= modules)
    return left if left == modules else _with_what_they_need(left, needs)
