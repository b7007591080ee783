"""Lists of bookings in the order of their beginning: how long they take depends on what they show, not on the table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from plugins.bookings.queries.bookings import FACTS, LONGEST_DAYS, BookingFacts, Timed
from quartier.sdk import CompanySession

NAME: Final = "coalesce(nullif(trim(p.given_name || ' ' || p.family_name), ''), p.company_name, '') AS person"
BRIEF: Final = f"b.id, b.asset_id, b.starts, b.ends, b.state, b.reason, {NAME}"
PERSON: Final = "LEFT JOIN person p ON p.company_id = b.company_id AND p.id = b.person_id"
LONG: Final = """
    long AS MATERIALIZED (
        SELECT * FROM (
            SELECT * FROM bookings_booking WHERE ends - starts > interval '1 day' AND ends > %(first)s OFFSET 0
        ) b WHERE starts < %(first)s - interval '24 hours'
    )
"""
"""What has begun more than a day before `first` and still goes on. They are few and have an index of their own; all
others have begun at most a day before. Looking back in one way over all of a year would read half of the table: so
nothing of when they began stands where the planner, which makes one plan for all days, could choose that index."""

_LINE: Final = f"""
    b.id, b.asset_id, b.starts, b.ends, b.state, b.people, b.price, b.deposit,
    b.fee, b.currency, b.note, {NAME}
"""
_PORTION: Final = 2000
_ORDER: Final = "ORDER BY b.starts, b.id LIMIT"
# States are written out where they are few: a parameter does not find the index that has only those.
_WAITING: Final = """
    FROM bookings_booking b WHERE b.state = 'requested' AND b.ends > %(first)s AND b.starts > %(before)s
        AND (%(assets)s::uuid[] IS NULL OR b.asset_id = ANY(%(assets)s))
"""
_BLOCKED: Final = _WAITING.replace("'requested'", "'block'")
_OVERVIEW: Final = f"""
    WITH {LONG} SELECT b.part, b.total, b.first_end, {BRIEF} FROM (
        (SELECT 0 AS part, 0 AS total, b.ends AS first_end, b.* FROM ({{ahead}}) b)
        UNION ALL (SELECT 1, count(*) OVER (), min(b.ends) OVER (), b.* {_WAITING} {_ORDER} %(requests)s)
        UNION ALL (SELECT 2, 0, b.ends, b.* {_BLOCKED} {_ORDER} %(blocks)s)
    ) b {PERSON} ORDER BY b.part, b.starts, b.id
