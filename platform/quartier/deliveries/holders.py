"""Who of the team hears of what concerns the whole company: those who may act on it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

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
