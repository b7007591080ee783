"""One post with what belongs to it, as far as the viewer may see it."""

# ruff: noqa: S608 - statements are put together from constants of this package only; values are parameters

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from markupsafe import Markup

from plugins.pinboard import policies
from plugins.pinboard.queries.cards import (
    ATTACHED,
    AUTHOR,
    LANGUAGE,
    MINE,
    TEXT,
    TOLD,
    Author,
    reactions,
    reading,
    signed,
)
from plugins.pinboard.queries.extras import EXTRAS, EventView, PollView, event_view, poll_view
from plugins.pinboard.queries.feed import DOORS, LIVE, OPEN
from plugins.pinboard.queries.keeping import for_reader
from plugins.pinboard.queries.topics import Label, labels
from plugins.pinboard.richtext import LinkCard, link_card
from quartier.sdk import OWN_NAMES, Picked, Visit, account_names, formats

COMMENTS = 50
SEEN = f"""
    (EXISTS (SELECT 1 FROM pinboard_spot p JOIN {DOORS} ON p.key = k.key
            WHERE p.post_id = t.id AND {LIVE} AND {OPEN})
        OR t.author_id = %(account)s OR (%(oversees)s AND t.by_staff))
"""
_SAID = f"""
    SELECT c.id, c.author_id, c.by_staff, c.body, c.created_at, c.status, c.edited_at, c.earlier, {AUTHOR.format("c")}
    FROM pinboard_comment c WHERE c.post_id = %(post)s AND (c.status = 'shown' OR c.author_id = %(account)s)
"""
_COMMENT = f"{_SAID} AND c.id = %(comment)s"
_COMMENTS = f"""
    SELECT * FROM (
        {_SAID} AND (%(before)s::uuid IS NULL OR c.id < %(before)s)
        ORDER BY c.id DESC LIMIT %(limit)s
    ) c ORDER BY c.id
"""
CARD = f"{TEXT}, t.author_id, {AUTHOR.format('t')}, {TOLD}, {MINE}, {ATTACHED}, {EXTRAS}"
_PAGE = """
    SELECT {more} {card}, t.html ->> l.language AS html, t.plain ->> l.language AS words, t.property_id,
        ARRAY(SELECT jsonb_object_keys(t.body)) AS languages,
        EXISTS (SELECT 1 FROM pinboard_follow f WHERE f.post_id = t.id AND f.account_id = %(account)s) AS follows,
        EXISTS (SELECT 1 FROM pinboard_case c WHERE c.post_id = t.id AND c.author_id = %(account)s) AS has_case
    FROM pinboard_post t {language} WHERE t.id = %(post)s AND {seen}
"""
_POST = _PAGE.format(more="", card=CARD, language=LANGUAGE, seen=SEEN)
_WITH_COMMENTS = _PAGE.format(
    more=f"(SELECT jsonb_agg(to_jsonb(c) ORDER BY c.id) FROM ({_COMMENTS}) c) AS said, pinboard_due(%(now)s) AS due,",
    card=CARD, language=LANGUAGE, seen=SEEN,
)  # fmt: skip
_EDITIONS = """
    SELECT r.number, r.event, r.at, r.author_id, r.machine, r.content FROM pinboard_revision r
    WHERE r.post_id = %s ORDER BY r.number DESC
"""
_REACTIONS = f"SELECT {TOLD}, {MINE} FROM pinboard_post t WHERE t.id = %(post)s"


@dataclass(frozen=True)
class PostPage:
    """A post as it is read. `languages` are those that it is written in, `original` the one of them that the company
    writes first; the text shown is in `language`.

    `attached` says that it has files, `has_case` that something of the viewer's own here was reported or held back.
    """

    id: UUID
    author: Author
    topic: Label | None
    title: Picked
    language: str
    is_fallback: bool
    languages: tuple[str, ...]
    original: str
    html: Markup
    words: str
    link: LinkCard | None
    reach: str
    status: str
    pinned: bool
    at: datetime
    until: datetime | None
    edited_at: datetime | None
    comments_open: bool
    comments: int
    reactions: Mapping[str, int]
    mine: str | None
    is_mine: bool
    follows: bool
    attached: bool
    has_case: bool
    version: int
    property_id: UUID | None
    important: bool
    event: EventView | None
    poll: PollView | None

    def ends(self, visit: Visit) -> str:
        """When its poll ends, in words of this moment."""
        return formats.format_relative(self.poll.ends, visit.zone) if self.poll and self.poll.ends else ""

    @property
    def other_languages(self) -> list[tuple[str, str]]:
        """Languages in which it can be read as well: code and own name."""
        return [(code, name) for code, name in OWN_NAMES.items() if code in self.languages and code != self.language]


@dataclass(frozen=True)
class CommentRow:
    """An answer below a post. `earlier` is what it said before, the first version first: the moment, and the words."""

    id: UUID
    author: Author
    body: str
    at: datetime
    is_mine: bool
    status: str
    edited_at: datetime | None
    earlier: Sequence[tuple[datetime, str]]

    @property
    def version(self) -> int:
        """Grows with every edit."""
        return len(self.earlier) + 1


Said = tuple[list[CommentRow], UUID | None]
"""Answers, and where the earlier ones end."""


