"""The staff calendar as the page draws it: bookings, blocked times and what is free, placed on days."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from plugins.bookings import queries
from plugins.bookings.manifest import MANAGE
from plugins.bookings.queries import AssetFacts, Planned
from plugins.bookings.rules import Busy, clocks, local, minute_at, minute_of, slots_of
from quartier.sdk import Visit

HALF: Final = 30  # minutes of a row
DAY: Final = 1440
OFFICE: Final = (8 * 60, 18 * 60)
"""What a day shows at least."""
FARTHEST: Final = 3 * 366
FEW: Final = 3
"""Things of a day that a week names."""


@dataclass(frozen=True)
class Item:
    """Something on the calendar. `start` and `end` are minutes of the day by the clock on the wall.

    `look` is a booking's state, "offered" for what is held for who waits, "linked" for an asset that excludes this one
    and is taken, or "free". `url` is seen from the calendar's own address: a week has hundreds of them.
    """

    start: int
    end: int
    words: str
    title: str
    url: str
    look: str
    at: int = 0
    rows: int = 1


@dataclass(frozen=True)
class Column:
    """An asset on a day, in the order of time."""

    asset: AssetFacts
    items: list[Item]


@dataclass(frozen=True)
class Cell:
    """An asset's day in a week: the first few things of it, and how many `more` there are."""

    items: list[Item]
    more: int


@dataclass(frozen=True)
class DayPlan:
    """Assets side by side: `hours` are the full hours that are shown, `rows` how many half hours."""

    columns: list[Column]
    hours: list[str]
    rows: int


def day_plan(
    visit: Visit, day: date, assets: Sequence[AssetFacts], found: Sequence[Planned], busy: Mapping[UUID, Busy]
) -> DayPlan:
    """One day; of assets that are in `busy` also what could still be booked, for who may book on behalf of others."""
    names = {one.id: visit.say(one.name) for one in queries.staff_assets(visit)}
    grouped = _grouped(found)
    columns = [Column(one, _days([day], one, grouped, names)[0].items) for one in assets]
    for column in columns:
        asset = column.asset
        if asset.id in busy and visit.viewer.may(MANAGE, at=asset.stands):
            column.items.extend(_free(visit, day, asset, busy[asset.id]))
        column.items.sort(key=lambda one: (one.start, one.end))
    return _rows(columns)


def week_plan(
    visit: Visit, days: Sequence[date], assets: Sequence[AssetFacts], found: Sequence[Planned]
) -> list[tuple[AssetFacts, list[Cell]]]:
    """Asset by asset the first few that each day has."""
    names = {one.id: visit.say(one.name) for one in queries.staff_assets(visit)}
    grouped = _grouped(found)
    return [(one, _days(days, one, grouped, names, most=FEW)) for one in assets]


def item_of(one: Planned, asset: AssetFacts, day: date, *, look: str = "") -> Item:
    """A booking on one of its days; what it has of others is cut off at midnight."""
    start, end = _wall(minute_of(one.starts), day, asset), _wall(minute_of(one.ends), day, asset)
    words = _words(one, asset, start, end)
    url = "waiting" if one.state == "offered" else str(one.id)
    return Item(start, max(end, start + 1), words, one.person or one.reason, url, look or one.state)


def new_url(asset: AssetFacts, start: int, end: int) -> str:
    """The form to book or block with a time filled in, from where the calendar is."""
    times = {"starts": start, "ends": end}
    given = {name: f"{local(minute, asset.zone):%Y-%m-%dT%H:%M}" for name, minute in times.items()}
    return f"new?{urlencode({'asset': str(asset.id), **given})}"


def _grouped(found: Iterable[Planned]) -> dict[UUID, list[Planned]]:
    grouped: dict[UUID, list[Planned]] = defaultdict(list)
    for one in found:
        grouped[one.asset_id].append(one)
    return grouped


