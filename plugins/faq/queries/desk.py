"""What the team reads: articles in every state, their history, what is missing, and what residents said.

Nothing here asks for audiences; everything here is for those who may see drafts.
"""

# ruff: noqa: S608 - statements are put together from constants of this package only; values are parameters

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from plugins.faq.queries.reading import languages_for
from quartier.sdk import Audience, CompanySession, LocalizedText, Picked, Visit, account_names, search_words

STALE_AFTER = timedelta(days=365)
STATES = ("draft", "scheduled", "published", "archived")
PAGE = 50

_STATE = "CASE WHEN a.status = 'published' AND a.publish_at > %(now)s THEN 'scheduled' ELSE a.status END"
_STALE = "a.status = 'published' AND coalesce(a.confirmed_at, a.publish_at) < %(stale_before)s"
_TEXT = """
    LEFT JOIN LATERAL (
        SELECT t.title, t.language FROM faq_article_text t
        WHERE t.company_id = a.company_id AND t.article_id = a.id AND t.title <> ''
        ORDER BY array_position(%(languages)s, t.language) LIMIT 1
    ) t ON true
"""
_WRITTEN = """
    ARRAY(SELECT o.language FROM faq_article_text o
        WHERE o.company_id = a.company_id AND o.article_id = a.id AND o.title <> '' AND o.body <> '')
"""
DESK = f"""
    SELECT a.id, a.slug, coalesce(t.title, '') AS title, coalesce(t.language, %(language)s) AS language,
        {_STATE} AS state, a.publish_at, coalesce(a.confirmed_at, a.publish_at) AS confirmed_at, {_STALE} AS is_stale,
        c.id AS category_id, c.key AS category, c.name AS category_name, c.position AS category_position, a.position,
        {_WRITTEN} AS written, a.version, a.changed_at, a.audience,
        (SELECT count(*) FROM faq_feedback f WHERE f.company_id = a.company_id AND f.article_id = a.id AND f.helpful)
            AS helpful,
        (SELECT count(*) FROM faq_feedback f WHERE f.company_id = a.company_id AND f.article_id = a.id
            AND NOT f.helpful) AS unhelpful
    FROM faq_article a JOIN faq_category c ON c.company_id = a.company_id AND c.id = a.category_id {_TEXT}
    WHERE (%(state)s::text IS NULL OR {_STATE} = %(state)s)
        AND (%(category)s::text IS NULL OR c.key = %(category)s)
        AND (%(missing)s::text IS NULL OR %(missing)s <> ALL ({_WRITTEN}))
        AND (NOT %(stale)s OR {_STALE})
        AND (%(words)s::text[] IS NULL OR a.id IN (
            SELECT article_id FROM faq_find(%(words)s) GROUP BY article_id
            HAVING count(DISTINCT word) = cardinality(%(words)s::text[])))
        AND (%(after)s::boolean IS NOT TRUE OR (c.position, c.id, a.position, a.id) >
            (%(after_0)s::int, %(after_1)s::uuid, %(after_2)s::int, %(after_3)s::uuid))
    ORDER BY c.position, c.id, a.position, a.id LIMIT %(limit)s
"""
_EDIT = """
    SELECT a.id, a.slug, a.category_id, a.status, a.publish_at, a.confirmed_at, a.audience, a.version, a.changed_at,
        r.author_id, r.machine
    FROM faq_article a
    LEFT JOIN faq_revision r ON r.company_id = a.company_id AND r.article_id = a.id AND r.number = a.version
    WHERE a.id = %s
"""
_TEXTS = "SELECT language, title, summary, body FROM faq_article_text WHERE article_id = %s"
_NAMED = f"""
    SELECT a.id, a.slug, coalesce(t.title, a.slug) AS title
    FROM faq_related r JOIN faq_article a ON a.company_id = r.company_id AND a.id = r.related_id {_TEXT}
    WHERE r.article_id = %(article)s ORDER BY r.position
"""
_HISTORY = """
    SELECT number, event, at, author_id, machine, content FROM faq_revision WHERE article_id = %s ORDER BY number DESC
"""
_OPINIONS = f"""
    SELECT a.id, a.slug, t.title, t.language, count(*) FILTER (WHERE f.helpful) AS helpful,
        count(*) FILTER (WHERE NOT f.helpful) AS unhelpful, count(*) FILTER (WHERE f.comment <> '') AS comments,
        max(f.at) AS latest
    FROM faq_feedback f JOIN faq_article a ON a.company_id = f.company_id AND a.id = f.article_id {_TEXT}
    GROUP BY a.company_id, a.id, t.title, t.language
    ORDER BY count(*) FILTER (WHERE NOT f.helpful) DESC, count(*) DESC, a.slug
"""
_COMMENTS = """
    SELECT helpful, comment, at FROM faq_feedback WHERE article_id = %s AND comment <> '' ORDER BY at DESC, id
"""
_ANSWERS = """
    SELECT a.slug AS article, f.helpful, f.comment, f.at
    FROM faq_feedback f JOIN faq_article a ON a.company_id = f.company_id AND a.id = f.article_id
    WHERE f.account_id = %s ORDER BY f.at, a.slug
"""


@dataclass(frozen=True)
class DeskFilters:
    """What a list of the team is limited to. `missing` is a language, `text` words, `category` a key."""

    state: str | None = None
    category: str | None = None
    missing: str | None = None
    stale: bool = False
    text: str = ""


