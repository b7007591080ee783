"""What bookings could do for a company that has none, from its estate."""

from __future__ import annotations

from quartier.sdk import CompanySession, ngettext
from quartier.sdk import gettext as _

_SHARED = """
    SELECT (SELECT count(DISTINCT o.unit_id) FROM occupancy o JOIN unit u ON u.company_id = o.company_id
               AND u.id = o.unit_id
             WHERE u.kind IN ('flat', 'house', 'room') AND o.starts <= (SELECT company_today())
               AND (o.ends IS NULL OR (SELECT company_today()) < o.ends)) AS households,
           count(*) FILTER (WHERE kind = 'laundry') AS laundries,
           count(*) FILTER (WHERE kind IN ('common_room', 'hobby_room')) AS rooms
      FROM unit WHERE archived_at IS NULL
"""


def prospect(db: CompanySession) -> list[str]:
    """Who shares what; nothing for an estate in which nothing is shared."""
    found = db.row(_SHARED)
    if found.households < 2:
        return []
    who, said = ngettext("%(num)s household", "%(num)s households", found.households), []
    if found.laundries:
        what = ngettext("%(num)s laundry", "%(num)s laundries", found.laundries)
        said.append(_("%(households)s share %(things)s: each could see free times and book one.",
                      households=who, things=what))  # fmt: skip
    if found.rooms:
        what = ngettext("%(num)s common room", "%(num)s common rooms", found.rooms)
        said.append(_("%(households)s share %(things)s: requests would no longer go by phone.",
                      households=who, things=what))  # fmt: skip
    return said
