"""Who is on the periods of a resident."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any, Final
from uuid import UUID

from quartier.people.queries import NAME
from quartier.tenancy.session import CompanySession

THERE: Final = f"""
    SELECT o.id, o.occupancy_id, o.person_id, o.role, o.ends, o.host_id, {NAME} AS name, q.email <> '' AS has_email,
           a.id IS NOT NULL AS registered, i.id AS invitation_id, i.sent_at
      FROM occupant o
      JOIN person q ON q.company_id = o.company_id AND q.id = o.person_id
      LEFT JOIN account a ON a.company_id = q.company_id AND a.person_id = q.id AND a.is_active
      LEFT JOIN LATERAL (
        SELECT v.id, (SELECT max(s.created_at) FROM invitation_sending s
                       WHERE s.company_id = v.company_id AND s.invitation_id = v.id) AS sent_at
          FROM invitation v
         WHERE v.company_id = q.company_id AND v.person_id = q.id AND v.accepted_at IS NULL AND v.withdrawn_at IS NULL
         ORDER BY v.id DESC LIMIT 1) i ON true
     WHERE o.occupancy_id = ANY(%(periods)s) AND (o.ends IS NULL OR o.ends > %(today)s)
     ORDER BY o.role <> 'main', o.host_id IS NOT NULL, q.sort_key, o.id LIMIT 500
"""  # noqa: S608


def there(db: CompanySession, periods: Collection[UUID], *, today: date) -> list[Any]:
    """Who is on these periods today, with how far they have come."""
    return db.rows(THERE, {"periods": list(periods), "today": today})
