"""The feed of one reader: the newest posts under each of the reader's few keys, read from an index and merged.

It costs the same with fifty posts and with fifty thousand: each key gives at most one page, in order. What stands under
several keys is shown once, and the names of authors come along: a page of the feed is one statement.
"""

# ruff: noqa: S608 - statements are put together from constants of this package only; values are parameters

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from markupsafe import Markup

from plugins.pinboard.manifest import FILES
from plugins.pinboard.models import REACTIONS
from plugins.pinboard.queries.circles import doors
from plugins.pinboard.queries.extras import EXTRAS, EventView, PollView, event_view, poll_view
from plugins.pinboard.queries.topics import Topic, topics
from plugins.pinboard.richtext import LinkCard, link_card, paragraphs
from quartier.sdk import Picked, Visit

PAGE = 20
EXCERPT = 600
"""So many characters of a post stand in the feed."""
RECENT = timedelta(days=7)
MANY = 30
AHEAD = -1
"""The rank of events on top of the feed, by which they are told from its posts."""

DOORS = "unnest(%(keys)s::text[], %(since)s::timestamptz[], %(until)s::timestamptz[]) AS k(key, since, until)"
LIVE = "p.at <= %(now)s AND (p.until IS NULL OR p.until > %(now)s)"
OPEN = "(k.since IS NULL OR p.at >= k.since) AND (k.until IS NULL OR p.at < k.until)"
_FOUND = """
    SELECT DISTINCT f.post_id, f.rank, f.at FROM {DOORS} CROSS JOIN LATERAL (
        SELECT p.post_id, p.rank, p.at FROM pinboard_spot p
        WHERE p.key = k.key {topic} AND (p.rank, p.at, p.post_id) < (%(rank)s, %(at)s, %(post)s) AND {live} AND {open}
        ORDER BY p.rank DESC, p.at DESC, p.post_id DESC LIMIT %(limit)s
    ) f ORDER BY f.rank DESC, f.at DESC, f.post_id DESC LIMIT %(limit)s
"""
_MINE = """
    SELECT p.id AS post_id, p.pinned::int AS rank, p.show_from AS at FROM pinboard_post p
    WHERE p.author_id = %(account)s AND (p.pinned::int, p.show_from, p.id) < (%(rank)s, %(at)s, %(post)s)
    ORDER BY 2 DESC, 3 DESC, 1 DESC LIMIT %(limit)s
"""
LANGUAGE = """
    CROSS JOIN LATERAL (SELECT l AS language FROM unnest(%(languages)s::text[]) WITH ORDINALITY AS u(l, place)
        WHERE t.body ? l ORDER BY place LIMIT 1) l
"""
AUTHOR = """
    (SELECT trim(q.given_name || ' ' || q.family_name) FROM account a
        JOIN person q ON q.company_id = a.company_id AND q.id = a.person_id
        WHERE a.id = {0}.author_id AND NOT {0}.by_staff) AS author
"""
COUNTS = """
    (SELECT count(*) FROM pinboard_comment c WHERE c.post_id = t.id AND c.status = 'shown') AS comments,
    (SELECT jsonb_object_agg(r.kind, r.num) FROM (
        SELECT kind, count(*) AS num FROM pinboard_reaction r WHERE r.post_id = t.id GROUP BY kind) r) AS reactions,
    (SELECT r.kind FROM pinboard_reaction r WHERE r.post_id = t.id AND r.account_id = %(account)s) AS mine,
    (SELECT count(*) FROM attachment f WHERE f.purpose = %(files)s AND f.thing_id = t.id) AS attached
"""
CARD = f"""
    t.id, t.category_id, t.author_id, t.by_staff, t.from_where, t.reach, t.status, t.pinned, t.comments_open,
    t.show_from, t.show_until, t.edited_at, t.version, t.link, l.language,
    t.important_at IS NOT NULL AS important, coalesce(t.title ->> l.language, '') AS title,
    {AUTHOR.format("t")}, {COUNTS}, {EXTRAS}
"""
_FEED = f"""
    WITH f AS ({{found}})
    SELECT f.rank, f.at, {CARD}, left(t.plain ->> l.language, {EXCERPT}) AS words,
        length(t.plain ->> l.language) > {EXCERPT} AS more
    FROM f JOIN pinboard_post t ON t.id = f.post_id {LANGUAGE}
    ORDER BY f.rank DESC, f.at DESC, f.post_id DESC
"""


def _found(topic: str) -> str:
    return _FOUND.format(topic=topic, live=LIVE, open=OPEN, DOORS=DOORS)


FEED = _FEED.format(found=_found(""))
TOPIC = _FEED.format(found=_found("AND p.category_id = %(category)s"))
MINE = _FEED.format(found=_MINE)
_AHEAD = f"""
    SELECT DISTINCT f.over, f.post_id, 0 AS rank, f.over AS at FROM {DOORS} CROSS JOIN LATERAL (
        SELECT p.post_id, p.over FROM pinboard_spot p
        WHERE p.key = k.key AND p.over > %(now)s AND (p.over, p.post_id) > (%(past)s, %(last)s) AND {LIVE} AND {OPEN}
        ORDER BY p.over, p.post_id LIMIT %(ahead)s
    ) f ORDER BY f.over, f.post_id LIMIT %(ahead)s
"""
UPCOMING = _FEED.format(found=_AHEAD)
_BOTH = """
    SELECT rank, at, post_id FROM ({found}) f UNION ALL SELECT {ahead} AS rank, at, post_id FROM ({events}) e
"""
FRONT = _FEED.format(found=_BOTH.format(found=_found(""), ahead=AHEAD, events=_AHEAD))
_COUNT = f"""
    SELECT count(DISTINCT f.post_id) AS count FROM {DOORS} CROSS JOIN LATERAL (
        SELECT p.post_id FROM pinboard_spot p
        WHERE p.key = k.key AND p.rank = 0 AND p.at > %(week)s AND {LIVE} AND {OPEN}
        ORDER BY p.at DESC LIMIT {MANY}
    ) f
"""


