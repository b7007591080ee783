"""What answers could do for a company that gives none yet, from its people."""

from __future__ import annotations

from quartier.sdk import CompanySession, ngettext
from quartier.sdk import gettext as _

_READERS = """
    SELECT count(DISTINCT o.unit_id) AS households, count(DISTINCT b.property_id) AS properties
      FROM occupancy o
      JOIN unit u ON u.company_id = o.company_id AND u.id = o.unit_id
      JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
     WHERE o.starts <= (SELECT company_today()) AND (o.ends IS NULL OR (SELECT company_today()) < o.ends)
"""


def prospect(db: CompanySession) -> list[str]:
    """Who could look something up, and in how many properties answers differ; nothing where nobody lives."""
    found = db.row(_READERS)
    if not found.households:
        return []
    who = ngettext("%(num)s household", "%(num)s households", found.households)
    where = ngettext("%(num)s property", "%(num)s properties", found.properties)
    return [_("For %(households)s in %(properties)s, each with answers of its own.", households=who, properties=where)]
