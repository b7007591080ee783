"""Whose contact data were erased at their own wish: no system brings them back."""

from __future__ import annotations

from typing import Final

CONTACT: Final = ("email", "phone", "mobile", "language", "note")
"""What goes of somebody whose contract has ended, while the law still wants to know who it was with."""
FORGOTTEN: Final = """
    SELECT f.person_id FROM erasure_request f
     WHERE f.state = 'partly' AND NOT f.with_contact AND NOT EXISTS (
        SELECT FROM occupant c JOIN occupancy y ON y.company_id = c.company_id AND y.id = c.occupancy_id
         WHERE c.company_id = f.company_id AND c.person_id = f.person_id AND c.role IN ('main', 'co_tenant')
           AND (y.ends IS NULL OR y.ends > (SELECT company_today())))
"""
"""SQL: these people's ids. Whoever has a contract again can be reached for it."""
