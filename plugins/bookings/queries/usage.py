"""What happened in a time, as numbers."""

from __future__ import annotations

from datetime import datetime

from quartier.sdk import CompanySession

_USAGE = """
    SELECT count(*) FILTER (WHERE state IN ('confirmed', 'missed')) AS bookings,
           count(DISTINCT person_id) FILTER (WHERE state IN ('confirmed', 'missed')) AS people,
           count(*) FILTER (WHERE state = 'cancelled') AS cancelled
      FROM bookings_booking WHERE starts >= %(since)s AND starts < %(until)s
"""


def usage(db: CompanySession, since: datetime, until: datetime) -> dict[str, int]:
    """Bookings whose time began: those that took place or were missed, how many people had them, and cancelled ones."""
    return dict(db.row(_USAGE, {"since": since, "until": until})._asdict())
