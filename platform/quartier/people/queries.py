"""Reading people for staff: the list page by page, a person's periods, and who is on a period."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select

from quartier.estate.finding import OFTEN, Condition, rows_with
from quartier.people.models import PersonPicture
from quartier.people.standing import KNOWN_STAGE, ON_PERIOD, TODAY
from quartier.tenancy.session import CompanySession

PAGE = 50
EXPORT_PAGE = 2_000
TIES = ("tenants", "owners", "former", "nobody", "businesses")
NAME = "coalesce(nullif(trim(q.given_name || ' ' || q.family_name), ''), q.company_name)"
RUNS = f"""
    (SELECT bool_or(true {TODAY}) FROM occupant o
       JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
      WHERE o.company_id = q.company_id AND o.person_id = q.id)
"""  # noqa: S608 - our own words
"""Whether one of a person's periods runs today; NULL for who never had any."""
NAME_ONLY = """
    q.email IS NULL AND q.phone IS NULL AND q.mobile IS NULL AND q.street = ''
    AND NOT EXISTS (SELECT FROM account x WHERE x.company_id = q.company_id AND x.person_id = q.id)
    AND NOT EXISTS (SELECT FROM occupant x JOIN occupancy z ON z.company_id = x.company_id AND z.id = x.occupancy_id
                     WHERE x.company_id = q.company_id AND x.person_id = q.id
                       AND (x.role NOT IN ('main', 'co_tenant') OR z.starts <= (SELECT company_today())))
"""
"""A party of a contract that begins later, of whom nothing is known but the name (see `aliases`): letters find
whoever lives there already."""
HERE = "(b.property_id = ANY(%(within)s) OR b.id = ANY(%(within)s) OR u.id = ANY(%(within)s))"
"""Whether a row of units with their buildings lies in the places that somebody is limited to."""
THERE = f"""
    EXISTS (SELECT FROM occupant o JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
              JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
              JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
             WHERE o.company_id = q.company_id AND o.person_id = q.id
               AND {HERE})
"""
FURTHER = """
    (q.sort_key, q.id) > ((SELECT coalesce((SELECT z.sort_key FROM person z WHERE z.id = %(after)s), '')), %(after)s)
"""
"""What comes after somebody in a list by name; it begins anew where they are gone. A select stands around
the function: row security would let no index look for what it says, and everybody before would be read."""
PEOPLE = f"""
    WITH page AS MATERIALIZED (
        SELECT q.* FROM person q WHERE {{conditions}} ORDER BY q.sort_key, q.id LIMIT {{limit}}
    )
    SELECT q.id, {NAME} AS name, q.given_name, q.family_name, q.company_name, q.salutation, q.title, q.external_id,
           q.email, q.phone, q.mobile, q.language, q.street, q.postal_code, q.city, q.country, q.archived_at,
           {KNOWN_STAGE} AS stage, place.kind, place.unit_id, place.unit, place.address, place.role, place.others
      FROM page q
      LEFT JOIN LATERAL (
        SELECT y.kind, u.id AS unit_id, u.name AS unit, trim(b.street || ' ' || b.house_number) AS address, o.role,
               count(*) OVER () - 1 AS others
          FROM occupant o
          JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
          JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
          JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
         WHERE o.company_id = q.company_id AND o.person_id = q.id {TODAY}
           AND (cardinality(%(within)s::uuid[]) = 0 OR {HERE})
         ORDER BY u.kind NOT IN ('flat', 'house'), y.starts DESC LIMIT 1) place ON true
     ORDER BY q.sort_key, q.id
"""  # noqa: S608
PERIODS = f"""
    SELECT y.id, y.kind, y.starts, y.ends, y.contract_number, o.role, o.ends AS until,
           u.id AS unit_id, u.name AS unit, u.kind AS unit_kind, b.name AS building,
           trim(b.street || ' ' || b.house_number) AS address, p.name AS property,
           (SELECT jsonb_agg(jsonb_build_object('id', q.id, 'name', {NAME}, 'role', n.role) ORDER BY q.sort_key, q.id)
              FROM occupant n JOIN person q ON q.company_id = n.company_id AND q.id = n.person_id
             WHERE n.company_id = y.company_id AND n.occupancy_id = y.id AND n.person_id <> o.person_id
               AND q.archived_at IS NULL
               AND (n.ends IS NULL OR n.ends > (SELECT company_today()) OR y.ends <= (SELECT company_today()))
           ) AS others
      FROM occupant o
      JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
      JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
      JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
      JOIN property p ON p.company_id = b.company_id AND p.id = b.property_id
     WHERE o.person_id = %(person)s AND (cardinality(%(within)s::uuid[]) = 0 OR {HERE})
     ORDER BY y.ends IS NOT NULL, y.starts DESC LIMIT 200
"""  # noqa: S608
OF_UNIT = f"""
    SELECT y.id, y.kind, y.starts, y.ends, y.contract_number, y.external_id,
           coalesce((SELECT jsonb_agg(jsonb_build_object('id', q.id, 'name', {NAME}, 'firm', q.company_name,
                                                         'role', o.role, 'on', o.id, 'ends', o.ends,
                                                         'guest', o.host_id IS NOT NULL, 'stage', {KNOWN_STAGE})
                                      ORDER BY o.role <> 'main', o.role = 'child', q.sort_key)
              FROM occupant o JOIN person q ON q.company_id = o.company_id AND q.id = o.person_id
             WHERE o.company_id = y.company_id AND o.occupancy_id = y.id), '[]') AS people
      FROM occupancy y WHERE y.unit_id = %(unit)s AND (%(period)s::uuid IS NULL OR y.id = %(period)s)
     ORDER BY y.ends IS NOT NULL, y.starts DESC LIMIT 200
"""  # noqa: S608


