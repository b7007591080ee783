"""Telling a company that one of its webhooks is paused."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from quartier.deliveries.readers import readers_of
from quartier.deliveries.services import deliver_many
from quartier.erp.policies import WEBHOOKS
from quartier.jobs.definition import Work
from quartier.webhooks.letters import PAUSED, paused_letter
from quartier.webhooks.models import Webhook

HANDLERS: Final = """
    SELECT g.person_id FROM agent g JOIN account a ON a.person_id = g.person_id AND a.is_active
      JOIN company c ON c.id = g.company_id
    WHERE g.deactivated_at IS NULL AND (g.ends IS NULL OR (now() AT TIME ZONE c.timezone)::date < g.ends) AND EXISTS (
        SELECT FROM jsonb_array_elements(grants_of(g.company_id, g.id, (now() AT TIME ZONE c.timezone)::date)) r
        WHERE r -> 'at' = '[]' AND r -> 'may' ? %s)
    ORDER BY a.id LIMIT 50
"""


def tell_paused(work: Work, webhook_id: UUID, because: str) -> None:
    """A mail to each agent who may do something about it."""
    hook = work.db.get(Webhook, (work.company.id, webhook_id))
    if hook is None:
        return
    title, url = hook.name, work.url(f"/cockpit/settings/webhooks/{hook.id}")
    agents = readers_of(work.db, [agent.person_id for agent in work.db.rows(HANDLERS, (WEBHOOKS,))])
    deliver_many(work.db, PAUSED, agents, lambda reader: paused_letter(reader.name, title, because, url))
