"""What residents read, as far as they may see it.

The list takes one statement however many articles there are: plain columns on the quick lane, with the best language
picked in the database. Every read compares `publish_at` with its own moment.
"""

# ruff: noqa: S608 - statements are put together from constants of this package only; values are parameters

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from markupsafe import Markup

from plugins.faq import policies
from plugins.faq.richtext import with_pictures
from quartier.sdk import AttachedFile, Heading, LocalizedText, Picked, Visit, meant, search_words, with_icons

VISIBLE = f"""
    a.status = 'published' AND a.publish_at <= %(now)s AND (%(everything)s OR {meant("a", "a.publish_at")})
"""
_BEST_TEXT = """
    JOIN LATERAL (
        SELECT t.* FROM faq_article_text t
        WHERE t.company_id = a.company_id AND t.article_id = a.id AND t.title <> ''
        ORDER BY t.body = '', array_position(%(languages)s, t.language) LIMIT 1
    ) t ON true
"""
ROW = "a.id, a.slug, t.title, t.summary, t.language, t.language <> %(language)s AS is_fallback, c.key AS category"
FROM = f"FROM faq_article a JOIN faq_category c ON c.company_id = a.company_id AND c.id = a.category_id {_BEST_TEXT}"

_CATEGORIES = f"""
    SELECT c.id, c.key, c.name, c.icon, count(a.id) AS count
    FROM faq_category c
    LEFT JOIN faq_article a ON a.company_id = c.company_id AND a.category_id = c.id AND {VISIBLE}
    GROUP BY c.company_id, c.id HAVING %(empty)s OR count(a.id) > 0
    ORDER BY c.position, c.key
"""
ARTICLES = f"""
    SELECT {ROW} {FROM}
    WHERE {VISIBLE} AND (%(category)s::text IS NULL OR c.key = %(category)s)
    ORDER BY c.position, c.key, a.position, a.slug
"""
_FOUND = f"""
    WITH found AS (
        SELECT f.article_id, max(f.here::int) AS here, max(f.words) AS words, max(f.score) AS score
        FROM (
            SELECT article_id, language = %(language)s AS here, count(*) AS words, sum(score) AS score
            FROM (
                SELECT article_id, language, word, max(score) AS score
                FROM faq_find(%(words)s) GROUP BY article_id, language, word
            ) w GROUP BY article_id, language
        ) f GROUP BY f.article_id
    ), visible AS (
        SELECT a.company_id, a.id, a.slug, a.category_id, f.here, f.words, f.score, max(f.words) OVER () AS most
        FROM found f JOIN faq_article a ON a.id = f.article_id WHERE {VISIBLE}
    ), a AS (
        SELECT * FROM visible WHERE words = most ORDER BY here DESC, score DESC, slug LIMIT %(limit)s
    )
    SELECT {ROW} {FROM.replace("faq_article a", "a", 1)} ORDER BY a.here DESC, a.score DESC, a.slug
"""
_PAGE = f"""
    SELECT {ROW}, c.name AS category_name, c.icon AS category_icon, t.html, t.headings, a.status, a.publish_at,
        a.changed_at, a.confirmed_at,
        ARRAY(SELECT o.language FROM faq_article_text o
            WHERE o.company_id = a.company_id AND o.article_id = a.id AND o.title <> '' AND o.body <> '') AS languages,
        (SELECT count(*) FROM faq_feedback f WHERE f.article_id = a.id AND f.helpful) AS helpful,
        (SELECT count(*) FROM faq_feedback f WHERE f.article_id = a.id AND NOT f.helpful) AS unhelpful,
        (SELECT f.helpful FROM faq_feedback f WHERE f.article_id = a.id AND f.account_id = %(account)s) AS answer,
        (SELECT f.comment FROM faq_feedback f WHERE f.article_id = a.id AND f.account_id = %(account)s) AS remark
    {FROM} WHERE a.slug = %(slug)s AND (%(drafts)s OR {VISIBLE})
"""
_RELATED = f"""
    SELECT {ROW} {FROM} LEFT JOIN faq_related r ON r.article_id = %(article)s AND r.related_id = a.id
    WHERE {VISIBLE} AND a.id <> %(article)s AND (r.id IS NOT NULL OR c.key = %(category)s)
    ORDER BY r.position NULLS LAST, a.position, a.slug LIMIT %(limit)s
"""
_READABLE = (
    f"SELECT EXISTS (SELECT FROM faq_article a WHERE a.id = %(article)s AND (%(drafts)s OR {VISIBLE})) AS readable"
)
NEW = timedelta(days=30)
"""So long an article stands among the new ones."""
_WELCOME = f"""
    SELECT {ROW} {FROM}
    LEFT JOIN LATERAL (
        SELECT count(*) FILTER (WHERE helpful) - count(*) FILTER (WHERE NOT helpful) AS votes
        FROM faq_feedback f WHERE f.company_id = a.company_id AND f.article_id = a.id
    ) v ON true
    WHERE {VISIBLE}
    ORDER BY a.publish_at > %(new)s DESC, v.votes DESC, a.publish_at DESC, a.slug LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A topic and how many articles this viewer finds in it."""

    id: UUID
    key: str
    name: Picked
    icon: str
    count: int


