"""What is missing in which language, and what residents answered."""

from __future__ import annotations

from uuid import UUID

from plugins.faq import queries
from plugins.faq.desk.area import found_article, page, pages, title_of
from plugins.faq.manifest import VIEW_DRAFTS
from quartier.sdk import Visit


@pages.page("/languages", needs=VIEW_DRAFTS)
def languages(visit: Visit) -> str:
    """Articles that somebody reads in a language other than the own, because a text is missing."""
    missing = queries.missing_languages(visit)
    rows = {row.id: row for found in missing.values() for row in found}
    counts = queries.state_counts(visit, queries.DeskFilters())
    live = counts.get("published", 0) + counts.get("scheduled", 0)
    coverage = [(language, live - len(found), live) for language, found in missing.items()]
    return page(visit, "languages", coverage=coverage, rows=sorted(rows.values(), key=lambda row: row.cursor))


@pages.page("/feedback", needs=VIEW_DRAFTS)
def feedback(visit: Visit) -> str:
    """What residents answered, the least helpful article first."""
    return page(visit, "feedback", rows=queries.feedback_report(visit))


@pages.page("/<uuid:article_id>/feedback", needs=VIEW_DRAFTS)
def remarks(visit: Visit, article_id: UUID) -> str:
    """What residents wrote about one article; without names, for it is about the text."""
    article = found_article(visit, article_id)
    comments = queries.feedback_comments(visit, article_id)
    return page(visit, "remarks", article=article, title=title_of(visit, article), comments=comments)
