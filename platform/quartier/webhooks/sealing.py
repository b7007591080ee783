"""Secrets of webhooks as they lie in the database: sealed, so that a copy of the database signs no message."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import not_, or_, select
from sqlalchemy.orm import Session

from quartier.keys import SEALED, is_sealed, seal, unseal
from quartier.webhooks.models import Webhook

PURPOSE = "webhook"


def sealed(key: bytes, company_id: UUID, webhook_id: UUID, secret: str) -> str:
    """A secret for the database; it is worth nothing in the row of another webhook or company."""
    return seal(key, PURPOSE, secret, company_id.bytes, webhook_id.bytes)


def opened(key: bytes, hook: Webhook, secret: str) -> str:
    """A secret for signing. Raises Unsealable. One from before secrets were sealed is given as it is."""
    return unseal(key, PURPOSE, secret, hook.company_id.bytes, hook.id.bytes) if is_sealed(secret) else secret


def seal_all(db: Session, key: bytes) -> int:
    """Seal what was stored before secrets were sealed, of all companies; how many webhooks that are."""
    plain = or_(not_(Webhook.secret.startswith(SEALED)), not_(Webhook.old_secret.startswith(SEALED)))
    found = db.scalars(select(Webhook).where(plain).with_for_update()).all()
    for hook in found:
        hook.secret = _once(key, hook, hook.secret)
        hook.old_secret = _once(key, hook, hook.old_secret) if hook.old_secret else None
    db.flush()
    return len(found)


def _once(key: bytes, hook: Webhook, secret: str) -> str:
    return secret if is_sealed(secret) else sealed(key, hook.company_id, hook.id, secret)
