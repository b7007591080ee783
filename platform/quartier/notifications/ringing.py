"""Ringing devices: found when people are told, and asked again for each at the moment of sending.

Nothing waits for a push service with a transaction open, and eight are asked at once. A message that comes twice, since
a worker died or a service was slow to answer, takes the place of the first: `Topic` at the service, `tag` in the
browser.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import structlog

from quartier.config import Config
from quartier.deliveries.readers import voice_for
from quartier.i18n.texts import current_voice, using
from quartier.jobs.definition import Job, Work
from quartier.jobs.queue import begin, defer
from quartier.keys import key_of
from quartier.mail.kinds import NotificationKind
from quartier.notifications.models import Notification
from quartier.notifications.queries import author_of
from quartier.notifications.sealing import encoded, encrypt, signature
from quartier.notifications.services import local_date
from quartier.notifications.sight import is_on, still
from quartier.notifications.words import words_of
from quartier.outbound.sending import Outcome, send
from quartier.tenancy.company import company_of
from quartier.tenancy.session import CompanySession

log = structlog.get_logger(__name__)

RING: Final = "notifications.ring"
AT_ONCE, IN_A_JOB = 8, 50
PAUSES: Final = tuple(timedelta(minutes=one) for one in (1, 5, 30, 120, 360))
LONGEST_PAUSE: Final = timedelta(hours=12)
FAILURES: Final = 5
"""Messages in a row that could not be handed over, after all tries; then a device is taken for gone."""
GONE: Final = frozenset({404, 410})
BUSY: Final = frozenset({408, 429})
DAY: Final = 86_400
TITLE, TEXT = 120, 400
"""Characters of a message: what a lock screen shows, and far below what fits."""

# A session of which nobody heard for 30 days has ended, as `open_visit` has it; ringing is no sign of life.
OPEN_SESSION: Final = """
    JOIN account_session s ON s.company_id = d.company_id AND s.id = d.session_id AND s.expires_at > now()
         AND s.seen_at > now() - interval '30 days'
"""
WANTED: Final = f"""
    SELECT d.id FROM notification_receipt r
      JOIN account a ON a.company_id = r.company_id AND a.person_id = r.person_id AND a.is_active
      JOIN push_device d ON d.company_id = a.company_id AND d.account_id = a.id {OPEN_SESSION}
      LEFT JOIN notification_choice c ON c.company_id = r.company_id AND c.person_id = r.person_id
      LEFT JOIN mail_settings m ON m.company_id = r.company_id
     WHERE r.notification_id = %(notification)s AND r.rung_at IS NULL
       AND (%(always)s OR coalesce((c.push ->> %(kind)s)::boolean, (m.push ->> %(kind)s)::boolean, %(push)s))
     ORDER BY r.person_id, d.id
"""  # noqa: S608
FOUND: Final = f"""
    SELECT d.id, d.endpoint, d.public_key, d.secret, v.person_id, v.language, v.formats, v.timezone,
           v.is_agent OR v.places <> '[]' AS is_inside
      FROM push_device d {OPEN_SESSION} CROSS JOIN LATERAL seen_of(d.company_id, d.account_id) v
     WHERE d.id = ANY(%(devices)s) ORDER BY d.id
"""  # noqa: S608
"""With `is_inside`: whether their owner has something here still."""
RUNG: Final = """
    UPDATE notification_receipt SET rung_at = now()
     WHERE notification_id = %(notification)s AND person_id = ANY(%(people)s) AND rung_at IS NULL RETURNING id