class Cursor(NamedTuple):
    """Where a page ends: the next one goes on below."""

    rank: int
    at: datetime
    post: UUID


TOP = Cursor(2, datetime(9999, 1, 1, tzinfo=UTC), UUID(int=2**128 - 1))


class Author(NamedTuple):
    """Who wrote: the company, a neighbour by name, or somebody who is gone (no name)."""

    name: str
    by_staff: bool
    where: str


@dataclass(frozen=True)
class Card:
    """A post in the feed. `words` are its beginning, safe to show; `more` says that they are not all."""

    id: UUID
    author: Author
    topic: Topic | None
    title: Picked
    language: str
    is_fallback: bool
    words: Markup
    more: bool
    link: LinkCard | None
    reach: str
    pinned: bool
    at: datetime
    until: datetime | None
    edited: bool
    comments_open: bool
    comments: int
    reactions: Mapping[str, int]
    mine: str | None
    is_mine: bool
    attached: int
    important: bool
    event: EventView | None
    poll: PollView | None
    cursor: Cursor

    @property
    def heading(self) -> str:
        """What to call it, where there is room for a line only."""
        return self.title.text or short(self.words.striptags())


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
    front = ahead and not (mine or topic or after)
    query = MINE if mine else TOPIC if topic else FRONT if front else FEED
    given = reading(visit, limit=limit + 1, category=topic.id if topic else None, ahead=ahead) | _beyond(visit, None)
    rows = visit.db.rows(query, given | (after or TOP)._asdict())
    events, rows = [row for row in rows if row.rank == AHEAD], [row for row in rows if row.rank != AHEAD]
    cards = _cards(visit, rows[:limit])
    return Feed(cards, cards[-1].cursor if len(rows) > limit else None, _cards(visit, events[::-1]))


def upcoming(
    visit: Visit, after: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> tuple[list[Card], tuple[datetime, UUID] | None]:
    """Events that lie ahead, the next first, and where the next page begins; none of those that are called off."""
    given = reading(visit, ahead=limit + 1) | _beyond(visit, after)
    rows = visit.db.rows(UPCOMING, given)[::-1]
    return _cards(visit, rows[:limit]), (rows[limit - 1].at, rows[limit - 1].id) if len(rows) > limit else None


def _beyond(visit: Visit, after: tuple[datetime, UUID] | None) -> dict[str, Any]:
    past, last = after or (visit.now, UUID(int=0))
    return {"past": past, "last": last}


def recent(visit: Visit, limit: int = 3) -> list[Card]:
    """For the home page."""
    return feed(visit, limit=limit).cards


def recent_count(visit: Visit) -> int:
    """How many posts of the last days this viewer may read; counted up to many."""
    count: int = visit.db.row(_COUNT, reading(visit, week=visit.now - RECENT)).count
    return min(count, MANY)


def reading(visit: Visit, **more: Any) -> dict[str, Any]:
    """What every read by this viewer depends on."""
    languages = dict.fromkeys((visit.voice.language, *visit.company.languages, "en", "de", "fr"))
    return {
        "now": visit.now,
        **doors(visit),
        "account": visit.viewer.account_id,
        "files": FILES.key,
        "languages": list(languages),
        **more,
    }


def signed(visit: Visit, row: Any) -> Author:
    """Who wrote a post or a comment; staff sign with the company's name."""
    name = visit.company.name if row.by_staff else row.author or ""
    return Author(name, row.by_staff, getattr(row, "from_where", ""))


def reactions(found: Mapping[str, int] | None) -> dict[str, int]:
    """How many there are of each kind, in the order in which all pages show them."""
    return {kind: found[kind] for kind in REACTIONS if found and kind in found}


def short(text: str, longest: int = 90) -> str:
    """The beginning of a text as one line."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _cards(visit: Visit, rows: list[Any]) -> list[Card]:
    known = {topic.id: topic for topic in topics(visit)}
    return [_card(visit, row, known) for row in rows]


def _card(visit: Visit, row: Any, known: Mapping[UUID, Topic]) -> Card:
    foreign = row.language != visit.voice.language
    return Card(
        id=row.id,
        author=signed(visit, row),
        topic=known.get(row.category_id),
        title=Picked(row.title, row.language, foreign),
        language=row.language,
        is_fallback=foreign,
        words=paragraphs(row.words + ("…" if row.more else "")),
        more=row.more,
        link=None if row.by_staff else link_card(row.link, row.words.rsplit(None, 1)[0] if row.more else row.words),
        reach=row.reach,
        pinned=row.pinned,
        at=row.show_from,
        until=row.show_until,
        edited=row.edited_at is not None,
        comments_open=row.comments_open,
        comments=row.comments,
        reactions=reactions(row.reactions),
        mine=row.mine,
        is_mine=row.author_id is not None and row.author_id == visit.viewer.account_id,
        attached=row.attached,
        important=row.important,
        event=event_view(visit, row.event),
        poll=poll_view(visit, row.poll, by_staff=row.by_staff),
        cursor=Cursor(row.rank, row.at, row.id),
    )
