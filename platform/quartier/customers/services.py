"""Counting a company at night, so that the list of thousands has to count nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from quartier.db.base import new_id
from quartier.people.stages import ResidentFilters, counts
from quartier.tenancy.session import CompanySession
from quartier.usage.people import active
from quartier.usage.queries import MONTH

UNITS: Final = "SELECT count(*) AS units FROM unit WHERE archived_at IS NULL"
KEEP: Final = """
    INSERT INTO company_health (id, addressable, registered, active, units)
        VALUES (%(id)s, %(addressable)s, %(registered)s, %(active)s, %(units)s)
        ON CONFLICT (company_id) DO UPDATE SET addressable = excluded.addressable, registered = excluded.registered,
               active = excluded.active, units = excluded.units, counted_at = now()
    RETURNING id
"""


def count_health(db: CompanySession, *, today: date) -> None:
    """Whom the session's company reaches, who is active, how many units it has. The caller commits."""
    stages, now = counts(db, ResidentFilters(), within=(), today=today), datetime.now(UTC)
    reached = stages["registered"] + stages["invited"] + stages["addressable"]
    numbers = active(db, now - timedelta(days=MONTH), now)
    units = db.row(UNITS).units
    db.rows(
        KEEP, {"id": new_id(), "addressable": reached, "registered": stages["registered"], "units": units, **numbers}
    )