"""
TAKEN: Final = "UPDATE push_device SET failures = 0 WHERE id = ANY(%(some)s) AND failures > 0 RETURNING id"
FAILED: Final = "UPDATE push_device SET failures = failures + 1 WHERE id = ANY(%(some)s) RETURNING id"
DROPPED: Final = "DELETE FROM push_device WHERE id = ANY(%(some)s) RETURNING id"
WORN_OUT: Final = "DELETE FROM push_device WHERE id = ANY(%(some)s) AND failures >= %(most)s RETURNING id"


@dataclass(frozen=True)
class Ring:
    """A message on its way to a device."""

    device_id: UUID
    person_id: UUID
    endpoint: str
    body: bytes


def ring_soon(db: CompanySession, kind: NotificationKind, told: Notification) -> None:
    """Queue what rings the devices of those who were told and want it there."""
    values = {
        "notification": told.id, "kind": kind.key, "push": kind.push, "always": told.important or bool(kind.essential),
    }  # fmt: skip
    for some in _portions([str(row.id) for row in db.rows(WANTED, values)]):
        defer(db, RING, urgent=told.important, notification=str(told.id), devices=some)


def ring(work: Work, *, notification: str, devices: list[str], turn: int = 0) -> None:
    """Ring these devices; those whose push service is busy come again, those that are gone are forgotten."""
    told = work.db.get(Notification, (work.company.id, UUID(notification)))
    kind = work.house.mails.get(told.kind) if told is not None else None
    if told is None or not isinstance(kind, NotificationKind) or not is_on(kind, work.company, work.house.plugins):
        return
    rows = work.db.rows(FOUND, {"devices": [UUID(one) for one in devices]})
    drop(work.db, [row.id for row in rows if not row.is_inside])
    waiting = _written(work, kind, told, [row for row in rows if row.is_inside])
    facts = {"TTL": str(DAY * 3 if told.important else DAY), "Topic": encoded(told.id.bytes),
             "Urgency": "high" if told.important else "normal"}  # fmt: skip
    work.db.commit()  # nothing waits for a push service with a transaction open
    outcomes = handed_over(work.house.config, waiting, facts)
    begin(work.db)
    _settle(work.db, told.id, waiting, outcomes, turn)


def _written(work: Work, kind: NotificationKind, told: Notification, rows: Sequence[Any]) -> list[Ring]:
    """What each may see now, in their own language, encrypted for their browser."""
    may = still(work.db, work.company, kind, told, {row.person_id for row in rows}, on=local_date(work.db))
    facts, name = {**told.facts, "important": told.important}, author_of(work.db, told)
    company, found = company_of(work.db), []
    for row in rows:
        if row.person_id not in may:
            continue
        with using(voice_for(company, row.language, row.formats, row.timezone)):
            plain = _payload(kind, told, facts, name, work.company.default_language)
        found.append(Ring(row.id, row.person_id, row.endpoint, encrypt(plain, row.public_key, row.secret)))
    return found


def _payload(
    kind: NotificationKind, told: Notification, facts: dict[str, Any], author: str | None, default: str
) -> bytes:
    words = words_of(kind, facts, author, default)
    said = {
        "title": words.title[:TITLE], "body": words.about[:TEXT], "lang": current_voice().language, "tag": str(told.id),
        "url": f"/notifications/{told.id}", "important": told.important,
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False).encode()


def handed_over(config: Config, waiting: Sequence[Ring], facts: dict[str, str]) -> list[Outcome]:
    """Give each message to the push service of its device; no transaction may be open."""
    from concurrent.futures import ThreadPoolExecutor  # only the worker rings

    key, contact = key_of(config), config.push_contact or f"mailto:{config.sender}"

    def send_one(one: Ring) -> Outcome:
        parts = urlsplit(one.endpoint)
        signed = signature(key, f"{parts.scheme}://{parts.netloc}", contact)
        headers = {"Authorization": signed, "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream"}
        return send(one.endpoint, one.body, {**headers, **facts}, config)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(send_one, waiting))


def _settle(db: CompanySession, told: UUID, waiting: Sequence[Ring], outcomes: Sequence[Outcome], turn: int) -> None:
    """Write down what came of it, and come back to those who could not take it now."""
    both = list(zip(waiting, outcomes, strict=True))
    taken = [one for one, outcome in both if outcome.ok]
    gone = [one.device_id for one, outcome in both if is_gone(outcome)]
    busy = [(one, outcome) for one, outcome in both if _is_busy(outcome)]
    again = busy if turn < len(PAUSES) else []
    done = {one.device_id for one in taken} | set(gone) | {one.device_id for one, _outcome in again}
    failed = [one.device_id for one in waiting if one.device_id not in done]
    db.rows(RUNG, {"notification": told, "people": [one.person_id for one in taken]})
    judge(db, [one.device_id for one in taken], failed, gone)
    if again:
        asked = max(timedelta(seconds=outcome.pause or 0) for _one, outcome in again)
        pause = min(max(PAUSES[turn], asked), LONGEST_PAUSE)
        devices = [str(one.device_id) for one, _outcome in again]
        defer(db, RING, at=datetime.now(UTC) + pause, notification=str(told), devices=devices, turn=turn + 1)
    log.info("devices_rung", taken=len(taken), gone=len(gone), again=len(again), failed=len(failed))


def judge(db: CompanySession, taken: Sequence[UUID], failed: Sequence[UUID], gone: Sequence[UUID]) -> None:
    """Remember of devices which could be rung; those that are gone, or failed too often, are forgotten."""
    db.rows(TAKEN, {"some": list(taken)})
    db.rows(FAILED, {"some": list(failed)})
    db.rows(WORN_OUT, {"some": list(failed), "most": FAILURES})
    drop(db, gone)


def is_gone(outcome: Outcome) -> bool:
    """Whether nothing will ever reach the device at this address again."""
    return outcome.status in GONE or _is_refused(outcome)


def _is_refused(outcome: Outcome) -> bool:
    """Whether the address leads where no message goes; a name that is not found today may be found again."""
    return outcome.error.startswith("address:") and outcome.error != "address:unknown"


def _is_busy(outcome: Outcome) -> bool:
    """Whether it is worth another try: the service is away or has too much to do."""
    if outcome.status is None:
        return not _is_refused(outcome)
    return outcome.status in BUSY or outcome.status >= 500


def drop(db: CompanySession, devices: Sequence[UUID]) -> None:
    """Ring these no more."""
    if devices:
        db.rows(DROPPED, {"some": list(devices)})


def _portions(things: Sequence[str]) -> Iterator[list[str]]:
    left = iter(things)
    while some := list(islice(left, IN_A_JOB)):
        yield some


JOBS: Final = [Job(RING, ring)]
