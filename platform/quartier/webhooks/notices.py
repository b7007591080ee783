"""Telling a company that one of its webhooks is paused."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from quartier.erp.policies import WEBHOOKS
from quartier.i18n.texts import using
from quartier.i18n.voice import Voice, choose_language
from quartier.jobs.definition import Work
from quartier.mail.services import write_mail
from quartier.web.letterhead import company_letterhead
from quartier.webhooks.letters import paused_letter
from quartier.webhooks.models import Webhook

HANDLERS: Final = """
    SELECT a.email, coalesce(a.language, p.language) AS language, p.given_name, p.family_name
    FROM agent g JOIN person p ON p.id = g.person_id JOIN account a ON a.person_id = p.id AND a.is_active
    WHERE %s = ANY(g.permissions) AND NOT EXISTS (SELECT FROM agent_property x WHERE x.agent_id = g.id)
    ORDER BY a.id LIMIT 50
"""


def tell_paused(work: Work, webhook_id: UUID, because: str) -> None:
    """A mail to each agent who may do something about it."""
    hook = work.db.get(Webhook, (work.company.id, webhook_id))
    if hook is None:
        return
    head, url = company_letterhead(work.house, work.company), work.url(f"/cockpit/settings/webhooks/{hook.id}")
    for reader in work.db.rows(HANDLERS, (WEBHOOKS,)):
        language = choose_language(work.company.languages, reader.language, work.voice.language)
        voice = Voice(language, work.voice.tone, work.voice.region)  # type: ignore[arg-type]
        with using(voice):
            name = f"{reader.given_name} {reader.family_name}".strip()
            write_mail(work.db, head, reader.email, voice, paused_letter(name, hook.name, because, url))
