"""The page of all articles in one statement: its articles, their topics, and those that helped most."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from plugins.faq.queries.reading import FROM, ROW, VISIBLE, CategoryRow, reading
from quartier.sdk import LocalizedText, Visit

MOST_HELPFUL = 5
_CONTENTS = f"""
    SELECT {ROW}, c.id AS category_id, c.name::text AS category_name, c.icon AS category_icon, a.votes
    {FROM} WHERE {VISIBLE} ORDER BY c.position, c.key, a.position, a.slug
"""


@dataclass(frozen=True, slots=True)
class Contents:
    """What there is to read. `articles` and `helpful` are rows with the fields of `ArticleRow`."""

    topics: Sequence[CategoryRow]
    articles: Sequence[Any]
    helpful: Sequence[Any]


def contents(visit: Visit) -> Contents:
    """All articles that the viewer may read, by topic and then in the editors' order."""
    articles = visit.db.rows(_CONTENTS, reading(visit))
    liked = sorted((row for row in articles if row.votes > 0), key=lambda row: -row.votes)
    return Contents(_topics(visit, articles), articles, liked[:MOST_HELPFUL])


def _topics(visit: Visit, articles: Sequence[Any]) -> list[CategoryRow]:
    """Each topic once. Its names come as text and are read here: per topic, not per article."""
    first: dict[UUID, Any] = {}
    counts: dict[UUID, int] = {}
    for row in articles:
        first.setdefault(row.category_id, row)
        counts[row.category_id] = counts.get(row.category_id, 0) + 1
    names = {key: visit.text(LocalizedText(json.loads(row.category_name))) for key, row in first.items()}
    return [CategoryRow(key, row.category, names[key], row.category_icon, counts[key]) for key, row in first.items()]