class DeskRow(NamedTuple):
    """An article in the team's list; `missing` are those of the company's languages in which it cannot be read yet."""

    id: UUID
    slug: str
    title: str
    language: str
    state: str
    publish_at: datetime | None
    confirmed_at: datetime | None
    is_stale: bool
    category_id: UUID
    category: str
    category_name: Picked
    category_position: int
    position: int
    missing: tuple[str, ...]
    version: int
    changed_at: datetime
    audience: Audience
    helpful: int
    unhelpful: int

    @property
    def cursor(self) -> tuple[int, str, int, str]:
        """Where the next page begins."""
        return self.category_position, str(self.category_id), self.position, str(self.id)


@dataclass(frozen=True)
class Wording:
    """An article in one language, as it is edited."""

    title: str = ""
    summary: str = ""
    body: str = ""


@dataclass(frozen=True)
class EditedArticle:
    """Everything an editor works with. `texts` holds the languages that have anything written."""

    id: UUID
    slug: str
    category_id: UUID
    status: str
    publish_at: datetime | None
    confirmed_at: datetime | None
    audience: Audience
    version: int
    changed_at: datetime
    author: str
    texts: Mapping[str, Wording]
    related: Sequence[Any]


class RevisionRow(NamedTuple):
    """One step of an article's history. `author` is empty when the person is gone."""

    number: int
    event: str
    at: datetime
    author: str
    content: dict[str, Any]


class Opinion(NamedTuple):
    """What residents answered about one article."""

    id: UUID
    slug: str
    title: str | None
    language: str | None
    helpful: int
    unhelpful: int
    comments: int
    latest: datetime


class Comment(NamedTuple):
    """A remark on an article. It has no name: it is about the text, not about the person."""

    helpful: bool
    comment: str
    at: datetime


def desk_articles(
    visit: Visit, filters: DeskFilters = DeskFilters(), after: Sequence[Any] | None = None, limit: int = PAGE
) -> list[DeskRow]:
    """Articles in every state, in the order of topics; `after` is the `cursor` of the last row seen."""
    return [_desk_row(visit, row) for row in visit.db.rows(DESK, narrowed(visit, filters, after, limit))]


def narrowed(
    visit: Visit, filters: DeskFilters, after: Sequence[Any] | None = None, limit: int | None = None
) -> dict[str, Any]:
    """The parameters of `DESK` for these filters."""
    cursor = {f"after_{index}": value for index, value in enumerate(after or (None,) * 4)}
    return _asking(visit) | cursor | {
        "state": filters.state,
        "category": filters.category,
        "missing": filters.missing,
        "stale": filters.stale,
        "words": search_words(filters.text) or None,
        "after": after is not None,
        "limit": limit,
    }  # fmt: skip


def article_for_edit(visit: Visit, article_id: UUID) -> EditedArticle | None:
    """One article with all its languages, or None."""
    row = visit.db.row(_EDIT, (article_id,))
    if row is None:
        return None
    texts = {text.language: Wording(*text[1:]) for text in visit.db.rows(_TEXTS, (article_id,))}
    related = visit.db.rows(_NAMED, _asking(visit) | {"article": article_id})
    facts = row._asdict() | {
        "audience": Audience.from_json(row.audience),
        "author": _author(visit, row),
        "texts": texts,
        "related": related,
    }
    return EditedArticle(**{name: value for name, value in facts.items() if name not in ("author_id", "machine")})


def history(visit: Visit, article_id: UUID) -> list[RevisionRow]:
    """Every version of an article, the latest first."""
    rows = visit.db.rows(_HISTORY, (article_id,))
    names = account_names(visit.db, (row.author_id for row in rows if row.author_id))
    return [
        RevisionRow(row.number, row.event, row.at, names.get(row.author_id, row.machine), row.content) for row in rows
    ]


def missing_languages(visit: Visit) -> dict[str, list[DeskRow]]:
    """Language → articles that residents see or are about to see, and cannot read in it."""
    rows = [row for row in desk_articles(visit, limit=10_000) if row.state in ("published", "scheduled")]
    return {language: [row for row in rows if language in row.missing] for language in visit.company.languages}


def stale_articles(visit: Visit) -> list[DeskRow]:
    """Published articles that nobody has confirmed for a year, those neglected longest first."""
    rows = desk_articles(visit, DeskFilters(stale=True), limit=10_000)
    return sorted(rows, key=lambda row: (row.confirmed_at or row.changed_at, row.slug))


def feedback_report(visit: Visit) -> list[Opinion]:
    """Answers per article, those that helped least first."""
    return [Opinion(*row) for row in visit.db.rows(_OPINIONS, _asking(visit))]


def feedback_comments(visit: Visit, article_id: UUID) -> list[Comment]:
    """Remarks on an article, the latest first."""
    return [Comment(*row) for row in visit.db.rows(_COMMENTS, (article_id,))]


def answers_of(db: CompanySession, account_id: UUID) -> list[dict[str, object]]:
    """Everything that one person answered, for that person."""
    return [row._asdict() for row in db.rows(_ANSWERS, (account_id,))]


def _asking(visit: Visit) -> dict[str, Any]:
    now = visit.now
    languages = {"language": visit.voice.language, "languages": languages_for(visit)}
    return {"now": now, "stale_before": now - STALE_AFTER, **languages}


def _desk_row(visit: Visit, row: Any) -> DeskRow:
    facts = row._asdict()
    written = facts.pop("written")
    facts["missing"] = tuple(language for language in visit.company.languages if language not in written)
    facts["category_name"] = visit.text(LocalizedText(row.category_name))
    facts["audience"] = Audience.from_json(row.audience)
    return DeskRow(**facts)


def _author(visit: Visit, row: Any) -> str:
    return account_names(visit.db, [row.author_id]).get(row.author_id, "") if row.author_id else row.machine or ""