@dataclass(frozen=True)
class PersonFilters:
    """What a list of people is narrowed down by; all of it stands in the address."""

    text: str = ""
    tie: str | None = None
    archived: bool = False


def people(
    db: CompanySession,
    filters: PersonFilters,
    *,
    within: Collection[UUID],
    today: date,
    after: UUID | None = None,
    limit: int = PAGE,
) -> list[Any]:
    """People by name with where they are today; somebody limited to properties sees those who were ever there."""
    condition = Condition([f"q.archived_at IS {'NOT ' if filters.archived else ''}NULL"])
    if within:
        condition.add(THERE)
    _tied(condition, filters.tie)
    if filters.text:
        rows_with(db, condition, filters.text, noun="person", alias="q")
    if after is not None:
        condition.add(FURTHER, after=after)
    if condition.impossible:
        return []
    values = {**condition.values, "within": list(within), "today": today}
    return db.rows(PEOPLE.format(conditions=condition, limit=limit), values)


def all_people(db: CompanySession, filters: PersonFilters, *, within: Collection[UUID], today: date) -> Iterator[Any]:
    """Everybody on a list, page after page: for exports, however long."""
    after = None
    while page := people(db, filters, within=within, today=today, after=after, limit=EXPORT_PAGE):
        yield from page
        if len(page) < EXPORT_PAGE:
            return
        after = page[-1].id


def is_reachable(db: CompanySession, person_id: UUID, *, within: Collection[UUID]) -> bool:
    """Whether this person is or was in these places; without a limit everybody is."""
    if not within:
        return True
    sql = f"SELECT 1 FROM person q WHERE q.id = %(id)s AND {THERE}"  # noqa: S608
    return db.row(sql, {"id": person_id, "within": list(within)}) is not None


def periods_of_person(db: CompanySession, person_id: UUID, *, within: Collection[UUID]) -> list[Any]:
    """What somebody uses and used, what runs now first; with `others` (`id`, `name`, `role`) who are on it as well."""
    return db.rows(PERIODS, {"person": person_id, "within": list(within)})


def periods_of_unit(db: CompanySession, unit_id: UUID, *, today: date, period: UUID | None = None) -> list[Any]:
    """Who uses and used a unit, what runs now first; each person with how far they have come."""
    return db.rows(OF_UNIT, {"unit": unit_id, "period": period, "today": today})


def _tied(condition: Condition, tie: str | None) -> None:
    match tie:
        case "tenants":
            condition.add(ON_PERIOD.format(more=f"AND y.kind = 'tenancy' {TODAY}"))
        case "owners":
            condition.add(ON_PERIOD.format(more=f"AND y.kind = 'ownership' {TODAY}"))
        case "former":
            condition.add(OFTEN.format(f"{RUNS} IS FALSE"))
        case "nobody":
            condition.add(f"NOT {ON_PERIOD.format(more='')}")
        case "businesses":
            condition.add("q.company_name <> ''")


def picture_of(db: CompanySession, person_id: UUID | None) -> UUID | None:
    """The file with somebody's picture."""
    return db.scalar(select(PersonPicture.file_id).filter_by(person_id=person_id)) if person_id else None
