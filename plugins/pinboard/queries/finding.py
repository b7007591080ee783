"""What a reader finds on the board with a few words: posts that are there for this reader now, the latest first."""

# ruff: noqa: S608 - statements are put together from constants of this package only; values are parameters

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from plugins.pinboard.queries.feed import AUTHOR, DOORS, LANGUAGE, LIVE, OPEN, reading, short, signed
from quartier.sdk import Visit, search_words

_FOUND = f"""
    SELECT t.id, t.by_staff, l.language, coalesce(t.title ->> l.language, '') AS title,
        left(t.plain ->> l.language, 200) AS words, {AUTHOR.format("t")}
    FROM (
        SELECT DISTINCT p.post_id, p.at FROM pinboard_find(%(words)s) AS w(id)
        JOIN pinboard_spot p ON p.post_id = w.id JOIN {DOORS} ON p.key = k.key
        WHERE {LIVE} AND {OPEN} ORDER BY p.at DESC, p.post_id DESC LIMIT %(limit)s
    ) f JOIN pinboard_post t ON t.id = f.post_id {LANGUAGE} ORDER BY f.at DESC, t.id DESC
"""


class Found(NamedTuple):
    """A post that has the words, in `language`: what to call it, and what else it says or who wrote it."""

    id: UUID
    heading: str
    text: str
    language: str


def find_posts(visit: Visit, query: str, limit: int = 8) -> list[Found]:
    """Posts with all words of a question, as far as this viewer reads them."""
    words = search_words(query)
    rows = visit.db.rows(_FOUND, reading(visit, words=words, limit=limit)) if words else []
    return [_found(visit, row) for row in rows]


def _found(visit: Visit, row: Any) -> Found:
    """A notice has a title; a neighbour's post begins with what it is about."""
    if row.title:
        return Found(row.id, row.title, short(row.words), row.language)
    return Found(row.id, short(row.words), signed(visit, row).name, row.language)
