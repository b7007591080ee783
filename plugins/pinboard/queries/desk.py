"""What the team sees: every post of its part of the estate, and one post with all that a form needs."""

# ruff: noqa: S608 - statements are put together from constants of this package only; values are parameters

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from plugins.pinboard import policies
from plugins.pinboard.models import Post
from plugins.pinboard.queries import finding
from plugins.pinboard.queries.cards import AUTHOR, Author, reading, short, signed
from plugins.pinboard.queries.topics import Topic, topics
from quartier.sdk import Audience, CompanySession, Picked, Visit, search_words

PAGE = 50
STATES = ("shown", "scheduled", "ended", "withdrawn", "held", "hidden", "removed")
STATE = """
    CASE WHEN t.status <> 'shown' THEN t.status WHEN t.show_from > %(now)s THEN 'scheduled'
        WHEN t.show_until <= %(now)s THEN 'ended' ELSE 'shown' END
"""
_KEPT = f"""
            (%(everywhere)s OR t.by_staff OR t.property_id = ANY(%(homes)s))
            AND (%(state)s::text IS NULL OR {STATE} = %(state)s)
            AND (%(category)s::uuid IS NULL OR t.category_id = %(category)s)
            AND (%(staff)s::boolean IS NULL OR t.by_staff = %(staff)s)
            AND (%(after)s::timestamptz IS NULL OR (t.show_from, t.id) < (%(after)s, %(after_id)s))
"""
_ALL = f"SELECT t.* FROM pinboard_post t WHERE {_KEPT}"
# Few posts that the index finds are read one by one; of common words, the newest posts are looked through in order.
_SEARCHED = f"""
    (SELECT t.* FROM w JOIN pinboard_post t ON t.id = w.id WHERE NOT (SELECT many FROM common) AND {_KEPT})
    UNION ALL
    (SELECT t.* FROM pinboard_post t
     WHERE (SELECT many FROM common) AND t.id IN (SELECT pinboard_find(%(words)s)) AND {_KEPT}
     ORDER BY t.show_from DESC, t.id DESC LIMIT %(limit)s)
"""
_FOUND = """
    WITH w AS MATERIALIZED (SELECT id FROM pinboard_find(%(words)s, %(rare)s + 1) AS w(id)),
    common AS MATERIALIZED (SELECT count(*) > %(rare)s AS many FROM w)
"""
_ROWS = f"""
    SELECT t.id, t.category_id, t.author_id, t.by_staff, t.from_where, t.reach, t.pinned, t.show_from, t.show_until,
        t.version, t.audience, l.language, coalesce(t.title ->> l.language, '') AS title,
        left(t.plain ->> l.language, 200) AS words, {STATE} AS state, {AUTHOR.format("t")},
        (SELECT count(*) FROM pinboard_comment c WHERE c.post_id = t.id) AS comments,
        ARRAY(SELECT jsonb_object_keys(t.body)) AS languages
    FROM (
        SELECT * FROM ({{posts}}) t ORDER BY t.show_from DESC, t.id DESC LIMIT %(limit)s
    ) t CROSS JOIN LATERAL (SELECT l AS language FROM unnest(%(languages)s::text[]) WITH ORDINALITY AS u(l, place)
        WHERE t.body ? l ORDER BY place LIMIT 1) l
    ORDER BY t.show_from DESC, t.id DESC
"""
_LISTED, _LOOKED_FOR = _ROWS.format(posts=_ALL), _FOUND + _ROWS.format(posts=_SEARCHED)


@dataclass(frozen=True)
class DeskRow:
    """A post in the Cockpit's list and over the API. `state` adds scheduled and ended to what is stored."""

    id: UUID
    author: Author
    topic: Topic | None
    title: Picked
    words: str
    reach: str
    state: str
    pinned: bool
    show_from: datetime
    show_until: datetime | None
    comments: int
    version: int
    languages: tuple[str, ...]

    @property
    def cursor(self) -> tuple[datetime, UUID]:
        """Where the next page begins."""
        return self.show_from, self.id

    @property
    def heading(self) -> str:
        """What to call it: residents' posts have no title."""
        return self.title.text or short(self.words)


