"""Telling people of something, taking it back, and noting that it was read. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from quartier.audience.audience import Audience
from quartier.db.base import new_id
from quartier.jobs.queue import begin, defer
from quartier.mail.kinds import NotificationKind
from quartier.notifications.models import Notification
from quartier.notifications.sight import terms
from quartier.notifications.words import plain
from quartier.tenancy.company import company_of
from quartier.tenancy.session import CompanySession

TELL: Final = "notifications.tell"
MAIL_EVENT: Final = "notification:"
"""What mails of a notification are called, before its id."""

# Nothing is sorted by the id of a receipt, so the database makes it: ten thousand are one statement.
RECEIPTS: Final = """
    INSERT INTO notification_receipt (id, notification_id, person_id, in_app)
    SELECT gen_random_uuid(), %(notification)s, p.id,
           %(always)s OR coalesce((c.in_app ->> %(kind)s)::boolean, (s.in_app ->> %(kind)s)::boolean, %(in_app)s)
      FROM person p LEFT JOIN notification_choice c ON c.company_id = p.company_id AND c.person_id = p.id
      LEFT JOIN mail_settings s ON s.company_id = p.company_id
     WHERE p.archived_at IS NULL AND p.id IS DISTINCT FROM %(author)s AND ({who}) AND ({may})
    ON CONFLICT (company_id, person_id, notification_id) DO NOTHING RETURNING person_id
"""
NAMED: Final = """
    p.id IN (SELECT unnest(%(named)s::uuid[]) UNION SELECT person_id FROM account WHERE id = ANY(%(named)s))
"""
TEAM_WIDE: Final = "true"
"""Who of the team it is, the right decides."""
REGISTERED: Final = "p.id IN (SELECT person_id FROM account WHERE is_active)"
PERSON: Final = """
    SELECT id FROM person WHERE id = %(id)s UNION ALL SELECT person_id FROM account WHERE id = %(id)s
"""
READ: Final = """
    UPDATE notification_receipt SET read_at = now()
     WHERE person_id = %(person)s AND read_at IS NULL AND {which} RETURNING id
"""


class Team(Enum):
    """Whoever of the team holds what the kind `needs`."""

    TEAM = "team"


TEAM: Final = Team.TEAM
"""What `notify` is told `to` for: the team, that is whoever holds the permission that the kind `needs`."""


@dataclass(frozen=True)
class Subject:
    """What people are told of.

    `path` is where it is shown on the company's host, `id` what the kind's `audiences` is asked for. `facts` are what
    `tell` makes words of: texts, numbers, and a LocalizedText where a company writes in several languages. No names of
    people: those go with them, and facts stay.
    """

    path: str
    id: UUID | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def notify(
    db: CompanySession,
    kind: NotificationKind,
    *,
    to: Audience | Collection[UUID] | Team,
    about: Subject,
    by: UUID | None = None,
    at: Collection[UUID] = (),
    event: str | None = None,
    when: datetime | None = None,
) -> UUID | None:
    """Tell people of something if, and only if, the session commits: under the bell and by mail, each as they have
    chosen.

    `to` is an audience (its people who have an account then are found by a job), or people by the ids of their entries
    or of their accounts (registered or not), or `TEAM`. `by` (a person or an account) is who caused it: they are not
    told, and `tell` finds their name as `facts["author"]`, "" once they are gone. `at` is a place with all above it,
    where the team needs the right. `event` names what happened ("pinboard.post:<id>:published"): of one event people
    are told once, and the answer is None for the next. `when` is a moment to come, for an audience; until people are
    told, another call for the event moves it.
    """
    begin(db)
    author = db.row(PERSON, {"id": by}) if by else None
    told = write(
        db, new_id(), event, kind=kind.key, thing_id=about.id, path=about.path, facts=plain(about.facts),
        audience=to.to_json() if isinstance(to, Audience) else None, place=list(at),
        author_id=author.id if author else None,
    )  # fmt: skip
    if told is None:
        _move(db, event, when)
        return None
    if not isinstance(to, Audience):
        _tell(db, kind, told, TEAM_WIDE if isinstance(to, Team) else NAMED, named=() if isinstance(to, Team) else to)
    defer(db, TELL, at=when, urgent=not isinstance(to, Audience), notification=str(told.id))
    return told.id


def withdraw_notifications(db: CompanySession, things: Iterable[UUID]) -> None:
    """Tell nobody any more of these things, which are gone or were never meant for them: also in no mail to come."""
    begin(db)
    db.execute(delete(Notification).where(Notification.thing_id.in_(list(things)), Notification.important.is_(False)))


def tell_audience(
    db: CompanySession, kind: NotificationKind, told: Notification, *, scope: Collection[UUID] | None
) -> int:
    """Find the people of an audience, all with one statement; how many are told now."""
    return _tell(db, kind, told, "true" if told.important else REGISTERED, scope=scope, team=False)


def mark_read(db: CompanySession, person_id: UUID, notification_id: UUID) -> None:
    """Somebody has read one."""
    db.rows(READ.format(which="notification_id = %(one)s"), {"person": person_id, "one": notification_id})


def mark_all_read(db: CompanySession, person_id: UUID, until: UUID) -> None:
    """Somebody has seen everything up to this one; what came since is unread."""
    db.rows(READ.format(which="in_app AND notification_id <= %(one)s"), {"person": person_id, "one": until})


def local_date(db: CompanySession) -> date:
    """Today, where the company is."""
    return datetime.now(ZoneInfo(company_of(db).timezone)).date()


def write(db: CompanySession, one: UUID, event: str | None, **facts: Any) -> Notification | None:
    """The row of a notification, unless people were told of the event."""
    made = insert(Notification).values(id=one, event=event or str(one), **facts)
    once = made.on_conflict_do_nothing(constraint="uq_notification_company_id_event")
    added = db.scalar(once.returning(Notification.id))
    return db.scalars(select(Notification).filter_by(id=one)).one() if added else None


def _move(db: CompanySession, event: str | None, when: datetime | None) -> None:
    """What is still to be told is told at another moment; at the old one the thing is not there to be seen yet."""
    known = db.scalars(select(Notification).filter_by(event=event, told_at=None)).one_or_none()
    if known is not None and known.audience is not None:
        defer(db, TELL, at=when, notification=str(known.id))


def _tell(
    db: CompanySession, kind: NotificationKind, told: Notification, who: str, *, scope: Collection[UUID] | None = None,
    team: bool = True, named: Collection[UUID] = (),
) -> int:  # fmt: skip
    may = terms(db, kind, told, on=local_date(db), scope=scope, team=team)
    if may is None:
        return 0
    values = {
        **may.values, "notification": told.id, "kind": kind.key, "author": told.author_id, "named": list(named),
        "in_app": kind.in_app, "always": told.important or bool(kind.essential),
    }  # fmt: skip
    return len(db.rows(RECEIPTS.format(who=who, may=may.condition), values))
