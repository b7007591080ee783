"""How long an offer to somebody on the waiting list is held."""

from __future__ import annotations

from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from plugins.bookings.rules.clock import local, minute_at

FROM, UNTIL = 8 * 60, 20 * 60
"""Only these hours of a day count, and only in them an offer ends: nobody has to answer at night."""
SHORTEST_OFFER: Final = 10
"""Minutes; what would be held for less is offered to nobody."""


def lapses_at(minutes: int, now: int, latest: int, zone: ZoneInfo) -> int | None:
    """When an offer ends that is made now and held for so many minutes of the day, at the `latest` when the time can
    no more be booked. None where too little is left."""
    day, left, begins = local(now, zone).date(), minutes, now
    while True:
        begins, closes = max(begins, minute_at(day, FROM, zone)), minute_at(day, UNTIL, zone)
        if begins + left <= closes or begins >= latest:
            break
        left -= max(0, closes - begins)
        day += timedelta(days=1)
    found = min(begins + left, latest)
    return found if found - now >= SHORTEST_OFFER else None
