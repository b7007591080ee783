"""Looking into webhooks and their log."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from quartier.tenancy.session import CompanySession
from quartier.webhooks.models import Webhook, WebhookDelivery


@dataclass(frozen=True)
class LogFilters:
    """Which messages of the log: in this state, about this noun. None is all."""

    status: str | None = None
    noun: str | None = None


def webhooks(db: CompanySession) -> Sequence[Webhook]:
    """All of the company, in the order of their making."""
    return db.scalars(select(Webhook).order_by(Webhook.id)).all()


def version_of(hook: Webhook) -> str:
    """Names what can be edited as it is now, so that nobody overwrites what somebody else has changed meanwhile."""
    facts = (hook.name, hook.url, sorted(hook.nouns), hook.with_api, hook.paused)
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


def mark_of(hook: Webhook) -> str:
    """Names the present secret without telling it: a form that is sent twice changes it once."""
    return hashlib.sha256(hook.secret.encode()).hexdigest()[:16]


def deliveries(
    db: CompanySession, hook: Webhook, filters: LogFilters, *, before: UUID | None, limit: int
) -> Sequence[WebhookDelivery]:
    """Messages of the log, the newest first."""
    found = select(WebhookDelivery).filter_by(webhook_id=hook.id)
    if filters.status is not None:
        found = found.where(WebhookDelivery.status == filters.status)
    if filters.noun is not None:
        found = found.where(WebhookDelivery.nouns.contains([filters.noun]))
    if before is not None:
        found = found.where(WebhookDelivery.id < before)
    return db.scalars(found.order_by(WebhookDelivery.id.desc()).limit(limit)).all()


def delivery(db: CompanySession, hook: Webhook, delivery_id: UUID) -> WebhookDelivery | None:
    """One message of this webhook."""
    found = db.get(WebhookDelivery, (db.company_id, delivery_id))
    return found if found is not None and found.webhook_id == hook.id else None


def counts(db: CompanySession, hook: Webhook) -> dict[str, int]:
    """How many messages are in which state."""
    query = select(WebhookDelivery.status, func.count()).filter_by(webhook_id=hook.id).group_by(WebhookDelivery.status)
    return {status: count for status, count in db.execute(query).all()}  # noqa: C416 - rows are no pairs to mypy
