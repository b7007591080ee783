"""Telling a company that one of its webhooks is paused."""

from __future__ import annotations

from uuid import UUID

from quartier.deliveries.holders import tell_holders
from quartier.erp.policies import WEBHOOKS
from quartier.jobs.definition import Work
from quartier.webhooks.letters import PAUSED, paused_letter
from quartier.webhooks.models import Webhook


def tell_paused(work: Work, webhook_id: UUID, because: str) -> None:
    """A mail to each agent who may do something about it."""
    hook = work.db.get(Webhook, (work.company.id, webhook_id))
    if hook is None:
        return
    title, url = hook.name, work.url(f"/cockpit/settings/webhooks/{hook.id}")
    tell_holders(work.db, WEBHOOKS, PAUSED, lambda reader: paused_letter(reader.name, title, because, url))
