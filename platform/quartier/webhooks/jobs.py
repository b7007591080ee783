"""Webhooks behind the scenes: making messages of changes, delivering them, and forgetting old ones."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import Select, delete, func, select, tuple_
from sqlalchemy.orm import Session

from quartier.jobs.definition import Chore, House, Job, Work
from quartier.jobs.queue import defer_for
from quartier.keys import Unsealable, key_of
from quartier.outbound.sending import Outcome, send
from quartier.webhooks.backlog import pause_full
from quartier.webhooks.delivering import Parcel, lock_up, next_parcel, next_time, settle
from quartier.webhooks.gathering import DELIVER, WAKE, gather, wake, wake_at
from quartier.webhooks.models import Webhook, WebhookDelivery, WebhookPending
from quartier.webhooks.notices import tell_paused
from quartier.webhooks.sealing import seal_all
from quartier.webhooks.signing import headers

log = structlog.get_logger(__name__)

GATHER: Final = "webhooks.gather"
TURN: Final = 30.0
"""Seconds after which a webhook lets others have their turn."""
KEPT: Final = timedelta(days=30)
LATE: Final = timedelta(minutes=10)


def make_messages(work: Work) -> None:
    """Whatever was committed since the last time; but nothing for whom too much waits already."""
    for webhook_id in pause_full(work.db):
        tell_paused(work, webhook_id, "backlog")
    log.info("webhook_messages_made", messages=gather(work.db))


def deliver(work: Work, webhook: str) -> None:
    """Send what is due, each message committed by itself, and come back for what is not due yet."""
    webhook_id, ends = UUID(webhook), time.monotonic() + TURN
    while time.monotonic() < ends and (parcel := _next(work, webhook_id)) is not None:
        work.db.commit()  # nothing waits for the other side with a transaction open
        outcome = _post(work, parcel)
        log.info("webhook_message_sent", webhook=webhook, status=outcome.status, error=outcome.error)
        if because := settle(work.db, webhook_id, parcel.delivery_id, outcome):
            tell_paused(work, webhook_id, because)
        work.db.commit()
    due = next_time(work.db, webhook_id)
    if due is not None and due > datetime.now(UTC):
        wake_at(work.db, webhook_id, due)
    elif due is not None:
        wake(work.db, webhook_id)


def _next(work: Work, webhook_id: UUID) -> Parcel | None:
    try:
        return next_parcel(work.db, webhook_id, key_of(work.house.config))
    except Unsealable:
        if because := lock_up(work.db, webhook_id):
            log.error("webhook_secret_unreadable", webhook=str(webhook_id))
            tell_paused(work, webhook_id, because)
        return None


def wake_up(work: Work, webhook: str) -> None:
    """The time for another try has come."""
    wake(work.db, UUID(webhook))


def _post(work: Work, parcel: Parcel) -> Outcome:
    signed = headers(parcel.message_id, datetime.now(UTC), parcel.body, parcel.keys)
    facts = {"Content-Type": "application/json", "User-Agent": "Quartier-Webhooks/1", **signed}
    return send(parcel.url, parcel.body, facts, work.house.config)


def sweep(house: House, db: Session) -> None:
    """Forget messages after a month, and wake what should have been done: a job can be lost, a message may not.

    Secrets that were stored in plain by an earlier version are sealed.
    """
    seal_all(db, key_of(house.config))
    db.execute(delete(WebhookDelivery).where(WebhookDelivery.begun_at < func.now() - KEPT))
    late = func.now() - LATE
    for company_id in db.scalars(select(WebhookPending.company_id).where(WebhookPending.since < late).distinct()).all():
        defer_for(db, company_id, GATHER, once="late", alone="webhooks")
    for company_id, webhook_id in db.execute(_overdue()).all():
        hook = str(webhook_id)
        defer_for(db, company_id, DELIVER, once=f"{hook}@late", alone=f"webhook:{hook}", webhook=hook)


def _overdue() -> Select[UUID, UUID]:
    """Webhooks with a message that should have been sent long ago."""
    waiting = select(WebhookDelivery.company_id, WebhookDelivery.webhook_id).where(
        WebhookDelivery.status == "waiting", WebhookDelivery.due_at < func.now() - LATE
    )
    works = select(Webhook.company_id, Webhook.id).where(Webhook.paused == "")
    return waiting.where(tuple_(WebhookDelivery.company_id, WebhookDelivery.webhook_id).in_(works)).distinct()


JOBS = [Job(GATHER, make_messages), Job(DELIVER, deliver), Job(WAKE, wake_up)]
CHORES = [Chore("webhooks.sweep", sweep, every="37 * * * *")]
