"""What a reader finds on the board with a few words: posts that are there for this reader now, the latest first."""

# ruff: noqa: S608 - statements are put together from constants of this package only; values are parameters

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from plugins.pinboard.queries.cards import AUTHOR, LANGUAGE, reading, short, signed
from plugins.pinboard.queries.feed import DOORS, LIVE, OPEN
from quartier.sdk import Visit, search_words

RARE = 500
"""Posts that the index may give for a question. With more, the words are common, and stand among the newest as well."""
NEWEST = (250, 2000)
"""So many posts of each of the reader's keys are then looked through; more where the first few do not fill the page."""
_FOUND = f"""
    WITH w AS MATERIALIZED (SELECT id FROM pinboard_find(%(words)s, %(rare)s + 1) AS w(id)),
    common AS MATERIALIZED (SELECT count(*) > %(rare)s AS many FROM w),
    scanned AS MATERIALIZED (
        SELECT k.key, n.post_id, n.rank, n.at FROM {DOORS} CROSS JOIN LATERAL (
            SELECT p.post_id, p.rank, p.at FROM pinboard_spot p WHERE p.key = k.key AND {LIVE} AND {OPEN}
            ORDER BY p.rank DESC, p.at DESC, p.post_id DESC LIMIT %(newest)s
        ) n WHERE (SELECT many FROM common)
    ),
    edge AS MATERIALIZED (
        SELECT max(o.at) AS at FROM (
            SELECT coalesce(min(s.at) FILTER (WHERE s.rank = 0), 'infinity') AS at
            FROM scanned s GROUP BY s.key HAVING count(*) >= %(newest)s
        ) o
    )
    SELECT f.at, (SELECT e.at FROM edge e) AS edge, t.id, t.by_staff, l.language,
        coalesce(t.title ->> l.language, '') AS title, left(t.plain ->> l.language, 200) AS words, {AUTHOR.format("t")}
    FROM (
        SELECT p.post_id, p.at FROM w JOIN pinboard_spot p ON p.post_id = w.id JOIN {DOORS} ON p.key = k.key
        WHERE NOT (SELECT many FROM common) AND {LIVE} AND {OPEN}
        UNION
        SELECT s.post_id, s.at FROM scanned s
        JOIN pinboard_post t ON t.id = s.post_id AND t.search_key LIKE ALL(%(patterns)s)
        ORDER BY at DESC, post_id DESC LIMIT %(limit)s
    ) f JOIN pinboard_post t ON t.id = f.post_id {LANGUAGE} ORDER BY f.at DESC, t.id DESC
"""


class Found(NamedTuple):
    """A post that has the words, in `language`: what to call it, and what else it says or who wrote it."""

    id: UUID
    heading: str
    text: str
    language: str


def find_posts(visit: Visit, query: str, limit: int = 8) -> list[Found]:
    """Posts with all words of a question, as far as this viewer reads them; of common words, among the newest."""
    words = search_words(query)
    if not words:
        return []
    patterns = [f"%{' ' * (len(word) < 3)}{word}%" for word in words]
    given = reading(visit, words=words, patterns=patterns, limit=limit, rare=RARE)
    first, further = NEWEST
    rows = visit.db.rows(_FOUND, given | {"newest": first})
    # Before the edge another key may have newer ones, which have not been looked at.
    if rows and rows[0].edge is not None and (len(rows) < limit or rows[-1].at < rows[0].edge):
        rows = []
    if not rows:
        rows = visit.db.rows(_FOUND, given | {"newest": further})
    return [_found(visit, row) for row in rows]


def _found(visit: Visit, row: Any) -> Found:
    """A notice has a title; a neighbour's post begins with what it is about."""
    if row.title:
        return Found(row.id, row.title, short(row.words), row.language)
    return Found(row.id, short(row.words), signed(visit, row).name, row.language)