@dataclass(frozen=True)
class PostForEdit:
    """A post with all its languages as they were written."""

    id: UUID
    category_id: UUID
    author_id: UUID | None
    by_staff: bool
    property_id: UUID | None
    reach: str
    title: Mapping[str, str]
    body: Mapping[str, str]
    audience: Audience
    status: str
    show_from: datetime
    show_until: datetime | None
    pinned: bool
    comments_open: bool
    version: int
    important_at: datetime | None
    important_id: UUID | None
    event: Mapping[str, str] | None = None
    poll: Mapping[str, Any] | None = None

    @property
    def is_live(self) -> bool:
        """Whether people can read it now."""
        now = datetime.now(UTC)
        return self.status == "shown" and self.show_from <= now and (self.show_until is None or self.show_until > now)


def desk_posts(
    visit: Visit,
    *,
    state: str | None = None,
    category: UUID | None = None,
    staff: bool | None = None,
    text: str = "",
    after: tuple[datetime, UUID] | None = None,
    limit: int = PAGE + 1,
) -> list[DeskRow]:
    """Posts, the latest first: all of the company, and those of residents where this viewer may look."""
    limits = [visit.viewer.within(right) for right in policies.OVERSEES if visit.viewer.may(right)]
    words = search_words(text)
    given = reading(
        visit, state=state, category=category, staff=staff, words=words, rare=finding.RARE,
        limit=limit,
        after=after[0] if after else None, after_id=after[1] if after else None,
        everywhere=not limits or not all(limits), homes=[home for one in limits for home in one.homes],
    )  # fmt: skip
    rows = visit.db.rows(_LOOKED_FOR if words else _LISTED, given)
    known = {topic.id: topic for topic in topics(visit)}
    return [_row(visit, row, known) for row in rows]


def post_for_edit(db: CompanySession, post_id: UUID) -> PostForEdit | None:
    """One post as its author wrote it; whether it may be changed is for `policies` to say."""
    post = db.scalars(select(Post).filter_by(id=post_id)).one_or_none()
    if post is None:
        return None
    facts = {name: getattr(post, name) for name in PostForEdit.__dataclass_fields__ if name not in ("event", "poll")}
    return PostForEdit(**facts)


def wrote(db: CompanySession, account_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Everything that somebody wrote and said, for a copy of what is known about them."""
    posts = db.rows(
        "SELECT id, created_at, body, status FROM pinboard_post WHERE author_id = %s ORDER BY id", (account_id,)
    )
    said = db.rows(
        "SELECT post_id, created_at, body, earlier FROM pinboard_comment WHERE author_id = %s ORDER BY id",
        (account_id,),
    )
    signs = db.rows("SELECT post_id, created_at, kind FROM pinboard_reaction WHERE account_id = %s", (account_id,))
    follows = db.rows("SELECT post_id, created_at FROM pinboard_follow WHERE account_id = %s", (account_id,))
    about = db.rows(
        "SELECT kind, words, decision, reason, appeal, created_at FROM pinboard_case WHERE author_id = %s",
        (account_id,),
    )
    guests = db.rows(
        "SELECT e.title, e.starts, g.answer FROM pinboard_guest g JOIN pinboard_event e ON e.id = g.event_id "
        "WHERE g.account_id = %s", (account_id,),
    )  # fmt: skip
    ballots = db.rows("SELECT post_id, picked, created_at FROM pinboard_ballot WHERE account_id = %s", (account_id,))
    events = db.rows("SELECT title, place, starts, ends FROM pinboard_event WHERE author_id = %s", (account_id,))
    told = db.rows("SELECT reason, note, created_at FROM pinboard_report WHERE account_id = %s", (account_id,))
    agreed = db.rows("SELECT number, created_at FROM pinboard_agreed WHERE account_id = %s", (account_id,))
    found = {
        "cases": about,
        "reports": told,
        "agreed": agreed,
        "posts": posts,
        "comments": said,
        "reactions": signs,
        "follows": follows,
        "events": events,
        "guests": guests,
        "ballots": ballots,
    }
    return {name: [row._asdict() for row in rows] for name, rows in found.items()}


def _row(visit: Visit, row: Any, known: Mapping[UUID, Topic]) -> DeskRow:
    return DeskRow(
        row.id, signed(visit, row), known.get(row.category_id),
        Picked(row.title, row.language, row.language != visit.voice.language), row.words, row.reach, row.state,
        row.pinned, row.show_from, row.show_until, row.comments, row.version, tuple(sorted(row.languages)),
    )  # fmt: skip
