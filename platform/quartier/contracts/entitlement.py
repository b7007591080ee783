"""What a company may use at a moment, and why: pure arithmetic on dated data."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from typing import Literal
from zoneinfo import ZoneInfo

from quartier.catalogue.expressions import Either, Every, Expression, Key, parse

LINE, TRIAL, GRANT, DENY = 0, 1, 2, 3

Kind = Literal["sold", "tried", "granted", "denied", "lacking", "grace", "read_only", "coming", "ended", "never"]


class Level(IntEnum):
    """What is left of a product at a moment, from nothing to everything; what has ended goes down step by step."""

    LOCKED = 0
    READ_ONLY = 1
    GRACE = 2
    ACTIVE = 3


@dataclass(frozen=True)
class Span:
    """From `starts` (inclusive) to `ends` (exclusive, None: open), as local dates of `zone`.

    `rank` orders what contradicts: deny 3 > grant 2 > trial 1 > contract line 0. `needs` is an expression over keys of
    products (`catalogue.expressions`): a line does not hold while what it needs is not there. For `grace` days after
    its end everything still works, and for `read_only` days after these everything can be read. On its first day it
    begins `at` a time of the local clock.
    """

    module: str
    starts: date
    ends: date | None
    zone: ZoneInfo
    allows: bool = True
    rank: int = LINE
    needs: str = ""
    grace: int = 0
    read_only: int = 0
    at: time = time.min

    def covers(self, moment: datetime) -> bool:
        """Whether the moment lies inside."""
        today = moment.astimezone(self.zone).date()
        return self._begun(moment, today) and (self.ends is None or today < self.ends)

    @property
    def edges(self) -> list[datetime]:
        """The moments at which this span begins and ends; none when it is empty."""
        if self.ends is not None and self.ends <= self.starts:
            return []
        begins = day_begins(self.starts, self.zone, self.at)
        return [begins] if self.ends is None else [begins, day_begins(self.ends, self.zone)]

    @property
    def turns(self) -> list[datetime]:
        """Its edges, and when its grace and its time for reading are over."""
        if self.ends is None or not self.allows or not (found := self.edges):
            return self.edges
        after = {self.ends + timedelta(days=days) for days in (self.grace, self.grace + self.read_only)} - {self.ends}
        return [*found, *(day_begins(day, self.zone) for day in sorted(after))]

    def level(self, moment: datetime) -> Level:
        """What this alone leaves of the product at the moment."""
        today = moment.astimezone(self.zone).date()
        if not self.allows or not self._begun(moment, today) or (self.ends is not None and self.ends <= self.starts):
            return Level.LOCKED
        if self.ends is None or today < self.ends:
            return Level.ACTIVE
        gone = (today - self.ends).days
        if gone < self.grace:
            return Level.GRACE
        return Level.READ_ONLY if gone < self.grace + self.read_only else Level.LOCKED

    def _begun(self, moment: datetime, today: date) -> bool:
        if today != self.starts or self.at == time.min:
            return self.starts <= today
        return moment >= day_begins(self.starts, self.zone, self.at)


@dataclass(frozen=True)
class State:
    """How a module stands at a moment.

    `sold`, `tried`, `granted`, `denied`, `grace`, `read_only`: now, with the last day on which that holds, or None for
    no end. `lacking`: sold, but what it needs is not there now; the day as for those. `coming`: the first day. `ended`:
    the last day there was. `days` is how far that day is from today.
    """

    kind: Kind
    day: date | None = None
    days: int = 0

    @property
    def entitled(self) -> bool:
        """Whether the module is covered now."""
        return self.kind in ("sold", "tried", "granted")

    @property
    def there(self) -> bool:
        """Whether people meet it now if the company wants it: covered, in grace, or for reading."""
        return self.entitled or self.kind in ("grace", "read_only")


def levels(spans: Iterable[Span], moment: datetime) -> dict[str, Level]:
    """What is left of each product: deny > grant > trial > lines > what has ended > nothing.

    A product is never better off than what it needs: of "and" the worst counts, of "or" the best.
    """
    own: dict[str, list[Span]] = {}
    for span in spans:
        own.setdefault(span.module, []).append(span)
    offers = {module: _offers(some, moment) for module, some in own.items()}
    found = {module: max((level for level, _needs in some), default=Level.LOCKED) for module, some in offers.items()}
    while True:
        then = {
            module: max((min(level, _left_of(parse(needs), found)) for level, needs in some), default=Level.LOCKED)
            for module, some in offers.items()
        }
        if then == found:
            return found
        found = then


def _left_of(wanted: Expression | None, found: Mapping[str, Level]) -> Level:
    match wanted:
        case None:
            return Level.ACTIVE
        case Key(key):
            return found.get(key, Level.LOCKED)
        case Every(parts):
            return min(_left_of(part, found) for part in parts)
        case Either(parts):
            return max(_left_of(part, found) for part in parts)


def _offers(own: Iterable[Span], moment: datetime) -> list[tuple[Level, str]]:
    """What covers the product most strongly, and all that has ended: how much each leaves, and what it needs for it."""
    own = list(own)
    now = _strongest(own, moment)
    if now is not None and not now.allows:
        return []
    over = [span for span in own if Level.LOCKED < span.level(moment) < Level.ACTIVE]
    return [(span.level(moment), span.needs) for span in ([now] if now is not None else []) + over]


def entitled(spans: Iterable[Span], moment: datetime) -> frozenset[str]:
    """Products covered at the moment: deny > grant > trial > lines > nothing, and so is what each needs."""
    return frozenset(module for module, level in levels(spans, moment).items() if level is Level.ACTIVE)


def next_change(spans: Iterable[Span], moment: datetime) -> datetime | None:
    """The next moment at which the answer of `levels` may differ; None when it never will by itself."""
    return min((turn for span in spans for turn in span.turns if turn > moment), default=None)


def effective(
    spans: Iterable[Span], on: Collection[str], needs: Mapping[str, Collection[str]], moment: datetime
) -> dict[str, Level]:
    """Modules that people meet now, and what is left of each.

    They are not locked, switched on, installed (a key of `needs`), and no better off than what they are built on.
    """
    left = {slug: level for slug, level in levels(spans, moment).items() if level and slug in on and slug in needs}
    return _with_what_they_need(left, needs)


def last_day_of(module: str, spans: Iterable[Span], moment: datetime) -> date | None:
    """The last local day on which the same is left of a module as now; None where that never changes by itself."""
    spans = list(spans)
    zone = next((span.zone for span in spans if span.module == module), None)
    if zone is None:
        return None
    now = levels(spans, moment).get(module)
    turns = sorted({turn for span in spans for turn in span.turns if turn > moment})
    turn = next((one for one in turns if levels(spans, one).get(module) != now), None)
    return None if turn is None else turn.astimezone(zone).date() - timedelta(days=1)


def state_of(module: str, spans: Iterable[Span], moment: datetime) -> State:
    """How one module stands, and until when or from when."""
    spans = list(spans)
    own = [span for span in spans if span.module == module]
    left = levels(spans, moment).get(module)
    if left in (Level.GRACE, Level.READ_ONLY):
        day = last_day_of(module, spans, moment)
        kind: Kind = "grace" if left is Level.GRACE else "read_only"
        return State(kind) if day is None else _dated(kind, day, moment, own[0].zone)
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


def day_begins(day: date, zone: ZoneInfo, at: time = time.min) -> datetime:
    """When a local day begins, or a time `at` of it: the first of the two where the clock is set back, and as long
    after the jump as it would have been after it stood still, where the clock jumps over it."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def _with_what_they_need(left: dict[str, Level], needs: Mapping[str, Collection[str]]) -> dict[str, Level]:
    """A module whose prerequisite is off is off as well, and for reading if that is: fail closed."""
    found = {slug: min([level, *(left.get(one, Level.LOCKED) for one in needs[slug])]) for slug, level in left.items()}
    found = {slug: level for slug, level in found.items() if level}
    return left if left == found else _with_what_they_need(found, needs)