"""  # noqa: S608
_WAITING_COUNT: Final = f"SELECT count(*) {_WAITING}"


@dataclass(frozen=True)
class Planned(Timed):
    """A booking in a list or on a calendar; `person` is empty for a time that is blocked, and `reason` says why."""

    id: UUID
    asset_id: UUID
    starts: datetime
    ends: datetime
    state: str
    reason: str
    person: str


@dataclass(frozen=True)
class Line(Timed):
    """A booking in a table for a spreadsheet."""

    id: UUID
    asset_id: UUID
    starts: datetime
    ends: datetime
    state: str
    people: int
    price: Decimal
    deposit: Decimal
    fee: Decimal
    currency: str
    note: str
    person: str


@dataclass(frozen=True)
class BookingFilters:
    """What a list is narrowed to; `assets` None means all of them, `state` None all but blocked times."""

    state: str | None = None
    assets: Sequence[UUID] | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Overview:
    """What the desk sees first: what lies ahead, the next of the `waiting` requests, and blocked times; `until` the
    first of all these is over."""

    ahead: list[Planned]
    requests: list[Planned]
    blocks: list[Planned]
    waiting: int
    until: datetime | None = None


Place = tuple[datetime, UUID] | None
"""The booking after which a list goes on: its beginning and its id."""


def listed(db: CompanySession, filters: BookingFilters, after: Place = None, *, limit: int) -> list[BookingFacts]:
    """Bookings in the order of their beginning, from a place in the list on."""
    return [BookingFacts(*row) for row in _rows(db, FACTS, filters, after, limit)]


def brief(db: CompanySession, filters: BookingFilters, after: Place = None, *, limit: int) -> list[Planned]:
    """The same with what a list shows."""
    return [Planned(*row) for row in _rows(db, BRIEF, filters, after, limit)]


def lines(db: CompanySession, filters: BookingFilters, *, most: int) -> Iterator[Line]:
    """The same with what a table has, read in portions: all at once would be hundreds of megabytes."""
    after: Place = None
    while most > 0:
        rows = _rows(db, _LINE, filters, after, min(_PORTION, most))
        yield from (Line(*row) for row in rows)
        if len(rows) < _PORTION:
            return
        after, most = (rows[-1].starts, rows[-1].id), most - len(rows)


def overview(db: CompanySession, assets: Sequence[UUID] | None, *, limit: int, requests: int, blocks: int) -> Overview:
    """Of these assets, or of all, so many of each: one statement for the whole page."""
    filters = BookingFilters(assets=assets, since=datetime.now(UTC))
    given = _given(filters, None, limit) | {"requests": requests, "blocks": blocks}
    parts: list[list[Planned]] = [[], [], []]
    waiting = 0
    ends = []
    for part, total, first_end, *facts in db.rows(_OVERVIEW.format(ahead=_wanted(filters, None)), given):
        parts[part].append(Planned(*facts))
        ends.append(first_end)
        waiting = max(waiting, total)
    ahead, asked, blocked = parts
    return Overview(ahead, asked, blocked, waiting, min(ends, default=None))


def count_requests(db: CompanySession, assets: Sequence[UUID] | None = None) -> int:
    """How many requests somebody has to decide about; of these assets, or of all."""
    return int(db.row(_WAITING_COUNT, _given(BookingFilters(assets=assets, since=datetime.now(UTC)), None, 0))[0])


def between(
    db: CompanySession, assets: Sequence[UUID], first: datetime, last: datetime, state: str, *, limit: int = 5000
) -> list[BookingFacts]:
    """Bookings or blocked times of these assets in one state that touch a time."""
    return listed(db, BookingFilters(state, assets, first, last), limit=limit)


def _rows(db: CompanySession, columns: str, filters: BookingFilters, after: Place, limit: int) -> list[Any]:
    long = f"WITH {LONG}" if filters.since else ""
    statement = f"{long} SELECT {columns} FROM ({_wanted(filters, after)}) b {PERSON} ORDER BY b.starts, b.id"  # noqa: S608
    return db.rows(statement, _given(filters, after, limit))


def _wanted(filters: BookingFilters, after: Place) -> str:
    """The bookings themselves. Only conditions that are asked for stand in it, so that each list has its own plan."""
    where = "b.state = %(state)s" if filters.state else "b.state <> 'block'"
    if filters.assets is not None:  # of one, an index has them in their order; of several none has
        where += " AND b.asset_id = " + ("%(asset)s" if len(filters.assets) == 1 else "ANY(%(assets)s)")
    where += " AND b.starts < %(until)s" if filters.until else ""
    where += " AND (b.starts, b.id) > (%(after)s, %(after_id)s)" if after else ""
    if filters.since is None:
        return f"SELECT b.* FROM bookings_booking b WHERE {where} {_ORDER} %(limit)s"  # noqa: S608
    return f"""
        SELECT b.* FROM (
            (SELECT b.* FROM bookings_booking b WHERE b.starts >= %(first)s - interval '24 hours'
                AND b.ends > %(first)s AND {where} {_ORDER} %(limit)s)
            UNION ALL SELECT b.* FROM long b WHERE {where}
        ) b {_ORDER} %(limit)s
    """  # noqa: S608


def _given(filters: BookingFilters, after: Place, limit: int) -> dict[str, Any]:
    first = filters.since
    given: dict[str, Any] = {
        "state": filters.state, "assets": None if filters.assets is None else list(filters.assets),
        "asset": filters.assets[0] if filters.assets else None, "until": filters.until, "limit": limit,
    }  # fmt: skip
    if first:
        given |= {"first": first, "before": first - timedelta(days=LONGEST_DAYS)}
    return given | (dict(zip(("after", "after_id"), after, strict=True)) if after else {})
