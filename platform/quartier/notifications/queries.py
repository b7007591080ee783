"""Reading what somebody was told of: page by page, and how much of it is unread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID

from quartier.mail.kinds import NotificationKind
from quartier.notifications.models import Notification
from quartier.notifications.sight import seen_by
from quartier.tenancy.session import CompanySession
from quartier.viewer import Viewer

PAGE: Final = 30
MOST: Final = 100
"""How many unread ones are counted; who has as many reads "99+"."""
LARGEST: Final = 2_000
"""So many are looked at together at the most, where many of the newer ones may not be seen any more."""

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
    ORDER BY r.notification_id DESC LIMIT %(most)s
"""
UNREAD: Final = f"""
    {FOUND} AND r.in_app AND r.read_at IS NULL AND (%(after)s::uuid IS NULL OR r.notification_id < %(after)s)
    ORDER BY r.notification_id DESC LIMIT %(most)s
"""
AUTHOR: Final = """
    SELECT coalesce(nullif(trim(given_name || ' ' || family_name), ''), company_name) AS name FROM person WHERE id = %s
"""

Kinds = Mapping[str, NotificationKind]


def notifications(
    db: CompanySession, viewer: Viewer, kinds: Kinds, *, after: UUID | None = None
) -> tuple[list[Any], UUID | None]:
    """A page of what this viewer may see, the newest first, and after which one the next begins.

    What may not be seen any more makes room for older ones, however much it is: no page is empty while there are some.
    """
    found: list[Any] = []
    for size in _sizes(PAGE):
        rows = _rows(db, PAGED, viewer, kinds, after=after, most=size + 1)
        found += seen_by(db, viewer, kinds, rows[:size])
        after = rows[size - 1].id if len(rows) > size else None
        if after is None or len(found) >= PAGE // 2:
            break
    return (found[:PAGE], found[PAGE - 1].id) if len(found) > PAGE else (found, after)


def unread(db: CompanySession, viewer: Viewer, kinds: Kinds) -> int:
    """How many this viewer has not read and may see; `MOST` means that many or more.

    Of the newest some may be hidden by now, so older ones are counted in their place, all of them if need be.
    """
    found, after = 0, None
    for size in _sizes(MOST):
        rows = _rows(db, UNREAD, viewer, kinds, after=after, most=size)
        found += len(seen_by(db, viewer, kinds, rows))
        if found >= MOST or len(rows) < size:
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


def _sizes(size: int) -> Iterator[int]:
    """How many to look at, turn by turn: few as a rule, and then so many that a thousand hidden ones are soon over."""
    while True:
        yield size
        size = min(size * 4, LARGEST)


def _rows(db: CompanySession, statement: str, viewer: Viewer, kinds: Kinds, **more: Any) -> list[Any]:
    return db.rows(statement, {"person": viewer.person_id, "kinds": list(kinds), **more})