class ArticleRow(NamedTuple):
    """A line of a list. `language` is that of title and summary; `is_fallback` says it is not the reader's."""

    id: UUID
    slug: str
    title: str
    summary: str
    language: str
    is_fallback: bool
    category: str

    @property
    def picked(self) -> Picked:
        """The title for the `localized` filter."""
        return Picked(self.title, self.language, self.is_fallback)


@dataclass(frozen=True)
class ArticlePage:
    """An article as it is read. `html` is safe; `answer` and `remark` are what this viewer said about
    it, None for nothing yet."""

    id: UUID
    slug: str
    title: str
    summary: str
    language: str
    is_fallback: bool
    category: str
    category_name: Picked
    category_icon: str
    html: Markup
    headings: tuple[Heading, ...]
    languages: tuple[str, ...]
    status: str
    publish_at: datetime | None
    updated: datetime
    confirmed_at: datetime | None
    helpful: int
    unhelpful: int
    answer: bool | None
    remark: str | None
    related: Sequence[ArticleRow]

    def html_with(
        self, icon: Callable[[str], Markup], files: Sequence[AttachedFile], *, at_once: bool = False
    ) -> Markup:
        """The text with its pictures, and its call-outs' drawings, as the page draws icons."""
        return with_icons(with_pictures(self.html, files, at_once=at_once), icon)


def languages_for(visit: Visit) -> list[str]:
    """Languages in the order in which this reader wants them."""
    return list(dict.fromkeys((visit.voice.language, *visit.company.languages, "en", "de", "fr")))


def reading(visit: Visit, **more: Any) -> dict[str, Any]:
    """What every read by this viewer depends on."""
    return {
        "now": visit.now,
        "everything": policies.reads_everything(visit.viewer),
        **visit.sight,
        "language": visit.voice.language,
        "languages": languages_for(visit),
        **more,
    }


def categories(visit: Visit, *, with_empty: bool = False) -> list[CategoryRow]:
    """Topics in the company's order, with the number of articles that the viewer may read; empty ones on demand."""
    rows = visit.db.rows(_CATEGORIES, reading(visit, empty=with_empty))
    return [CategoryRow(row.id, row.key, visit.text(LocalizedText(row.name)), row.icon, row.count) for row in rows]


def visible_articles(visit: Visit, category: str | None = None) -> list[ArticleRow]:
    """Articles that the viewer may read, by topic and then in the editors' order; `category` is a key."""
    return [ArticleRow(*row) for row in visit.db.rows(ARTICLES, reading(visit, category=category))]


def article_by_slug(visit: Visit, slug: str, *, drafts: bool = False) -> ArticlePage | None:
    """One article, if the viewer may read it; `drafts` shows it whatever its status to those who may see drafts."""
    drafts = drafts and policies.may_see_drafts(visit.viewer)
    row = visit.db.row(_PAGE, reading(visit, slug=slug, drafts=drafts, account=visit.viewer.account_id))
    if row is None:
        return None
    facts = row._asdict() | {
        "category_name": visit.text(LocalizedText(row.category_name)),
        "html": Markup(row.html),  # noqa: S704 - rendered and cleaned by richtext
        "headings": tuple(Heading(*heading) for heading in row.headings),
        "languages": tuple(row.languages),
        "related": related_articles(visit, row.id, row.category),
    }
    facts["updated"] = facts.pop("changed_at")
    return ArticlePage(**facts)


def related_articles(visit: Visit, article_id: UUID, category: str, limit: int = 4) -> list[ArticleRow]:
    """Those that the editors named, then others of the topic; only what the viewer may read."""
    given = reading(visit, article=article_id, category=category, limit=limit)
    return [ArticleRow(*row) for row in visit.db.rows(_RELATED, given)]


def may_read(visit: Visit, article_id: UUID) -> bool:
    """Whether the viewer may read this article, and so its files; editors those of drafts too."""
    drafts = policies.may_see_drafts(visit.viewer)
    readable: bool = visit.db.row(_READABLE, reading(visit, article=article_id, drafts=drafts)).readable
    return readable


def search_articles(visit: Visit, query: str, limit: int = 20) -> list[ArticleRow]:
    """Articles for a question as people type it, best first; those found in the reader's language before others.

    Where no article has all words, those with most of them are given.
    """
    if not (words := search_words(query)):
        return []
    return [ArticleRow(*row) for row in visit.db.rows(_FOUND, reading(visit, words=words, limit=limit))]


def newest_and_most_helpful(visit: Visit, limit: int) -> list[ArticleRow]:
    """New ones first, then those that helped most."""
    return [ArticleRow(*row) for row in visit.db.rows(_WELCOME, reading(visit, limit=limit, new=visit.now - NEW))]
