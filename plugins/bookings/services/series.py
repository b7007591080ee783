"""Series: every date is looked at before, and all that is wanted is booked together or nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, Literal
from uuid import UUID

from plugins.bookings import queries
from plugins.bookings.models import Series
from plugins.bookings.queries import AssetFacts, BookingFacts
from plugins.bookings.rules import Busy, Price, Refusal, Repeat, Slot, Surroundings, Time, minute_of, moment, next_free
from plugins.bookings.services.deciding import Changed, cancel, confirm, decline, fee_now
from plugins.bookings.services.making import (
    Party,
    Wish,
    hold_household,
    made_for,
    period,
    price_for,
    standing,
    whose,
    write,
    written,
)
from plugins.bookings.services.releasing import watch
from quartier.sdk import CompanySession, Viewer, defer, new_id

TELL_SERIES: Final = "bookings.tell_series"
Scope = Literal["one", "following", "all"]


@dataclass(frozen=True)
class Occasion:
    """One date of a series: what stands against it (nothing: it is free), its price, and what could be had instead."""

    start: int
    end: int
    reasons: tuple[Refusal, ...]
    price: Price
    following: Slot | None = None

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.start}-{self.end}"


class SeriesRefused(Exception):
    """Some of the dates cannot be booked, so none was: all of them, each with what stands against it."""

    def __init__(self, occasions: Sequence[Occasion]) -> None:
        super().__init__(f"{sum(bool(one.reasons) for one in occasions)} of {len(occasions)}")
        self.occasions = list(occasions)


@dataclass(frozen=True)
class MadeSeries:
    """A series that is there now, with its bookings in their order."""

    id: UUID
    bookings: tuple[UUID, ...]
    state: str


def occasions(db: CompanySession, asset: AssetFacts, times: Sequence[Time], wish: Wish, party: Party) -> list[Occasion]:
    """Each of these dates with everything that stands against it; `wish` says what they have in common.

    Those that can be had count for the later ones, in the quota and as neighbours. Two statements, however many dates.
    """
    rules, now = asset.rules, minute_of(datetime.now(UTC))
    hold_household(db, rules, party.household)
    taken = _taken(db, asset, times, now)
    used = _used(db, asset, times, party, now)
    found: list[Occasion] = []
    mine: list[tuple[int, int]] = []
    for time in sorted(set(times)):
        asked = replace(wish, start=time.start, end=time.end)
        since, until = period(rules, time.start, asset, now)
        count = sum(since <= one < until for one in used)
        around = Surroundings(asset.zone, now, taken, count, asset.capacity, bool(asset.house_rules))
        reasons = _against(asset, asked, around, time, mine, override=bool(party.override))
        if not reasons:
            mine.append((time.start - rules.before, time.end + rules.after))
            used.append(moment(time.start))
        found.append(Occasion(time.start, time.end, tuple(reasons), price_for(asset, asked, party)))
    return _with_following(asset, found, Busy([*taken.spans, *mine]), now)


def occasions_again(
    db: CompanySession, asset: AssetFacts, times: Sequence[Time], wish: Wish, party: Party, *, asked: Sequence[Occasion]
) -> list[Occasion]:
    """What was asked for as it was refused, and each in its place those of `times` that nobody asked for."""
    rest = occasions(db, asset, times, wish, party)
    both = {**{one.value: one for one in rest}, **{one.value: one for one in asked}}
    return sorted(both.values(), key=lambda one: one.start)


def book_series(
    db: CompanySession, asset: AssetFacts, times: Sequence[Time], wish: Wish, party: Party, *, repeat: Repeat
) -> MadeSeries:
    """Book all of these dates, or ask staff where they decide. Raises SeriesRefused, and has then written nothing.

    Dates are written in their order, so that two series that want the same ones wait for each other and never in a
    ring; the constraint decides, and one that somebody else has meanwhile undoes all.
    """
    found = occasions(db, asset, times, wish, party)
    if not found or any(one.reasons for one in found):
        raise SeriesRefused(found)
    made = _write(db, asset, found, wish, party, repeat=repeat)
    if made is None:
        raise SeriesRefused(occasions(db, asset, times, wish, party))
    _tell(db, made.id, made.state, made.bookings, own=True)
    return made


def within(
    bookings: Sequence[BookingFacts], one: BookingFacts | None, scope: str, *, states: Sequence[str] = ()
) -> list[BookingFacts]:
    """Which bookings of a series are meant: one, this and those that follow, or all; only what can still change."""
    still = [each for each in bookings if each.is_open and (not states or each.state in states)]
    if scope == "all" or one is None:
        return still
    if scope == "following":
        return [each for each in still if each.starts >= one.starts]
    return [each for each in still if each.id == one.id]


def fee_of(bookings: Sequence[BookingFacts]) -> Decimal:
    """What it costs whoever has booked to give all of these up now."""
    return sum((fee_now(one) for one in bookings), Decimal("0.00"))


def cancel_series(
    db: CompanySession, bookings: Sequence[BookingFacts], *, by: Viewer | None, reason: str = ""
) -> Decimal:
    """Give these bookings of a series up, all of them or none; what that costs. Raises Changed."""
    with db.begin_nested():
        fee = sum((cancel(db, one, by=by, reason=reason, quietly=True) for one in bookings), Decimal("0.00"))
    _told(db, bookings, "cancelled", own=by is None)
    return fee


def decide_series(
    db: CompanySession, bookings: Sequence[BookingFacts], *, by: Viewer, yes: bool, reason: str = ""
) -> None:
    """Say yes or no to all requests of a series, or to none. Raises Changed."""
    with db.begin_nested():
        for one in bookings:
            if yes:
                confirm(db, one.id, by=by, version=one.version, quietly=True)
            else:
                decline(db, one.id, by=by, reason=reason, version=one.version, quietly=True)
    _told(db, bookings, "confirmed" if yes else "declined", own=False)


def _against(
    asset: AssetFacts, wish: Wish, around: Surroundings, time: Time, mine: Sequence[tuple[int, int]], *, override: bool
) -> list[Refusal]:
    if time.skipped:
        return [Refusal("clock")]
    reasons = standing(asset.rules, wish, around, override=override)
    first, last = wish.start - asset.rules.before, wish.end + asset.rules.after
    if any(first < end and start < last for start, end in mine):
        reasons.append(Refusal("own"))
    return reasons


def _taken(db: CompanySession, asset: AssetFacts, times: Sequence[Time], now: int) -> Busy:
    edge = asset.rules.before + asset.rules.after + 1
    first = min([now - 1440, *(one.start - edge for one in times)])
    last = max([queries.until_horizon(asset, now), *(one.end + edge for one in times)])
    return queries.busy_of(db, asset, first, last)


def _used(db: CompanySession, asset: AssetFacts, times: Sequence[Time], party: Party, now: int) -> list[datetime]:
    if not asset.rules.quota or not times:
        return []
    since = min(period(asset.rules, one.start, asset, now)[0] for one in times)
    return queries.counted(db, party.household, asset.id, since)


def _with_following(asset: AssetFacts, found: list[Occasion], taken: Busy, now: int) -> list[Occasion]:
    """For each date that cannot be had, the next slot that could be: after it, or else the first of all."""
    if all(not one.reasons for one in found):
        return found
    first = next_free(asset.rules, asset.zone, taken, now=now)

    def instead(one: Occasion) -> Slot | None:
        rules, length = asset.rules, one.end - one.start
        if rules.kind == "free" and rules.shortest < length <= rules.longest:
            rules = replace(rules, shortest=length)
        return next_free(rules, asset.zone, taken, now=now, after=one.start) or first

    return [replace(one, following=instead(one)) if one.reasons else one for one in found]


def _write(
    db: CompanySession, asset: AssetFacts, found: Sequence[Occasion], wish: Wish, party: Party, *, repeat: Repeat
) -> MadeSeries | None:
    series = Series(
        id=new_id(), asset_id=asset.id, person_id=party.person_id, way=repeat.way, starts=moment(found[0].start),
        ends=moment(found[0].end), until=repeat.until, count=repeat.count,
    )  # fmt: skip
    nested = db.begin_nested()
    db.add(series)
    db.flush()
    ids, states = [], set()
    for one in found:
        asked = replace(wish, start=one.start, end=one.end)
        made = made_for(asset, asked, party)
        values: dict[str, Any] = written(asset, asked, made) | whose(party, series_id=series.id)
        if not write(db, asset, values):
            nested.rollback()
            return None
        if asset.rules.release and made.state == "confirmed":
            watch(db, made.id)
        ids.append(made.id)
        states.add(made.state)
    nested.commit()
    return MadeSeries(series.id, tuple(ids), "requested" if "requested" in states else "confirmed")


def _told(db: CompanySession, bookings: Sequence[BookingFacts], what: str, *, own: bool) -> None:
    if not bookings:
        raise Changed
    series = bookings[0].series_id
    assert series is not None  # noqa: S101 - they are of a series
    _tell(db, series, what, [one.id for one in bookings], own=own)


def _tell(db: CompanySession, series: UUID, what: str, bookings: Sequence[UUID], *, own: bool) -> None:
    ids = [str(one) for one in bookings]
    defer(db, TELL_SERIES, urgent=True, series=str(series), what=what, bookings=ids, own=own)
