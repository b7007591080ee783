"""Who of the team hears of what concerns the whole company: those who may act on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from quartier.deliveries.readers import Reader, readers_of
from quartier.deliveries.services import deliver_many
from quartier.mail.kinds import MailKind
from quartier.mail.letters import Letter
from quartier.tenancy.session import CompanySession

MOST: Final = 50
HOLDERS: Final = """
    SELECT g.person_id FROM agent g JOIN account a ON a.person_id = g.person_id AND a.is_active
      JOIN company c ON c.id = g.company_id
    WHERE g.deactivated_at IS NULL AND (g.ends IS NULL OR (now() AT TIME ZONE c.timezone)::date < g.ends) AND EXISTS (
        SELECT FROM jsonb_array_elements(grants_of(g.company_id, g.id, (now() AT TIME ZONE c.timezone)::date)) r
        WHERE r -> 'at' = '[]' AND r -> 'may' ? %s)
    ORDER BY a.id LIMIT %s
"""


def holders_of(db: CompanySession, permission: str) -> list[UUID]:
    """People of the team who have this right for the whole company today, at most fifty."""
    return [row.person_id for row in db.rows(HOLDERS, (permission, MOST))]


def tell_holders(db: CompanySession, permission: str, kind: MailKind, write: Callable[[Reader], Letter]) -> None:
    """A mail to each of them, in their own voice."""
    deliver_many(db, kind, readers_of(db, holders_of(db, permission)), write)
