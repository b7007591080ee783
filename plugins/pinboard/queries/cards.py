"""Posts as they stand in the feed: what was written, and what comes to it at each visit.

Texts are read once for each state of a post and kept. Its state is the transaction that wrote its row last (`xmin`):
the database itself keeps it, so no change is missed. Who may read the post, what neighbours have said to it meanwhile,
who wrote it, what of it is the reader's own and what time it is, is asked anew each time.
"""

# ruff: noqa: S608 - statements are put together from constants of this package only; values are parameters

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from markupsafe import Markup

from plugins.pinboard.manifest import FILES
from plugins.pinboard.models import REACTIONS
from plugins.pinboard.queries.circles import doors
from plugins.pinboard.queries.extras import EventView, PollView, event_view, poll_view
from plugins.pinboard.queries.topics import Label, labels
from plugins.pinboard.richtext import LinkCard, link_card, paragraphs
from quartier.sdk import Picked, Visit, Voice, formats

EXCERPT = 600
"""So many characters of a post stand in the feed."""

LANGUAGE = """
    CROSS JOIN LATERAL (SELECT l AS language FROM unnest(%(languages)s::text[]) WITH ORDINALITY AS u(l, place)
        WHERE t.body ? l ORDER BY place LIMIT 1) l
"""
AUTHOR = """
    (SELECT trim(q.given_name || ' ' || q.family_name) FROM account a
        JOIN person q ON q.company_id = a.company_id AND q.id = a.person_id
        WHERE a.id = {0}.author_id AND NOT {0}.by_staff) AS author
"""
TOLD = """
    (SELECT count(*) FROM pinboard_comment c WHERE c.post_id = t.id AND c.status = 'shown') AS comments,
    (SELECT jsonb_object_agg(r.kind, r.num) FROM (
        SELECT kind, count(*) AS num FROM pinboard_reaction r WHERE r.post_id = t.id GROUP BY kind) r) AS reactions
"""
MINE = """
    (SELECT r.kind FROM pinboard_reaction r WHERE r.post_id = t.id AND r.account_id = %(account)s) AS mine
"""
ATTACHED = "EXISTS (SELECT FROM attachment f WHERE f.purpose = %(files)s AND f.thing_id = t.id) AS attached"
TEXT = """
    t.id, t.category_id, t.by_staff, t.from_where, t.reach, t.status, t.pinned, t.comments_open, t.show_from,
    t.show_until, t.edited_at, t.version, t.link, l.language, t.important_at IS NOT NULL AS important,
    coalesce(t.title ->> l.language, '') AS title
"""
FACTS = f"""
    SELECT {TEXT}, left(t.plain ->> l.language, {EXCERPT}) AS words,
        length(t.plain ->> l.language) > {EXCERPT} AS more
    FROM pinboard_post t {LANGUAGE} WHERE t.id = ANY(%(posts)s::uuid[])
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


@dataclass(frozen=True, eq=False)
class Facts:
    """What a post in one state says to everybody who reads it in one language. `words` are its beginning, safe to show;
    `more` says that they are not all. It is kept while the state lasts: what is equal is the same object.
    """

    id: UUID
    category_id: UUID
    where: str
    title: Picked
    language: str
    is_fallback: bool
    words: Markup
    more: bool
    link: LinkCard | None
    by_staff: bool
    reach: str
    pinned: bool
    at: datetime
    edited: bool
    comments_open: bool
    important: bool
    heading: str


@dataclass(frozen=True)
class Card:
    """A post in one reader's feed. `when` is when it was shown first, as words of this moment."""

    facts: Facts
    author: Author
    topic: Label | None
    when: str
    comments: int
    reactions: tuple[tuple[str, int], ...]
    mine: str | None
    attached: bool
    event: EventView | None
    poll: PollView | None
    ends: str
    cursor: Cursor

    @property
    def id(self) -> UUID:
        """Of the post."""
        return self.facts.id

    @property
    def heading(self) -> str:
        """What to call it, where there is room for a line only."""
        return self.facts.heading


Known = tuple[Any, Facts]
"""What was asked of a post just now, and what it says."""


def known(visit: Visit, lines: list[Any]) -> list[Known]:
    """What each of them says, in their order. Those that nobody has read yet in this state come with one statement."""
    languages = languages_for(visit)

    def read(ids: list[UUID]) -> dict[UUID, Facts]:
        return {row.id: _facts(visit, row) for row in visit.db.glance(FACTS, {"posts": ids, "languages": languages})}

    kept = visit.kept_each("pinboard", tuple(languages), {line.id: line.state for line in lines}, read)
    return [(line, kept[line.id]) for line in lines if line.id in kept]


def cards(visit: Visit, found: list[Known]) -> list[Card]:
    """A card for each, as it looks at this moment."""
    named, minute = labels(visit), visit.now.replace(second=0, microsecond=0)
    return [_card(visit, line, facts, named, minute) for line, facts in found]


def _card(visit: Visit, line: Any, facts: Facts, named: Mapping[UUID, Label], minute: datetime) -> Card:
    poll = poll_view(visit, line.poll, by_staff=facts.by_staff)
    return Card(
        facts=facts,
        author=Author(visit.company.name if facts.by_staff else line.author or "", facts.by_staff, facts.where),
        topic=named.get(facts.category_id),
        when=_when(facts.at, visit.zone, visit.voice, minute),
        comments=line.comments,
        reactions=tuple((kind, count) for kind, count in zip(REACTIONS, line.signs, strict=True) if count),
        mine=line.mine,
        attached=line.attached,
        event=event_view(visit, line.event),
        poll=poll,
        ends=formats.format_relative(poll.ends, visit.zone) if poll and poll.ends else "",
        cursor=Cursor(line.rank, line.at, line.id),
    )


@lru_cache(maxsize=2000)
def _when(at: datetime, zone: ZoneInfo, _voice: Voice, minute: datetime) -> str:
    """As it is said in this minute, in the voice that is bound to the request."""
    return formats.format_relative(at, zone, now=minute)


def _facts(visit: Visit, row: Any) -> Facts:
    foreign = row.language != visit.voice.language
    words = paragraphs(row.words + ("…" if row.more else ""))
    return Facts(
        id=row.id,
        category_id=row.category_id,
        where=row.from_where,
        title=Picked(row.title, row.language, foreign),
        language=row.language,
        is_fallback=foreign,
        words=words,
        more=row.more,
        link=None if row.by_staff else link_card(row.link, row.words.rsplit(None, 1)[0] if row.more else row.words),
        by_staff=row.by_staff,
        reach=row.reach,
        pinned=row.pinned,
        at=row.show_from,
        edited=row.edited_at is not None,
        comments_open=row.comments_open and row.status == "shown",
        important=row.important,
        heading=row.title or short(words.striptags()),
    )


def reading(visit: Visit, **more: Any) -> dict[str, Any]:
    """What every read by this viewer depends on."""
    return {
        "now": visit.now,
        **doors(visit),
        "account": visit.viewer.account_id,
        "files": FILES.key,
        "languages": languages_for(visit),
        **more,
    }


def languages_for(visit: Visit) -> list[str]:
    """In which languages this viewer reads, the best one first."""
    return list(dict.fromkeys((visit.voice.language, *visit.company.languages, "en", "de", "fr")))


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
