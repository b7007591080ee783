"""What a board could do for a company that has none, from its houses."""

from __future__ import annotations

from quartier.sdk import CompanySession, ngettext
from quartier.sdk import gettext as _

_NEIGHBOURS = """
    SELECT count(DISTINCT o.unit_id) AS households, count(DISTINCT u.building_id) AS houses,
           count(DISTINCT o.unit_id) FILTER (WHERE o.starts > (SELECT company_today()) - 365) AS new
      FROM occupancy o JOIN unit u ON u.company_id = o.company_id AND u.id = o.unit_id
     WHERE o.kind = 'tenancy' AND u.kind IN ('flat', 'house', 'room')
       AND o.starts <= (SELECT company_today()) AND (o.ends IS NULL OR (SELECT company_today()) < o.ends)
"""


def prospect(db: CompanySession) -> list[str]:
    """How many live door to door, and who of them is new; nothing where nobody has a neighbour."""
    found = db.row(_NEIGHBOURS)
    if found.households < 2:
        return []
    who = ngettext("%(num)s household", "%(num)s households", found.households)
    where = ngettext("%(num)s house", "%(num)s houses", found.houses)
    said = [_("%(households)s live door to door in %(houses)s.", households=who, houses=where)]
    if found.new:
        said.append(
            ngettext("%(num)s of them moved in within a year.", "%(num)s of them moved in within a year.", found.new)
        )
    return said
