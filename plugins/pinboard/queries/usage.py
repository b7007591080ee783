"""What happened in a time, as numbers."""

from __future__ import annotations

from datetime import datetime

from quartier.sdk import CompanySession

_USAGE = """
    WITH post AS (
        SELECT author_id FROM pinboard_post WHERE show_from >= %(since)s AND show_from < %(until)s
    ), said AS (
        SELECT author_id FROM pinboard_comment WHERE created_at >= %(since)s AND created_at < %(until)s
    ), sign AS (
        SELECT account_id FROM pinboard_reaction WHERE created_at >= %(since)s AND created_at < %(until)s
    ), answer AS (
        SELECT account_id FROM pinboard_guest WHERE created_at >= %(since)s AND created_at < %(until)s
        UNION ALL SELECT account_id FROM pinboard_ballot WHERE created_at >= %(since)s AND created_at < %(until)s
    )
    SELECT (SELECT count(*) FROM post) AS posts, (SELECT count(*) FROM said) AS comments,
           (SELECT count(*) FROM sign) AS reactions, (SELECT count(*) FROM answer) AS answers,
           (SELECT count(DISTINCT who) FROM (
               SELECT author_id FROM post UNION ALL SELECT author_id FROM said
               UNION ALL SELECT account_id FROM sign UNION ALL SELECT account_id FROM answer) AS all_of_them(who)
           ) AS people
"""


def usage(db: CompanySession, since: datetime, until: datetime) -> dict[str, int]:
    """Posts that began to be shown, comments, signs, answers to events and polls, and how many people these are of."""
    return dict(db.row(_USAGE, {"since": since, "until": until})._asdict())
