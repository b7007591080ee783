"""Whose things of a unit are: the periods that a day falls into."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from quartier.audience.audience import Audience
from quartier.tenancy.company import company_of
from quartier.tenancy.session import CompanySession
from quartier.viewer import EVERYBODY

PERIODS: Final = """
    SELECT y.id FROM occupancy y
     WHERE y.unit_id = ANY(%(units)s) AND y.starts <= %(on)s AND (y.ends IS NULL OR y.ends > %(on)s) ORDER BY y.id
"""


def keys_at(db: CompanySession, audience: Audience, at: datetime) -> list[str]:
    """An audience's keys, and beside those of units the keys of the periods that hold at that moment.

    For lists that are found by keys alone, where `meant` cannot ask for the day: write them down with the thing, and
    anew when its moment changes.
    """
    if not audience.where:
        return audience.keys
    on = at.astimezone(ZoneInfo(company_of(db).timezone)).date()
    groups = sorted(audience.who) or [EVERYBODY]
    found = db.rows(PERIODS, {"units": list(audience.where), "on": on})
    return [*audience.keys, *(f"{row.id}:{group}" for row in found for group in groups)]
