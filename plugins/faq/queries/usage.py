"""What happened in a time, as numbers."""

from __future__ import annotations

from datetime import datetime

from quartier.sdk import CompanySession

_USAGE = """
    SELECT (SELECT count(DISTINCT article_id) FROM faq_revision
             WHERE event = 'published' AND at >= %(since)s AND at < %(until)s) AS published,
           count(*) AS answers, count(*) FILTER (WHERE helpful) AS helped
      FROM faq_feedback WHERE at >= %(since)s AND at < %(until)s
"""


def usage(db: CompanySession, since: datetime, until: datetime) -> dict[str, int]:
    """Articles that were published, and what readers said of articles."""
    return dict(db.row(_USAGE, {"since": since, "until": until})._asdict())
