"""Reads: `reading` for residents, `desk` and `overview` for the team, `machines` for programs."""

from __future__ import annotations

from plugins.faq.queries.contents import Contents, contents, count_visible, welcome_articles
from plugins.faq.queries.desk import (
    STATES,
    Comment,
    DeskFilters,
    DeskRow,
    EditedArticle,
    Opinion,
    RevisionRow,
    Wording,
    answers_of,
    article_for_edit,
    desk_articles,
    feedback_comments,
    feedback_report,
    history,
    missing_languages,
    stale_articles,
)
from plugins.faq.queries.machines import MachineArticle, article_for_machine, topic_facts
from plugins.faq.queries.overview import Topic, state_counts, topics
from plugins.faq.queries.prospect import prospect
from plugins.faq.queries.reading import (
    ArticlePage,
    ArticleRow,
    CategoryRow,
    article_by_slug,
    categories,
    may_read,
    search_articles,
    visible_articles,
)
from plugins.faq.queries.usage import usage

__all__ = [
    "STATES",
    "ArticlePage",
    "ArticleRow",
    "CategoryRow",
    "Comment",
    "Contents",
    "DeskFilters",
    "DeskRow",
    "EditedArticle",
    "MachineArticle",
    "Opinion",
    "RevisionRow",
    "Topic",
    "Wording",
    "answers_of",
    "article_by_slug",
    "article_for_edit",
    "article_for_machine",
    "categories",
    "contents",
    "count_visible",
    "desk_articles",
    "feedback_comments",
    "feedback_report",
    "history",
    "may_read",
    "missing_languages",
    "prospect",
    "search_articles",
    "stale_articles",
    "state_counts",
    "topic_facts",
    "topics",
    "usage",
    "visible_articles",
    "welcome_articles",
]  # fmt: skip
