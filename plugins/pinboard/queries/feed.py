"""The feed of one reader: the newest posts under each of the reader's few keys, read from an index and merged.

It costs the same with fifty posts and with fifty thousand: each key gives at most one page, in order. What stands under
several keys is shown once, and the names of authors come along: a page of the feed is one statement.
"""

# ruff: noqa: S608 - statements are put together from constants of this package only; values are parameters

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from plugins.pinboard.queries.cards import TOP, Card, Cursor, Known, cards, known
from plugins.pinboard.queries.circles import doors
from plugins.pinboard.queries.keeping import for_reader
from plugins.pinboard.queries.topics import Topic
from quartier.sdk import Visit

PAGE = 12
RECENT = timedelta(days=7)
MANY = 30
AHEAD = -1
"""The rank of events on top of the feed, by which they are told from its posts."""

DOORS = "unnest(%(keys)s::text[], %(since)s::timestamptz[], %(until)s::timestamptz[]) AS k(key, since, until)"
LIVE = "p.at <= %(now)s AND (p.until IS NULL OR p.until > %(now)s)"
OPEN = "(k.since IS NULL OR p.at >= k.since) AND (k.until IS NULL OR p.at < k.until)"
_LINES = """
    SELECT d.due, l.* FROM pinboard_due(%(now)s) AS d(due) LEFT JOIN pinboard_lines(
        %(which)s::text, %(account)s::uuid, %(now)s, %(keys)s::text[], %(since)s::timestamptz[],
        %(until)s::timestamptz[], %(rank)s::int, %(at)s, %(post)s, %(most)s::int, %(topic)s::uuid, %(over)s, %(passed)s,
        %(ahead)s::int
    ) l ON true
"""
_COUNT = f"""
    SELECT count(f.post_id) AS many, min(f.at) AS oldest, pinboard_due(%(now)s) AS due FROM (
        SELECT DISTINCT f.post_id, f.at FROM {DOORS} CROSS JOIN LATERAL (
            SELECT p.post_id, p.at FROM pinboard_spot p
            WHERE p.key = k.key AND p.rank = 0 AND p.at > %(week)s AND {LIVE} AND {OPEN}
            ORDER BY p.at DESC LIMIT {MANY}
        ) f
    ) f
"""


@dataclass(frozen=True)
class Feed:
    """One page. `next` is where the following one begins, None on the last; `upcoming` stands on top of the first."""

    cards: list[Card]
    next: Cursor | None
    upcoming: list[Card]


def feed(
    visit: Visit, *, topic: Topic | None = None, mine: bool = False, after: Cursor | None = None, limit: int = PAGE,
    ahead: int = 0,
) -> Feed:  # fmt: skip
    """What this viewer may read, the pinned first and then the newest; of one category, or the viewer's own.

    With `ahead`, so many of the next events come along on the first page of all.
    """
    which = "own" if mine else "topic" if topic else "front" if ahead and not after else "all"
    rows = _lines(visit, which, last=after or TOP, most=limit + 1, topic=topic.id if topic else None, ahead=ahead)
    events, posts = [one for one in rows if one[0].rank == AHEAD], [one for one in rows if one[0].rank != AHEAD]
    both = cards(visit, [*posts[:limit], *events])
    shown = [card for card in both if card.cursor.rank != AHEAD]
    further = shown[-1].cursor if shown and len(posts) > limit else None
    return Feed(shown, further, [card for card in reversed(both) if card.cursor.rank == AHEAD])


def upcoming(
    visit: Visit, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> tuple[list[Card], tuple[datetime, UUID] | None]:
    """Events that lie ahead, the next first, and where the next page begins; none of those that are called off."""
    rows = _lines(visit, "events", past=after, ahead=limit + 1)[::-1]
    return cards(visit, rows[:limit]), (rows[limit - 1][0].at, rows[limit - 1][0].id) if len(rows) > limit else None


def _lines(
    visit: Visit, which: str, *, last: Cursor = TOP, most: int = 0, topic: UUID | None = None, ahead: int = 0,
    past: tuple[datetime, UUID] | None = None,
) -> list[Known]:  # fmt: skip
    def read() -> tuple[list[Known], datetime | None]:
        now, (over, passed) = visit.now, past or (visit.now, UUID(int=0))
        given = doors(visit) | last._asdict() | {"which": which, "now": now, "over": over, "passed": passed}
        given |= {"account": visit.viewer.account_id, "most": most, "topic": topic, "ahead": ahead}
        rows = visit.db.glance(_LINES, given)
        ends = (row.at for row in rows if row.rank == AHEAD)
        return known(visit, [row for row in rows if row.id]), min(filter(None, (rows[0].due, *ends)), default=None)

    return read()[0] if past or last is not TOP else for_reader(visit, (which, topic, most, ahead), read)


def recent(visit: Visit, limit: int = 3) -> list[Card]:
    """For the home page."""
    return feed(visit, limit=limit).cards


def recent_count(visit: Visit) -> int:
    """How many posts of the last days this viewer may read; counted up to many."""

    def read() -> tuple[int, datetime | None]:
        now = visit.now
        row = visit.db.row(_COUNT, doors(visit) | {"now": now, "week": now - RECENT})
        until = min(filter(None, (row.due, row.oldest and row.oldest + RECENT)), default=None)
        return min(row.many, MANY), until

    return for_reader(visit, ("new",), read)