def _days(
    days: Sequence[date], asset: AssetFacts, found: Mapping[UUID, Sequence[Planned]], names: Mapping[UUID, str], *,
    most: int | None = None,
) -> list[Cell]:  # fmt: skip
    """What an asset has on days that follow each other, with what excludes it, in the order of its beginning."""
    edges = [minute_at(day, 0, asset.zone) for day in (*days, days[-1] + timedelta(days=1))]
    rows = [one for id_ in (asset.id, *asset.linked) for one in found.get(id_, ())]
    touching: list[list[Planned]] = [[] for _day in days]
    for one in sorted(rows, key=lambda row: (row.starts, row.id)) if asset.linked else rows:
        number, end = max(0, bisect_right(edges, minute_of(one.starts)) - 1), minute_of(one.ends)
        while number < len(days) and edges[number] < end:
            touching[number].append(one)
            number += 1
    return [
        Cell([_item(one, asset, day, names) for one in some[:most]], len(some[most:]) if most else 0)
        for day, some in zip(days, touching, strict=True)
    ]


def _item(one: Planned, asset: AssetFacts, day: date, names: Mapping[UUID, str]) -> Item:
    return item_of(one, asset, day) if one.asset_id == asset.id else _linked(one, asset, day, names)


def _linked(one: Planned, asset: AssetFacts, day: date, names: Mapping[UUID, str]) -> Item:
    """What excludes this asset and is taken; of what is out of reach, no more than that."""
    name = names.get(one.asset_id, "")
    found = item_of(one, asset, day, look="linked")
    return replace(found, title=name, url=found.url if name else "")


def _free(visit: Visit, day: date, asset: AssetFacts, busy: Busy) -> list[Item]:
    """What is empty, as staff see it: neither lead time nor horizon hides it, for they are told when they book."""
    its, now = replace(asset.rules, lead=0, horizon=FARTHEST), minute_of(visit.now)
    items = []
    for slot in slots_of(its, day, asset.zone, busy, now):
        if slot.free:
            start, end = _wall(slot.start, day, asset), _wall(slot.end, day, asset)
            until = min(slot.end, slot.start + max(its.shortest, 60)) if its.kind == "free" else slot.end
            words = clocks(slot.start, slot.end, asset.zone)
            items.append(Item(start, max(end, start + 1), words, "", new_url(asset, slot.start, until), "free"))
    return items


def _words(one: Planned, asset: AssetFacts, start: int, end: int) -> str:
    if start == 0 and end == DAY:
        return ""
    first, last = clocks(minute_of(one.starts), minute_of(one.ends), asset.zone).split("–")
    return f"→ {last}" if start == 0 and first != "00:00" else f"{first} →" if end == DAY and last != "24:00" else (
        f"{first}–{last}")  # fmt: skip


def _wall(minute: int, day: date, asset: AssetFacts) -> int:
    at = local(minute, asset.zone)
    if at.date() != day:
        return 0 if at.date() < day else DAY
    return at.hour * 60 + at.minute


def edges_of(assets: Sequence[AssetFacts], day: date) -> tuple[int, int]:
    """Between which moments something can be in the way of a booking on a day, of any of these assets."""
    bounds = [queries.bounds(one, day, day) for one in assets]
    return min(first for first, _last in bounds), max(last for _first, last in bounds)


def _rows(columns: list[Column]) -> DayPlan:
    """As many hours as are needed, and each thing in its rows; what lasts all day does not count."""
    ends = [*OFFICE, *(end for column in columns for one in column.items for end in (one.start, one.end))]
    inner = [end for end in ends if 0 < end < DAY] or list(OFFICE)
    first, last = min(inner) // 60 * 60, min(DAY, -(-max(inner) // 60) * 60)
    if any(one.look != "free" and one.end == DAY and one.start >= first for c in columns for one in c.items):
        last = DAY
    placed = [Column(column.asset, [_placed(one, first, last) for one in column.items]) for column in columns]
    return DayPlan(placed, [f"{hour:02d}:00" for hour in range(first // 60, last // 60)], (last - first) // HALF)


def _placed(one: Item, first: int, last: int) -> Item:
    start, end = max(one.start, first), max(min(one.end, last), first + 1)
    at = min(start, last - HALF) // HALF - first // HALF
    return replace(one, at=at, rows=max(1, -(-end // HALF) - first // HALF - at))
