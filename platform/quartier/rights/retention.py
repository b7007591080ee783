"""Why somebody cannot be forgotten yet, and from when on they can."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.tenancy.session import CompanySession

PERIODS = """
    SELECT o.starts, o.ends, u.name AS unit FROM occupant c
    JOIN occupancy o ON o.company_id = c.company_id AND o.id = c.occupancy_id
    JOIN unit u ON u.company_id = o.company_id AND u.id = o.unit_id
    WHERE c.person_id = %(person)s ORDER BY o.ends NULLS FIRST
"""
TEAM = "SELECT 1 FROM agent WHERE person_id = %(person)s"


@dataclass(frozen=True)
class Reason:
    """Something that has to be kept, as a sentence; `until` is the first day without it, None where none is known."""

    sentence: str
    until: date | None


def reasons(db: CompanySession, person_id: UUID, *, on: date, days: int) -> list[Reason]:
    """All that keeps a person; nothing when they can be forgotten. `days` is how long books are kept."""
    found = [Reason(_("A member of the team."), None)] if db.rows(TEAM, {"person": person_id}) else []
    for row in db.rows(PERIODS, {"person": person_id}):
        if row.ends is None:
            found.append(Reason(_("%(unit)s: the period has no end yet.", unit=row.unit), None))
        elif row.ends + timedelta(days=days) > on:
            free = row.ends + timedelta(days=days)
            last = formats.format_date(row.ends - timedelta(days=1))
            sentence = _("%(unit)s: period until %(last)s; its contract and invoices are kept until %(date)s.",
                         unit=row.unit, last=last, date=formats.format_date(free - timedelta(days=1)))  # fmt: skip
            found.append(Reason(sentence, free))
    return found


def free_from(found: list[Reason]) -> date | None:
    """The first day without any of the reasons; None where one has no end."""
    days = [one.until for one in found]
    return max((day for day in days if day is not None), default=None) if None not in days else None
