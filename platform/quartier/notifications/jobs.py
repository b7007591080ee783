"""What a notification sets going: its people are found, written to, and their devices rung, as they want."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func
from sqlalchemy.orm import Session

from quartier.deliveries.readers import Reader, readers_of
from quartier.deliveries.services import deliver_many
from quartier.i18n.texts import gettext as _
from quartier.jobs.definition import Chore, House, Job, Work
from quartier.mail.addresses import address_key
from quartier.mail.kinds import NotificationKind, letter_of
from quartier.mail.letters import Letter, one_line
from quartier.notifications import ringing, trying
from quartier.notifications.models import Notification
from quartier.notifications.queries import author_of
from quartier.notifications.ringing import ring_soon
from quartier.notifications.services import MAIL_EVENT, TELL, local_date, tell_audience
from quartier.notifications.sight import is_on, module_of, still
from quartier.notifications.words import words_of

AT_ONCE: Final = 500
KEPT: Final = timedelta(days=180)
# Who wants no mails of the kind is left out here: it is not worth a line in the log for each of ten thousand. LIMIT
# makes the planner look everybody up by key: it cannot know how many were told a moment ago. `lower` is not leakproof,
# so the key is worked out before it meets a table with row security.
READERS: Final = """
    SELECT r.person_id AS id, coalesce(a.email, p.email) <> ''
           AND (%(always)s OR coalesce(m.paces ->> %(kind)s, s.paces ->> %(kind)s, %(pace)s) <> 'never') AS wanted
      FROM (SELECT company_id, person_id FROM notification_receipt
             WHERE notification_id = %(notification)s AND person_id > %(after)s
             ORDER BY person_id LIMIT %(limit)s) r
      JOIN LATERAL (SELECT x.email FROM person x
        WHERE x.company_id = r.company_id AND x.id = r.person_id LIMIT 1) p ON true
      LEFT JOIN LATERAL (SELECT x.email FROM account x
        WHERE x.company_id = r.company_id AND x.person_id = r.person_id AND x.is_active LIMIT 1) a ON true
      CROSS JOIN LATERAL (SELECT lower(coalesce(a.email, p.email)) AS key OFFSET 0) k
      LEFT JOIN LATERAL (SELECT x.paces FROM mail_address x
        WHERE x.company_id = r.company_id AND x.address_key = k.key LIMIT 1) m ON true
      LEFT JOIN mail_settings s ON true
     ORDER BY r.person_id
"""
INSIDE: Final = "SELECT person_id FROM account WHERE person_id = ANY(%s) AND is_active"
ADDRESSED: Final = """
    UPDATE notification_receipt r SET address_key = x.key
      FROM unnest(%(people)s::uuid[], %(keys)s::text[]) AS x (person, key)
     WHERE r.notification_id = %(notification)s AND r.person_id = x.person RETURNING r.id
"""
TOLD: Final = "SELECT id, thing_id, audience, place FROM notification WHERE id = ANY(%s)"
FIRST: Final = UUID(int=0)


def tell(work: Work, *, notification: str) -> None:
    """Find the people, write to those who want mails, and ring devices; done twice, nobody is told twice."""
    told = work.db.get(Notification, (work.company.id, UUID(notification)), with_for_update=True)
    kind = work.house.mails.get(told.kind) if told is not None else None
    if told is None or told.told_at is not None or not isinstance(kind, NotificationKind):
        return
    if not is_on(kind, work.company, work.house.plugins):
        return
    scope = work.company.scopes.get(module_of(kind))
    if told.audience is not None and not tell_audience(work.db, kind, told, scope=scope):
        return
    for readers in _portions(work, kind, told):
        _write(work, kind, told, readers)
    ring_soon(work.db, kind, told)
    told.told_at = datetime.now(UTC)
    work.db.flush()


def hidden(work: Work, mails: Sequence[Any]) -> Collection[UUID]:
    """Of mails that wait (see `House.hidden`), those whose reader may not be told any more."""
    ours = [one for one in mails if one.event.startswith(MAIL_EVENT) and one.kind in work.house.mails]
    if not ours:
        return ()
    rows = {row.id: row for row in work.db.rows(TOLD, ([_told_in(one) for one in ours],))}
    today = local_date(work.db)
    told: dict[tuple[UUID, str], set[UUID]] = {}
    for one in ours:
        told.setdefault((_told_in(one), one.kind), set()).add(one.person_id)
    may = {key: _still(work, key[1], rows.get(key[0]), people, today) for key, people in told.items()}
    return [one.id for one in ours if one.person_id not in may[_told_in(one), one.kind]]


def sweep(_house: House, db: Session) -> None:
    """Forget what is half a year old; of what was important there has to be a proof for longer."""
    old = func.now() - KEPT
    db.execute(delete(Notification).where(Notification.created_at < old, Notification.important.is_(False)))


def _portions(work: Work, kind: NotificationKind, told: Notification) -> Iterator[list[Reader]]:
    after = FIRST
    values = {"notification": told.id, "kind": kind.key, "pace": kind.default, "limit": AT_ONCE}
    values["always"] = told.important or bool(kind.essential)
    while rows := work.db.rows(READERS, {**values, "after": after}):
        if wanted := [row.id for row in rows if row.wanted]:
            yield readers_of(work.db, still(work.db, work.company, kind, told, wanted, on=local_date(work.db)))
        after = rows[-1].id


def _write(work: Work, kind: NotificationKind, told: Notification, readers: list[Reader]) -> None:
    """Mails to these. What is important is essential, and says all of it to who cannot open the portal."""
    facts, name = {**told.facts, "important": told.important}, author_of(work.db, told)
    inside = {row.person_id for row in work.db.rows(INSIDE, ([reader.person_id for reader in readers],))}
    url = work.url(f"/notifications/{told.id}")

    def letter(reader: Reader) -> Letter:
        words = words_of(kind, facts, name, work.company.default_language)
        greeting = _("Hello %(name)s", name=reader.name) if reader.name else _("Hello")
        return letter_of(words, greeting, url if reader.person_id in inside else None)

    if told.important:
        kind = replace(kind, essential="duty", default="now")
        work.db.rows(ADDRESSED, {"notification": told.id, "people": [reader.person_id for reader in readers],
                                 "keys": [address_key(one_line(reader.address)) for reader in readers]})  # fmt: skip
    deliver_many(work.db, kind, readers, letter, event=f"{MAIL_EVENT}{told.id}")


def _still(work: Work, key: str, row: Any, people: Collection[UUID], today: date) -> set[UUID]:
    kind = work.house.mails[key]
    if row is None or not isinstance(kind, NotificationKind) or not is_on(kind, work.company, work.house.plugins):
        return set()
    return still(work.db, work.company, kind, row, people, on=today)


def _told_in(mail: Any) -> UUID:
    return UUID(mail.event.removeprefix(MAIL_EVENT))


JOBS: Final = [Job(TELL, tell), *ringing.JOBS, *trying.JOBS]
CHORES: Final = [Chore("notifications.sweep", sweep, every="53 3 * * *")]
