"""Messages on their way: in their order, again and again for a week, and what became of each.

A message that fails holds back those after it, for the order matters to who keeps a copy. After `PATIENCE` tries it
steps aside: the others go on, and it is tried at times of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import uniform
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, update

from quartier.keys import Unsealable
from quartier.outbound.sending import Outcome
from quartier.tenancy.session import CompanySession
from quartier.webhooks.models import Webhook, WebhookDelivery
from quartier.webhooks.sealing import opened

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=6)
PATIENCE: Final = 6
WEEK: Final = timedelta(days=7)
GONE: Final = 410

Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Parcel:
    """A message as it goes out now."""

    delivery_id: UUID
    message_id: str
    url: str
    body: bytes
    keys: Sequence[str]


def next_parcel(db: CompanySession, webhook_id: UUID, key: bytes) -> Parcel | None:
    """The next message that is due, None when there is none. Of a paused webhook only test messages are.

    Raises Unsealable when there is one and the secret cannot be read.
    """
    hook, now = _hook(db, webhook_id), datetime.now(UTC)
    if hook is None:
        return None
    first = _first(db, webhook_id, WebhookDelivery.changes == 0, WebhookDelivery.id)
    if first is None and not hook.paused:
        due = [one for one in _candidates(db, webhook_id) if one.due_at <= now]
        first = min(due, key=lambda one: one.id, default=None)
    if first is None:
        return None
    return Parcel(first.id, message_id(first.id), hook.url, first.body.encode(), keys_of(hook, now, key))


def next_time(db: CompanySession, webhook_id: UUID) -> datetime | None:
    """When there is something to do again."""
    hook = _hook(db, webhook_id)
    if hook is None or hook.paused:
        return None
    return min((one.due_at for one in _candidates(db, webhook_id)), default=None)


def settle(db: CompanySession, webhook_id: UUID, delivery_id: UUID, outcome: Outcome) -> str:
    """Write down what came of it. Gives back why the webhook is paused from now on; empty when it is not."""
    now, hook = datetime.now(UTC), _hook(db, webhook_id, lock=True)
    delivery = db.get(WebhookDelivery, (db.company_id, delivery_id), with_for_update=True, populate_existing=True)
    if hook is None or delivery is None:
        return ""
    delivery.attempts, delivery.tried_at = delivery.attempts + 1, now
    delivery.answer, delivery.error, delivery.reply = outcome.status, outcome.error, outcome.reply
    delivery.took_ms = outcome.took_ms
    if delivery.changes == 0:  # a test says how it went, once, and nothing about the others
        delivery.status = "delivered" if outcome.ok else "failed"
        return ""
    if outcome.ok:
        delivery.status = "delivered"
        hook.failures, hook.failing_since, hook.delivered_at = 0, None, now
    else:
        _failed(hook, delivery, now)
    was_paused = bool(hook.paused)
    if not was_paused:
        _pause(hook, outcome, now)
    db.flush()
    return "" if was_paused else hook.paused


def message_id(delivery_id: UUID) -> str:
    """By which a receiver knows a message that comes again."""
    return f"msg_{delivery_id.hex}"


def keys_of(hook: Webhook, now: datetime, key: bytes) -> list[str]:
    """The secret, and the one before while it is still good; an old one that cannot be read is left out.

    Raises Unsealable for the present one.
    """
    found = [opened(key, hook, hook.secret)]
    if hook.old_secret and hook.old_until is not None and hook.old_until > now:
        with suppress(Unsealable):
            found.append(opened(key, hook, hook.old_secret))
    return found


def lock_up(db: CompanySession, webhook_id: UUID) -> str:
    """Pause a webhook whose secret cannot be read: nothing that it sent could be trusted. Gives back why.

    A test message that waits has failed: it would be tried for ever.
    """
    hook = _hook(db, webhook_id, lock=True)
    if hook is None:
        return ""
    tests = update(WebhookDelivery).filter_by(webhook_id=webhook_id, status="waiting", changes=0)
    db.execute(tests.values(status="failed", error="key", tried_at=datetime.now(UTC)))
    if hook.paused:
        return ""
    hook.paused, hook.paused_at = "key", datetime.now(UTC)
    db.flush()
    return hook.paused


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many failures; a little by chance, so that not all come at once."""
    pause = min(FIRST_PAUSE * int(3 ** min(attempts - 1, 10)), LONGEST_PAUSE)
    return pause * uniform(0.8, 1.2)  # noqa: S311 - no secret


def _failed(hook: Webhook, delivery: WebhookDelivery, now: datetime) -> None:
    """Another time, while the week lasts. Where the receiver fails at everything, each message waits as long."""
    hook.failures += 1
    hook.failing_since = hook.failing_since or now
    end = delivery.begun_at + WEEK
    if now >= end:
        delivery.status = "failed"
    else:
        delivery.due_at = min(now + pause_after(max(delivery.attempts, hook.failures)), end)


def _pause(hook: Webhook, outcome: Outcome, now: datetime) -> None:
    if outcome.status == GONE:
        hook.paused, hook.paused_at = "gone", now
    elif hook.failing_since is not None and now - hook.failing_since >= WEEK:
        hook.paused, hook.paused_at = "failing", now


def _candidates(db: CompanySession, webhook_id: UUID) -> list[WebhookDelivery]:
    """The first one in its order, and the earliest of those that stepped aside."""
    told = WebhookDelivery.changes > 0
    patient, aside = told & (WebhookDelivery.attempts < PATIENCE), told & (WebhookDelivery.attempts >= PATIENCE)
    found = [
        _first(db, webhook_id, patient, WebhookDelivery.id),
        _first(db, webhook_id, aside, WebhookDelivery.due_at),
    ]
    return [one for one in found if one is not None]


def _first(db: CompanySession, webhook_id: UUID, condition: Condition, order: Any) -> WebhookDelivery | None:
    waiting = select(WebhookDelivery).filter_by(webhook_id=webhook_id, status="waiting").where(condition)
    return db.scalars(waiting.order_by(order).limit(1).execution_options(populate_existing=True)).first()


def _hook(db: CompanySession, webhook_id: UUID, *, lock: bool = False) -> Webhook | None:
    return db.get(Webhook, (db.company_id, webhook_id), with_for_update=True if lock else None, populate_existing=True)
