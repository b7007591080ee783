"""Who was invited for a home and has none any more: code and link open nothing, whoever holds the letter by now.

Asked at the moment of registering, so it holds at once however it came about (archived, taken off a period, a period
ended in the Cockpit or by the ERP, a guest's last day); each night such invitations are withdrawn for good.
"""

from __future__ import annotations

from typing import Final

from quartier.invitations.models import Invitation
from quartier.tenancy.session import CompanySession

LIVES: Final = """
    EXISTS (SELECT FROM occupant o JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
             WHERE o.company_id = i.company_id AND o.person_id = i.person_id
               AND (o.ends IS NULL OR o.ends > (SELECT company_today()))
               AND (y.ends IS NULL OR y.ends > (SELECT company_today())))
"""
WAS: Final = "EXISTS (SELECT FROM occupant w WHERE w.company_id = i.company_id AND w.person_id = i.person_id)"
LEFT: Final = f"""
    ((i.placed OR {WAS}) AND NOT {LIVES} OR EXISTS (
        SELECT FROM person p WHERE p.company_id = i.company_id AND p.id = i.person_id AND p.archived_at IS NOT NULL))
"""
"""Over the alias `i` of an invitation. Whoever never had a home here, such as an employee, does not leave one."""
HAS_LEFT: Final = f"SELECT 1 FROM invitation i WHERE i.id = %(id)s AND {LEFT}"  # noqa: S608
NOTE: Final = f"""
    UPDATE invitation i SET placed = true
     WHERE i.accepted_at IS NULL AND i.withdrawn_at IS NULL AND NOT i.placed AND {WAS} RETURNING i.id
"""  # noqa: S608
LEAVERS: Final = f"""
    SELECT i.id FROM invitation i WHERE i.accepted_at IS NULL AND i.withdrawn_at IS NULL AND {LEFT} ORDER BY i.id
"""  # noqa: S608


def has_left(db: CompanySession, invitation: Invitation) -> bool:
    """Whether this invitation is for a home that its person has no more."""
    return db.row(HAS_LEFT, {"id": invitation.id}) is not None
