"""The page of all articles: its articles, their topics, and those that helped most.

Everybody's articles are read in one statement and kept until one of them changes, and so is what each group of readers
may read of them; which group somebody belongs to, and what is due, is asked at each visit.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from plugins.faq import policies
from plugins.faq.queries.reading import NEW, ArticleRow, languages_for, newest_and_most_helpful
from quartier.sdk import LocalizedText, Picked, Stay, Visit

MOST_HELPFUL = 5
# The best text of each article is picked in one sort of all: as other reads do it, article by article, takes twice as
# long, and a join with texts picked beforehand is squared wherever the planner takes the company for a small one.
_CONTENTS = """
    SELECT slug, title, language, language <> %(language)s AS is_fallback, category, category_name, category_icon,
        votes, publish_at, audience_keys
    FROM (
        SELECT DISTINCT ON (a.id) a.slug, t.title, t.language, c.key AS category, c.name::text AS category_name,
            c.icon AS category_icon, a.votes, a.publish_at, a.audience_keys, a.position, c.position AS category_position
        FROM faq_article a
        JOIN faq_category c ON c.company_id = a.company_id AND c.id = a.category_id
        JOIN faq_article_text t ON t.company_id = a.company_id AND t.article_id = a.id AND t.title <> ''
        WHERE a.status = 'published' ORDER BY a.id, t.body = '', array_position(%(languages)s, t.language)
    ) found ORDER BY category_position, category, position, slug
"""


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic and how many articles this viewer finds in it."""

    key: str
    name: Picked
    icon: str
    count: int


class Line(NamedTuple):
    """An article on the page of all articles; `language` is that of the title, `category` the key of its topic."""

    slug: str
    title: str
    language: str
    is_fallback: bool
    category: str
    category_name: str
    category_icon: str
    votes: int


class Published(NamedTuple):
    """An article with those who may read it and the moment from which they may."""

    line: Line
    publish_at: datetime
    audience: frozenset[str]


@dataclass(frozen=True)
class Library:
    """Everybody's articles. `keys` are all that decide who reads one, `moments` all that decide when, in order."""

    articles: list[Published]
    keys: frozenset[str]
    moments: list[datetime]

    @classmethod
    def of(cls, articles: list[Published]) -> Self:
        """The library of these articles, in their order."""
        keys = frozenset(key for article in articles for key in article.audience)
        return cls(articles, keys, sorted(article.publish_at for article in articles))


@dataclass(frozen=True)
class Theirs:
    """Of all keys those that mean a reader, and those of units with the days on which they do."""

    keys: frozenset[str]
    stays: tuple[Stay, ...]

    @classmethod
    def of(cls, visit: Visit, library: Library) -> Self:
        """What decides in this library for whoever looks; mostly nothing is addressed to a unit."""
        stays = (stay for stay in visit.viewer.stays if stay.key in library.keys)
        return cls(library.keys.intersection(visit.viewer.audience_keys), tuple(stays))

    def include(self, article: Published, zone: ZoneInfo) -> bool:
        """Whether an article is meant for the reader: what `meant` asks in other reads."""
        if not article.audience.isdisjoint(self.keys):
            return True
        mine = [stay for stay in self.stays if stay.key in article.audience]
        return bool(mine) and any(stay.covers(article.publish_at.astimezone(zone).date()) for stay in mine)


@dataclass(frozen=True)
class Contents:
    """What there is to read. Two that are equal look the same, so the page keeps what it drew for one.

    `languages` are the reader's and the company's, for the names of topics.
    """

    articles: tuple[Line, ...]
    languages: tuple[str, str]

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Asked at each visit, of the same few that are kept."""
        return hash((self.articles, self.languages))

    @property
    def helpful(self) -> list[Line]:
        """The few that helped most."""
        liked = sorted((line for line in self.articles if line.votes > 0), key=lambda line: -line.votes)
        return liked[:MOST_HELPFUL]

    @property
    def topics(self) -> list[Topic]:
        """Each topic once. Its names come as text and are read here: per topic, not per article."""
        counts = Counter(line.category for line in self.articles)
        first = {line.category: line for line in reversed(self.articles)}
        return [Topic(key, self._named(first[key]), first[key].category_icon, count) for key, count in counts.items()]

    def _named(self, line: Line) -> Picked:
        return LocalizedText(json.loads(line.category_name)).pick(self.languages[0], self.languages[1:])


def contents(visit: Visit) -> Contents:
    """All articles that the viewer may read, by topic and then in the editors' order.

    Those whom the same keys let in see the same until the next article is due, so what is theirs is chosen once.
    """
    languages = languages_for(visit)
    library: Library = visit.kept("faq", tuple(languages), lambda: _library(visit, languages))
    everything, due = policies.reads_everything(visit.viewer), bisect_right(library.moments, visit.now)
    theirs = None if everything else Theirs.of(visit, library)
    return visit.kept("faq", (tuple(languages), theirs, due), lambda: _chosen(visit, library, theirs))


def count_visible(visit: Visit) -> int:
    """How many articles the viewer may read."""
    return len(contents(visit).articles)


def welcome_articles(visit: Visit, limit: int = 3) -> list[ArticleRow]:
    """For the home page: new ones first, then those that helped most; read once for whom the same keys let in."""
    languages = languages_for(visit)
    library: Library = visit.kept("faq", tuple(languages), lambda: _library(visit, languages))
    theirs = None if policies.reads_everything(visit.viewer) else Theirs.of(visit, library)
    moments = tuple(bisect_right(library.moments, visit.now - age) for age in (timedelta(), NEW))
    key = ("welcome", limit, tuple(languages), theirs, moments)
    return visit.kept("faq", key, lambda: newest_and_most_helpful(visit, limit))


def _chosen(visit: Visit, library: Library, theirs: Theirs | None) -> Contents:
    now = visit.now
    mine = (
        article.line
        for article in library.articles
        if article.publish_at <= now and (theirs is None or theirs.include(article, visit.company.zone))
    )
    return Contents(tuple(mine), (visit.voice.language, visit.company.default_language))


def _library(visit: Visit, languages: list[str]) -> Library:
    rows: list[Any] = visit.db.rows(_CONTENTS, {"language": languages[0], "languages": languages})
    return Library.of([Published(Line(*row[:8]), row.publish_at, frozenset(row.audience_keys)) for row in rows])
