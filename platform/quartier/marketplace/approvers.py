"""Who of the team may approve an order now, and who may give somebody that right."""

from __future__ import annotations

from datetime import date
from typing import Final

from quartier.accounts.permissions import MODULES_APPROVE, TEAM_ADMIN
from quartier.notifications.sight import HOLDS
from quartier.tenancy.session import CompanySession
from quartier.viewer import NOWHERE

CAN: Final = f"""
    {HOLDS} AND EXISTS (SELECT FROM account a WHERE a.company_id = p.company_id AND a.person_id = p.id AND a.is_active)
"""
"""Somebody who can sign in and holds the right for the whole company: a program may answer, but has no say in what."""
NAMES: Final = f"""
    SELECT trim(p.given_name || ' ' || coalesce(nullif(p.family_name, ''), p.company_name)) AS name FROM person p
     WHERE {CAN} ORDER BY p.sort_key, p.id
"""  # noqa: S608 - our own words
WAITING: Final = f"""
    SELECT o.company_id FROM product_order o JOIN company k ON k.id = o.company_id AND k.status = 'active'
     WHERE o.state = 'waiting'
       AND (o.stuck_since IS NULL) = NOT EXISTS (SELECT FROM person p WHERE p.company_id = o.company_id AND {CAN})
     GROUP BY o.company_id ORDER BY o.company_id
"""  # noqa: S608 - our own words
"""Companies whose waiting orders stand otherwise than is written down: stuck, or not stuck any more."""


def asked(on: date, needs: str = MODULES_APPROVE) -> dict[str, object]:
    """The values of these statements."""
    return {"on": on, "needs": needs, "place": [NOWHERE]}


def approvers(db: CompanySession, on: date) -> list[str]:
    """Names of those who may approve on a day."""
    return [row.name for row in db.rows(NAMES, asked(on))]


def chiefs(db: CompanySession, on: date) -> list[str]:
    """Names of those who may give the right to approve."""
    return [row.name for row in db.rows(NAMES, asked(on, TEAM_ADMIN))]
