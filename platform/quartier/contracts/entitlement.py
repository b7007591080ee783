"""What a company may use at a moment, and why: pure arithmetic on dated data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from quartier.catalogue.expressions import holds, parse

LINE, TRIAL, GRANT, DENY = 0, 1, 2, 3

Kind = Literal["sold", "tried", "granted", "denied", "lacking", "coming", "ended", "never"]


@dataclass(frozen=True)
class Span:
    """From `starts` (inclusive) to `ends` (exclusive, None: open), as local dates of `zone`.

    `rank` orders what contradicts: deny 3 > grant 2 > trial 1 > contract line 0. `needs` is an expression over keys of
    products (`catalogue.expressions`): a line does not hold while what it needs is not there.
    """

    module: str
    starts: date
    ends: date | None
    zone: ZoneInfo
    allows: bool = True
    rank: int = LINE
    needs: str = ""

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
        return [day_begins(day, self.zone) for day in dates]


@dataclass(frozen=True)
class State:
    """How a module stands at a moment.

    `sold`, `tried`, `granted`, `denied`: now, with the last day on which that holds, or None for no end. `lacking`:
    sold, but what it needs is not there now; the day as for those. `coming`: the first day. `ended`: the last day
    there was. `days` is how far that day is from today.
    """

    kind: Kind
    day: date | None = None
    days: int = 0

    @property
    def entitled(self) -> bool:
        """Whether the module may be used now."""
        return self.kind in ("sold", "tried", "granted")


def entitled(spans: Iterable[Span], moment: datetime) -> frozenset[str]:
    """Products covered at the moment: deny > grant > trial > lines > nothing, and so is what each needs."""
    strongest: dict[str, Span] = {}
    for span in spans:
        if span.covers(moment) and (span.module not in strongest or span.rank > strongest[span.module].rank):
            strongest[span.module] = span
    allowed = {module: span for module, span in strongest.items() if span.allows}
    while lacking := [key for key, span in allowed.items() if span.needs and not holds(parse(span.needs), allowed)]:
        for key in lacking:
            del allowed[key]
    return frozenset(allowed)


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
    spans = list(spans)
    own = [span for span in spans if span.module == module]
    if any(span.needs for span in own):
        return _state_among(module, spans, own, moment)
    return _state_alone(own, moment)


def _state_alone(own: list[Span], moment: datetime) -> State:
    """Where nothing else has a say."""
    now = _strongest(own, moment)
    if now is not None:
        return _lasting(_kind(now), own, now, moment)
    later = sorted(edge for span in own for edge in span.edges if edge > moment)
    for edge in later:
        if (found := _strongest(own, edge)) is not None and found.allows:
            return _dated("coming", _day(edge, own), moment, own[0].zone)
    return _gone(own, moment)


def _gone(own: list[Span], moment: datetime) -> State:
    """What is over, or never was."""
    gone = [span.ends for span in own if span.allows and span.ends is not None and span.ends > span.starts]
    if gone:
        return _dated("ended", max(gone) - timedelta(days=1), moment, own[0].zone)
    return State("never")


def _state_among(module: str, spans: list[Span], own: list[Span], moment: datetime) -> State:
    """Where other products decide as well: what a line needs may come and go between the line's own edges."""
    now, zone, here = _strongest(own, moment), own[0].zone, module in entitled(spans, moment)
    edges = sorted({edge for span in spans for edge in span.edges if edge > moment})
    turn = next((edge for edge in edges if (module in entitled(spans, edge)) is not here), None)
    if now is None and turn is not None:
        return _dated("coming", turn.astimezone(zone).date(), moment, zone)
    if now is None:
        return State("lacking") if any(edge > moment for span in own for edge in span.edges) else _gone(own, moment)
    kind = _kind(now) if here or not now.allows else "lacking"
    if turn is None:
        return State(kind)
    return _dated(kind, turn.astimezone(zone).date() - timedelta(days=1), moment, zone)


def _kind(now: Span) -> Kind:
    if not now.allows:
        return "denied"
    return {LINE: "sold", TRIAL: "tried"}.get(now.rank, "granted")  # type: ignore[return-value]


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


def day_begins(day: date, zone: ZoneInfo) -> datetime:
    """When a local day begins; where the clock jumps over midnight, the moment of the jump."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def _with_what_they_need(modules: frozenset[str], needs: Mapping[str, Collection[str]]) -> frozenset[str]:
    """A module whose prerequisite is off is off as well: fail closed."""
    left = frozenset(slug for slug in modules if set(needs[slug]) <= modules)
    return left if left == modules else _with_what_they_need(left, needs)
