"""Reading what somebody was told of: page by page, and how much of it is unread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from quartier.mail.kinds import NotificationKind
from quartier.notifications.models import Notification
from quartier.notifications.sight import seen_by
from quartier.tenancy.session import CompanySession
from quartier.viewer import Viewer

PAGE: Final = 30
MOST: Final = 100
"""How many unread ones are counted; `open_visit` looks no further either."""
TURNS: Final = 5
"""How often a page, or the number at the bell, is filled up with older ones in the place of what may not be seen."""

FOUND: Final = """
    SELECT n.id, n.kind, n.thing_id, n.path, n.facts, n.audience, n.place, n.important, r.read_at,
           coalesce(n.told_at, n.created_at) AS at,
           (coalesce(n.told_at, n.created_at) AT TIME ZONE c.timezone)::date AS day,
           coalesce(nullif(trim(q.given_name || ' ' || q.family_name), ''), q.company_name) AS author
      FROM notification_receipt r JOIN notification n ON n.company_id = r.company_id AND n.id = r.notification_id
      JOIN company c ON c.id = r.company_id
      LEFT JOIN person q ON q.company_id = n.company_id AND q.id = n.author_id
     WHERE r.person_id = %(person)s AND n.kind = ANY(%(kinds)s)
"""
ONE: Final = f"{FOUND} AND r.notification_id = %(one)s"
"""Also for who does not want it under the bell: a mail and a device lead here as well."""

PAGED: Final = f"""
    {FOUND} AND r.in_app AND (%(after)s::uuid IS NULL OR r.notification_id < %(after)s)
    ORDER BY r.notification_id DESC LIMIT {PAGE + 1}
"""
UNREAD: Final = f"""
    {FOUND} AND r.in_app AND r.read_at IS NULL AND (%(after)s::uuid IS NULL OR r.notification_id < %(after)s)
    ORDER BY r.notification_id DESC LIMIT {MOST}
"""
AUTHOR: Final = """
    SELECT coalesce(nullif(trim(given_name || ' ' || family_name), ''), company_name) AS name FROM person WHERE id = %s
"""

Kinds = Mapping[str, NotificationKind]


def notifications(
    db: CompanySession, viewer: Viewer, kinds: Kinds, *, after: UUID | None = None
) -> tuple[list[Any], UUID | None]:
    """A page of what this viewer may see, the newest first, and after which one the next begins."""
    found: list[Any] = []
    for _turn in range(TURNS):
        rows = _rows(db, PAGED, viewer, kinds, after=after)
        found += seen_by(db, viewer, kinds, rows[:PAGE])
        after = rows[PAGE - 1].id if len(rows) > PAGE else None
        if after is None or len(found) >= PAGE // 2:
            break
    return found, after


def unread(db: CompanySession, viewer: Viewer, kinds: Kinds) -> int:
    """How many this viewer has not read and may see; `MOST` means that many or more.

    Of the newest some may be hidden by now, so older ones are counted in their place.
    """
    found, after = 0, None
    for _turn in range(TURNS):
        rows = _rows(db, UNREAD, viewer, kinds, after=after)
        found += len(seen_by(db, viewer, kinds, rows))
        if found >= MOST or len(rows) < MOST:
            break
        after = rows[-1].id
    return min(found, MOST)


def notification(db: CompanySession, viewer: Viewer, kinds: Kinds, one: UUID) -> Any:
    """One of them, or None where there is none that this viewer may see."""
    return next(iter(seen_by(db, viewer, kinds, _rows(db, ONE, viewer, kinds, one=one))), None)


def author_of(db: CompanySession, told: Notification) -> str | None:
    """The name of who caused it, or None."""
    author = db.row(AUTHOR, (told.author_id,)) if told.author_id else None
    return author.name if author else None


def _rows(db: CompanySession, statement: str, viewer: Viewer, kinds: Kinds, **more: Any) -> list[Any]:
    return db.rows(statement, {"person": viewer.person_id, "kinds": list(kinds), **more})
