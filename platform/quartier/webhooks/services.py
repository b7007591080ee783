"""Setting up webhooks, changing them, and sending again what did not arrive. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select, update

from quartier.db.base import new_id
from quartier.tenancy.session import CompanySession
from quartier.webhooks.backlog import note_missed
from quartier.webhooks.gathering import keep, wake
from quartier.webhooks.messages import TEST, Page
from quartier.webhooks.models import Webhook, WebhookDelivery
from quartier.webhooks.sealing import sealed
from quartier.webhooks.signing import new_secret

MOST: Final = 20
"""Webhooks of a company."""
OVERLAP: Final = timedelta(hours=24)
"""How long the secret before the present one signs as well."""
TESTS: Final = 10
"""Test messages that may wait, so that nobody fills the log by accident."""


class TooMany(Exception):
    """There are as many as there may be."""


def add(db: CompanySession, webhook_id: UUID, values: dict[str, Any], *, by: str, key: bytes) -> Webhook:
    """A new webhook; its `shown_secret` is to be shown now and never again. Raises TooMany."""
    if (db.scalar(select(func.count()).select_from(Webhook)) or 0) >= MOST:
        raise TooMany
    hook = Webhook(id=webhook_id, company_id=db.company_id, created_by=by, paused="", **values)
    _give_secret(hook, key)
    db.add(hook)
    db.flush()
    return hook


def change(db: CompanySession, hook: Webhook, values: dict[str, Any]) -> None:
    """Another name, address or choice. With another address what waits is tried again at once."""
    moved = values.get("url", hook.url) != hook.url
    for name, value in values.items():
        setattr(hook, name, value)
    db.flush()
    if moved and not hook.paused:
        _begin_anew(db, hook)


def rotate(db: CompanySession, hook: Webhook, *, key: bytes) -> str:
    """A new secret, to be shown now and never again; the old one signs as well for a day."""
    hook.old_secret, hook.old_until = hook.secret, datetime.now(UTC) + OVERLAP
    _give_secret(hook, key)
    db.flush()
    return hook.shown_secret


def pause(db: CompanySession, hook: Webhook) -> None:
    """Send nothing and collect nothing, until it is resumed."""
    if not hook.paused:
        hook.paused, hook.paused_at = "agent", datetime.now(UTC)
        db.flush()


def resume(db: CompanySession, hook: Webhook) -> None:
    """Go on: what waited is sent now, what changes from now on is told, and the log says how much was not collected."""
    if hook.paused:
        note_missed(db, hook)
        hook.paused, hook.paused_at = "", None
        _begin_anew(db, hook)


def remove(db: CompanySession, hook: Webhook) -> None:
    """Forget the webhook with its log."""
    db.delete(hook)
    db.flush()


def send_test(db: CompanySession, hook: Webhook) -> UUID:
    """A message without changes, sent once and at once; its id in the log. Raises TooMany."""
    waiting = select(func.count()).select_from(WebhookDelivery)
    if (db.scalar(waiting.filter_by(webhook_id=hook.id, status="waiting", changes=0)) or 0) >= TESTS:
        raise TooMany
    sent = keep(db, hook.id, new_id(), 1, Page((), ()), last=True, kind=TEST)
    wake(db, hook.id)
    return sent


def replay(db: CompanySession, hook: Webhook, deliveries: Sequence[UUID] | None = None) -> int:
    """Send messages again, under the ids that they had; without a choice all that failed. How many that are."""
    now = datetime.now(UTC)
    chosen = update(WebhookDelivery).where(WebhookDelivery.webhook_id == hook.id, WebhookDelivery.changes > 0)
    if deliveries is None:
        chosen = chosen.where(WebhookDelivery.status == "failed")
    else:
        chosen = chosen.where(WebhookDelivery.id.in_(deliveries), WebhookDelivery.status.not_in(("waiting", "missed")))
    values = {"status": "waiting", "attempts": 0, "begun_at": now, "due_at": now}
    again = db.scalars(chosen.values(**values).returning(WebhookDelivery.id)).all()
    if again:
        wake(db, hook.id)
    return len(again)


def _give_secret(hook: Webhook, key: bytes) -> None:
    hook.shown_secret = new_secret()
    hook.secret = sealed(key, hook.company_id, hook.id, hook.shown_secret)


def _begin_anew(db: CompanySession, hook: Webhook) -> None:
    """All that waits has its seven days from now."""
    hook.failures, hook.failing_since = 0, None
    now = datetime.now(UTC)
    waiting = update(WebhookDelivery).filter_by(webhook_id=hook.id, status="waiting")
    db.execute(waiting.values(attempts=0, begun_at=now, due_at=now))
    db.flush()
    wake(db, hook.id)
