"""How many people an audience means today: said before something is published, not found out afterwards."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from quartier.audience.audience import Audience
from quartier.tenancy.session import CompanySession
from quartier.viewer import INSIDE, PARTY

# The groups here are those of quartier.viewer.Place.groups, asked of rows instead of one viewer's places.
MEANT = """
      FROM occupant o
      JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
      JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
      JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
      {more}
     WHERE (y.id = ANY(%(where)s) OR y.starts <= %(on)s AND (y.ends IS NULL OR y.ends > %(on)s))
       AND (o.ends IS NULL OR o.ends > %(on)s)
       AND (cardinality(%(where)s::uuid[]) = 0
            OR b.property_id = ANY(%(where)s) OR b.id = ANY(%(where)s)
            OR ((u.id = ANY(%(where)s) OR y.id = ANY(%(where)s)) AND o.role = ANY(%(unit_roles)s)))
       AND (cardinality(%(who)s::text[]) = 0 OR o.role = ANY(%(party)s) AND (
            (y.kind = 'ownership' AND 'owners' = ANY(%(who)s))
            OR (y.kind = 'tenancy' AND ('tenants' = ANY(%(who)s)
                OR CASE WHEN u.is_commercial THEN 'businesses' ELSE 'residents' END = ANY(%(who)s)))))
"""
"""Occupants `o` of units `u` in buildings `b` whom an audience means on a day, with the values of `asked`."""
ACCOUNTS = "LEFT JOIN account a ON a.company_id = o.company_id AND a.person_id = o.person_id AND a.is_active"
REACH = f"""
    SELECT count(DISTINCT o.person_id) AS people,
           count(DISTINCT o.person_id) FILTER (WHERE a.id IS NOT NULL) AS with_app,
           count(DISTINCT b.property_id) AS properties
    {MEANT.format(more=ACCOUNTS)}
"""
AMONG = f"SELECT DISTINCT o.person_id {MEANT.format(more='')} AND o.person_id = ANY(%(people)s)"


@dataclass(frozen=True)
class Reach:
    """People an audience means, how many of them have an account, and in how many properties they are."""

    people: int
    with_app: int
    properties: int


def reach(db: CompanySession, audience: Audience, *, on: date) -> Reach:
    """Count the people who use something in the audience on a day (the company's local date).

    Those of a period that is named itself count whenever it is.
    """
    row = db.row(REACH, asked(audience, on=on))
    return Reach(row.people, row.with_app, row.properties)


def meant_people(db: CompanySession, audience: Audience, people: Collection[UUID], *, on: date) -> set[UUID]:
    """Of these people, those whom an audience means on a day: also of who is not signed in."""
    return {row.person_id for row in db.rows(AMONG, {**asked(audience, on=on), "people": list(people)})}


def asked(audience: Audience, *, on: date) -> dict[str, Any]:
    """The values that `MEANT` asks for."""
    return {
        "on": on, "where": list(audience.where), "who": sorted(audience.who),
        "party": list(PARTY), "unit_roles": [*PARTY, *INSIDE],
    }  # fmt: skip