@dataclass(frozen=True)
class Edition:
    """What a post was from a moment on; `by` is known to staff only."""

    number: int
    event: str
    at: datetime
    by: str
    title: Mapping[str, str]
    body: Mapping[str, str]
    choices: Sequence[Mapping[str, str]] = ()
    happens: Mapping[str, Any] = field(default_factory=dict)

    def choices_in(self, language: str) -> tuple[str, ...]:
        """The answers of its poll."""
        return tuple(one.get(language) or next(iter(one.values())) for one in self.choices)

    @property
    def event_words(self) -> str:
        """When and where its event was, as it was typed."""
        if not self.happens:
            return ""
        when = {name.removeprefix("event."): text for name, text in self.happens["when"].items()}
        days = " – ".join(filter(None, (when.get("day"), when.get("last"))))
        hours = "–".join(filter(None, (when.get("from"), when.get("to"))))
        return ", ".join(filter(None, (days, hours, self.happens["place"])))


def post_page(visit: Visit, post_id: UUID, language: str | None = None) -> PostPage | None:
    """One post, if the viewer may read it; in a `language` that was asked for, if it is written in that."""
    row = visit.db.row(_POST, _reading(visit, post_id, language))
    return _page(visit, row) if row else None


def post_and_comments(
    visit: Visit, post_id: UUID, language: str | None = None, before: UUID | None = None
) -> tuple[PostPage, Said] | None:
    """The same with what was said below it, in one statement: this is what most people open."""
    given = _reading(visit, post_id, language) | _latest(visit, post_id, before)

    def read() -> tuple[Any, datetime | None]:
        row = visit.db.row(_WITH_COMMENTS, given)
        if row is None:
            raise LookupError  # whoever asks for what is not there fills no memory
        return (row, [_from_json(one) for one in row.said or ()]), row.due

    try:
        row, said = for_reader(visit, ("post", post_id, language, before, given["oversees"]), read)
    except LookupError:
        return None
    return _page(visit, row), _said(visit, said)


def comment(visit: Visit, post_id: UUID, comment_id: UUID) -> CommentRow | None:
    """One answer below a post that the viewer may read (whoever calls has asked), if it is there for this viewer."""
    row = visit.db.row(_COMMENT, {"post": post_id, "comment": comment_id, "account": visit.viewer.account_id})
    return _comment(visit, row) if row else None


def comments(visit: Visit, post_id: UUID, before: UUID | None = None) -> Said:
    """The latest answers in the order in which they came, and where the earlier ones end."""
    return _said(visit, visit.db.rows(_COMMENTS, _latest(visit, post_id, before)))


def _reading(visit: Visit, post_id: UUID, language: str | None) -> dict[str, Any]:
    given = reading(visit, post=post_id, oversees=policies.oversees(visit.viewer))
    return given | {"languages": [language, *given["languages"]]} if language else given


def _latest(visit: Visit, post_id: UUID, before: UUID | None) -> dict[str, Any]:
    return {"post": post_id, "before": before, "limit": COMMENTS + 1, "account": visit.viewer.account_id}


def _said(visit: Visit, rows: Sequence[Any]) -> Said:
    earlier = rows[1].id if len(rows) > COMMENTS else None
    return [_comment(visit, row) for row in rows[-COMMENTS:]], earlier


def _from_json(found: dict[str, Any]) -> SimpleNamespace:
    """A row of comments that came along as JSON."""
    ids = {name: UUID(found[name]) if found[name] else None for name in ("id", "author_id")}
    moments = {
        name: datetime.fromisoformat(found[name]) if found[name] else None for name in ("created_at", "edited_at")
    }
    return SimpleNamespace(**found | ids | moments)


def editions(visit: Visit, post_id: UUID) -> list[Edition]:
    """Every version, the latest first."""
    rows = visit.db.rows(_EDITIONS, (post_id,))
    names = account_names(visit.db, {row.author_id for row in rows if row.author_id})
    return [
        Edition(row.number, row.event, row.at, names.get(row.author_id, row.machine), row.content["title"],
                row.content["body"], row.content.get("poll", {}).get("choices", ()), row.content.get("event", {}))
        for row in rows
    ]  # fmt: skip


def reactions_of(visit: Visit, post_id: UUID) -> tuple[dict[str, int], str | None]:
    """How many there are of each kind, and the viewer's own."""
    row = visit.db.row(_REACTIONS, {"post": post_id, "account": visit.viewer.account_id})
    return reactions(row.reactions), row.mine


def _comment(visit: Visit, row: Any) -> CommentRow:
    mine = visit.viewer.account_id
    before = [(datetime.fromisoformat(one["at"]), one["body"]) for one in row.earlier]
    return CommentRow(
        row.id, signed(visit, row), row.body, row.created_at, bool(mine) and row.author_id == mine, row.status,
        row.edited_at, before,
    )  # fmt: skip


def _page(visit: Visit, row: Any) -> PostPage:
    foreign = row.language != visit.voice.language
    return PostPage(
        id=row.id,
        author=signed(visit, row),
        topic=labels(visit).get(row.category_id),
        title=Picked(row.title, row.language, foreign),
        language=row.language,
        is_fallback=foreign,
        languages=tuple(sorted(row.languages)),
        original=next((code for code in visit.company.languages if code in row.languages), row.language),
        html=Markup(row.html),  # noqa: S704 - made by richtext when it was saved
        words=row.words,
        link=None if row.by_staff else link_card(row.link, row.words),
        reach=row.reach,
        status=row.status,
        pinned=row.pinned,
        at=row.show_from,
        until=row.show_until,
        edited_at=row.edited_at,
        comments_open=row.comments_open and row.status == "shown",
        comments=row.comments,
        reactions=reactions(row.reactions),
        mine=row.mine,
        is_mine=row.author_id is not None and row.author_id == visit.viewer.account_id,
        follows=row.follows,
        attached=row.attached,
        has_case=row.has_case,
        version=row.version,
        property_id=row.property_id,
        important=row.important,
        event=event_view(visit, row.event),
        poll=poll_view(visit, row.poll, by_staff=row.by_staff),
    )
