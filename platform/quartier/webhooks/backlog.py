"""The bound on what waits for a receiver that is away, and what was not collected for one that is paused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import func, insert, select

from quartier.db.base import new_id
from quartier.tenancy.session import CompanySession
from quartier.webhooks.models import Webhook, WebhookDelivery, WebhookPending

AWAY: Final = timedelta(hours=1)
"""So long a receiver may fail before what waits for it is counted."""
MOST_AWAY: Final = 50_000
"""Changes that wait for a receiver that is away."""
MOST: Final = 1_000_000
"""Changes that wait for any receiver before more of them are collected: one that is slower than its company."""
MISSED: Final = """
    SELECT count(*)::int AS number FROM change
     WHERE id >= %(since)s AND noun = ANY(%(nouns)s) AND (%(with_api)s OR source_kind <> 'api')
"""


def pause_full(db: CompanySession) -> list[UUID]:
    """Pause webhooks for which too much waits, before more is collected for them; which they are.

    What waits is kept and goes out when they are resumed. What is about to be collected counts as missed.
    """
    now, paused = datetime.now(UTC), []
    since = db.scalar(select(func.min(WebhookPending.since))) or now
    for hook in db.scalars(select(Webhook).where(Webhook.paused == "").order_by(Webhook.id)).all():
        away = hook.failing_since is not None and now - hook.failing_since >= AWAY
        if _waiting(db, hook) > (MOST_AWAY if away else MOST):
            hook.paused, hook.paused_at = "backlog", since
            paused.append(hook.id)
    db.flush()
    return paused


def note_missed(db: CompanySession, hook: Webhook) -> int:
    """Say in the log what was not collected while a webhook was paused; how many changes that are."""
    if hook.paused_at is None:
        return 0
    values = {"since": _first_id(hook.paused_at), "nouns": hook.nouns, "with_api": hook.with_api}
    row = db.row(MISSED, values)
    missed: int = row.number if row is not None else 0
    if missed:
        db.execute(insert(WebhookDelivery).values(
            id=new_id(), webhook_id=hook.id, batch=new_id(), page=1, nouns=hook.nouns, changes=missed, body="null",
            status="missed", due_at=hook.paused_at,
        ))  # fmt: skip
    return missed


def _waiting(db: CompanySession, hook: Webhook) -> int:
    waiting = select(func.coalesce(func.sum(WebhookDelivery.changes), 0))
    return db.scalar(waiting.filter_by(webhook_id=hook.id, status="waiting")) or 0


def _first_id(moment: datetime) -> UUID:
    """Smaller than every id of the history that was made from this moment on: they begin with milliseconds."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
