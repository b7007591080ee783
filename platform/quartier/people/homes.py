"""In which property people are at home: in its look they are written to, if it has one of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import Any, Final
from uuid import UUID

from quartier.tenancy.session import CompanySession
from quartier.tenancy.snapshot import Snapshot
from quartier.web.visit import Visit
from quartier.web.wearing import home_of, wear

USED: Final = """
    SELECT o.person_id, b.property_id, u.kind AS unit_kind, y.starts, y.ends
      FROM occupant o
      JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
      JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
      JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
     WHERE o.person_id = ANY(%(people)s)
       AND NOT EXISTS (SELECT FROM agent a WHERE a.company_id = o.company_id AND a.person_id = o.person_id)
"""


def homes_of_people(
    db: CompanySession, company: Snapshot, people: Collection[UUID], *, today: date
) -> dict[UUID, UUID | None]:
    """By person the property where they are at home, as `home_of` says; staff are left out.

    Asks nothing, and finds nobody, at a company without looks of single properties.
    """
    if not company.looks or not people:
        return {}
    places: dict[UUID, list[Any]] = defaultdict(list)
    for row in db.rows(USED, {"people": list(people)}):
        places[row.person_id].append(row)
    return {person: home_of(used, today) for person, used in places.items()}


def home_of_person(db: CompanySession, company: Snapshot, person_id: UUID | None, *, today: date) -> UUID | None:
    """The same of one person, or of nobody."""
    return homes_of_people(db, company, [person_id], today=today).get(person_id) if person_id else None


def wear_home_of(visit: Visit, person_id: UUID | None) -> None:
    """From here on the visit is in the look of where this person is at home: a link of theirs was opened."""
    wear(visit, home_of_person(visit.db, visit.company, person_id, today=visit.today))
