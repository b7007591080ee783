"""Lists of residents by how far they have come (`standing`), and how many there are of each stage."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from quartier.estate.finding import Condition, rows_with
from quartier.people.queries import FURTHER, HERE, NAME, PAGE, THERE
from quartier.people.standing import (
    AMONG_FEW,
    AMONG_MANY,
    GOES_ON,
    LOGIN,
    MANY_AT_FIRST,
    OPEN,
    REACH,
    REACHED,
    RESIDENT,
    STAGE,
    STAGES,
    Stage,
)
from quartier.tenancy.session import CompanySession

INSIDE: Final = """
    EXISTS (SELECT FROM occupant o JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
              JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
              JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
             WHERE o.company_id = q.company_id AND o.person_id = q.id AND {place})
"""
ROWS: Final = f"""
    SELECT q.id, {NAME} AS name, q.given_name, q.family_name, q.company_name, q.salutation, q.title,
           coalesce(a.email, q.email) AS email, coalesce(a.language, q.language) AS language,
           q.street, q.postal_code, q.city, q.country, q.archived_at,
           CASE WHEN NOT p.lives THEN 'moved_out' WHEN a.id IS NOT NULL THEN 'registered'
                WHEN i.id IS NOT NULL THEN 'invited' WHEN {REACH} OR p.moved_in THEN 'addressable' ELSE 'name_only'
            END AS stage,
           p.lives IS NULL AND EXISTS (
               SELECT FROM agent g WHERE g.company_id = q.company_id AND g.person_id = q.id) AS works_only,
           i.id AS invitation_id, i.created_at AS invited_at, i.expires_at, i.expires_at <= now() AS expired,
           sent.times, sent.at AS sent_at, sent.channel, m.bounced_at IS NOT NULL AS bounced,
           u.id AS unit_id, u.name AS unit, p.places - 1 AS others, y.kind, y.starts,
           CASE WHEN y.starts <= %(today)s THEN trim(b.street || ' ' || b.house_number) END AS home_street,
           b.postal_code AS home_postal_code, b.city AS home_city, b.country AS home_country, b.name AS building,
           e.name AS property
      FROM ({{people}}) chosen
      JOIN person q ON q.company_id = chosen.company_id AND q.id = chosen.id
      LEFT JOIN account a ON a.company_id = q.company_id AND a.person_id = q.id
      LEFT JOIN mail_address m ON m.company_id = q.company_id AND m.address_key = lower(q.email)
      LEFT JOIN LATERAL (
        SELECT * FROM invitation i WHERE i.company_id = q.company_id AND i.person_id = q.id
           AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL ORDER BY i.id DESC LIMIT 1) i ON true
      LEFT JOIN LATERAL (
        SELECT count(*) AS times, max(s.created_at) AS at, (array_agg(s.channel ORDER BY s.id DESC))[1] AS channel
          FROM invitation_sending s WHERE s.company_id = i.company_id AND s.invitation_id = i.id) sent ON true
      LEFT JOIN LATERAL (
        SELECT bool_or(goes_on) AS lives, bool_or(goes_on AND y.starts <= %(today)s) AS moved_in,
               count(*) FILTER (WHERE shown) AS places,
               (array_agg(y.id ORDER BY y.starts <= %(today)s DESC, u.kind NOT IN ('flat', 'house'), y.starts DESC)
                FILTER (WHERE shown))[1] AS period
          FROM occupant o
          JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
          JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
          JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
         CROSS JOIN LATERAL (SELECT true {GOES_ON} AS goes_on) g
         CROSS JOIN LATERAL (SELECT goes_on AND (cardinality(%(within)s::uuid[]) = 0 OR {HERE}) AS shown) h
         WHERE o.company_id = q.company_id AND o.person_id = q.id) p ON true
      LEFT JOIN occupancy y ON y.company_id = q.company_id AND y.id = p.period
      LEFT JOIN unit u ON u.company_id = y.company_id AND u.id = y.unit_id
      LEFT JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
      LEFT JOIN property e ON e.company_id = b.company_id AND e.id = b.property_id
     ORDER BY q.sort_key, q.id
"""  # noqa: S608
CHOSEN: Final = ROWS.format(people="SELECT company_id, id FROM person WHERE id = ANY(%(ids)s)")
LIST: Final = f"""
    WITH few AS MATERIALIZED ({{few}}),
    page AS MATERIALIZED (
        SELECT q.company_id, q.id FROM {{people}} q WHERE {{conditions}} ORDER BY q.sort_key, q.id LIMIT {{limit}})
    SELECT counted.stages AS counted, page.* FROM (SELECT jsonb_object_agg(stage, people) AS stages FROM few) counted
      LEFT JOIN ({ROWS.format(people="SELECT * FROM page")}) page ON true
"""  # noqa: S608 - our own words
"""A page and how many there are of each stage, in one statement: with nobody on it, it is one row of nulls."""
SEEN: Final = f"SELECT q.id FROM person q WHERE q.id = ANY(%(ids)s) AND {THERE}"  # noqa: S608
COUNTS: Final = """
    SELECT count(*) FILTER (WHERE gone) AS moved_out,
           count(*) FILTER (WHERE NOT gone AND registered) AS registered,
           count(*) FILTER (WHERE NOT gone AND NOT registered AND invited) AS invited,
           count(*) FILTER (WHERE NOT gone AND NOT registered AND NOT invited AND reached) AS addressable,
           count(*) FILTER (WHERE NOT gone AND NOT registered AND NOT invited AND NOT reached) AS name_only
      FROM (SELECT coalesce(NOT p.lives, false) AS gone, a.person_id IS NOT NULL AS registered,
                   i.person_id IS NOT NULL AS invited,
                   {reach} OR coalesce(p.moved_in, false) AS reached
              FROM person q
              LEFT JOIN (SELECT o.person_id, bool_or(coalesce(least(y.ends, o.ends) > %(today)s, true)) AS lives,
                                bool_or(y.starts <= %(today)s AND coalesce(least(y.ends, o.ends) > %(today)s, true))
                                    AS moved_in
                           FROM occupant o
                           JOIN occupancy y ON y.company_id = o.company_id AND y.id = o.occupancy_id
                          GROUP BY o.person_id) p ON p.person_id = q.id
              LEFT JOIN account a ON a.company_id = q.company_id AND a.person_id = q.id
              LEFT JOIN agent g ON g.company_id = q.company_id AND g.person_id = q.id
              LEFT JOIN (SELECT DISTINCT person_id FROM invitation
                          WHERE accepted_at IS NULL AND withdrawn_at IS NULL) i ON i.person_id = q.id
             WHERE {conditions} AND (g.id IS NULL OR p.person_id IS NOT NULL)) s
"""
ALONE: Final = """
    SELECT set_config('max_parallel_workers_per_gather', '0', true) AS alone,
           set_config('work_mem', '64MB', true) AS room, set_config('enable_seqscan', 'off', true) AS by_key
"""
"""Counting everybody reads all periods: in memory, and not once more by each parallel worker, which takes longer. Whose
company a row is of is asked once of an index, and by a look through the table again for each row, which takes longest.
"""
SOME: Final = f"""
    WITH reached AS MATERIALIZED (SELECT q.* FROM person q WHERE {{conditions}} LIMIT {{most}} + 1)
    SELECT '' AS stage, count(*) AS people FROM reached
     UNION ALL
    SELECT stage, count(*) FROM (
        SELECT {STAGE} AS stage FROM reached q WHERE (SELECT count(*) FROM reached) <= {{most}}) s
     GROUP BY stage
"""  # noqa: S608
"""How many they are stands under no name, and is known first: so that of too many nothing more is asked."""
NOBODY_ASKS: Final = "SELECT NULL::text AS stage, NULL::bigint AS people WHERE false"
PARTY: Final = f"""
    CASE WHEN o.ends <= %(today)s THEN {STAGE} WHEN {LOGIN} THEN 'registered' WHEN {OPEN} THEN 'invited'
         ELSE 'addressable' END
"""
"""Of a person `q` on a period that runs today, as `o`: moved in and not out, so nobody looks at other periods."""
IN_BUILDINGS: Final = f"""
    SELECT building_id, stage, count(*) AS people FROM (
        SELECT DISTINCT u.building_id, q.id,
               CASE WHEN a.id IS NOT NULL THEN 'registered' WHEN i.id IS NOT NULL THEN 'invited'
                    WHEN {REACHED} THEN 'addressable' ELSE 'name_only' END AS stage
          FROM unit u JOIN occupancy y ON y.company_id = u.company_id AND y.unit_id = u.id
          JOIN occupant o ON o.company_id = y.company_id AND o.occupancy_id = y.id {GOES_ON}
          JOIN person q ON q.company_id = o.company_id AND q.id = o.person_id AND q.archived_at IS NULL
          LEFT JOIN account a ON a.company_id = q.company_id AND a.person_id = q.id
          LEFT JOIN invitation i ON i.company_id = q.company_id AND i.person_id = q.id
                                AND i.accepted_at IS NULL AND i.withdrawn_at IS NULL
         WHERE u.building_id = ANY(%(buildings)s)) there
     GROUP BY building_id, stage
"""  # noqa: S608


@dataclass(frozen=True)
class ResidentFilters:
    """What a list of residents is narrowed down by; all of it stands in the address."""

    text: str = ""
    stage: Stage | None = None
    property_id: UUID | None = None
    building_id: UUID | None = None
    unit_id: UUID | None = None


@dataclass(frozen=True)
class Residents:
    """A page of a list, and how many of each stage the whole list has; None where nobody asked, or they are many."""

    rows: list[Any]
    counted: Mapping[str, int] | None = None


def residents(
    db: CompanySession,
    filters: ResidentFilters,
    *,
    within: Collection[UUID],
    today: date,
    after: UUID | None = None,
    limit: int = PAGE,
) -> list[Any]:
    """People by name, with their stage, their invitation and where they are; agents of some properties see theirs."""
    meant = condition_of(db, filters, within)
    return listed(db, filters, meant, within=within, today=today, after=after, limit=limit).rows


def listed(
    db: CompanySession,
    filters: ResidentFilters,
    meant: Condition,
    *,
    within: Collection[UUID],
    today: date,
    after: UUID | None = None,
    limit: int = PAGE,
    counted: Mapping[str, int] | int = 0,
) -> Residents:
    """The same, of whom `meant` (what `condition_of` made of the filters) means, in one statement.

    `counted` is how many of each stage they are, where the caller knows; else up to how many of them are counted.
    """
    known, count = (None, counted) if isinstance(counted, int) else (counted, 0)
    if meant.impossible:
        return Residents([], dict.fromkeys(STAGES, 0))
    everybody = meant.copy()
    everybody.add(RESIDENT)
    few = SOME.format(conditions=everybody, most=count) if count else NOBODY_ASKS
    page, people = everybody.copy(), "person"
    if filters.stage is not None:
        people, staged = _staged(filters.stage, filters, known)
        page.add(staged)
    if after is not None:
        page.add(FURTHER, after=after)
    values = {**page.values, "within": list(within), "today": today}
    rows = db.rows(LIST.format(few=few, people=people, conditions=page, limit=limit), values)
    return Residents([row for row in rows if row.id is not None], _few(rows[0].counted, count))


def _few(counted: Mapping[str, int] | None, most: int) -> Mapping[str, int] | None:
    """What `SOME` found; None where it was not asked, or where they are more."""
    if counted is None or counted[""] > most:
        return None
    return {stage: counted.get(stage, 0) for stage in STAGES}


def _staged(stage: Stage, filters: ResidentFilters, counted: Mapping[str, int] | None) -> tuple[str, str]:
    """Among whom a stage is looked for, and the condition of it, so that it is quick for so many people.

    Reading in order until fifty are found costs as many rows as fifty times the inverse of their share, finding all of
    them costs their number. Before anybody has counted, most are not invited.
    """
    many = counted.get(stage, 0) if counted else 0
    crowd = (counted and many * many > PAGE * sum(counted.values())) or (not counted and stage in MANY_AT_FIRST)
    if crowd or (filters.text and stage != "name_only"):
        return "person", AMONG_MANY[stage]
    return AMONG_FEW[stage]


def residents_by_id(db: CompanySession, ids: Collection[UUID], *, within: Collection[UUID], today: date) -> list[Any]:
    """The same of chosen people, archived ones included; those one may not see are left out."""
    return _rows(db, seen(db, ids, within), within, today)


def seen(db: CompanySession, ids: Collection[UUID], within: Collection[UUID]) -> list[UUID]:
    """Those of them whom somebody limited to these places may see."""
    if not ids or not within:
        return list(ids)
    return [row.id for row in db.rows(SEEN, {"ids": list(ids), "within": list(within)})]


def counts(db: CompanySession, filters: ResidentFilters, *, within: Collection[UUID], today: date) -> dict[str, int]:
    """How many there are of each stage, whatever stage the list shows; a second or two for 150,000 people."""
    condition = condition_of(db, filters, within)
    if condition.impossible:
        return dict.fromkeys(STAGES, 0)
    db.row(ALONE)
    values = {**condition.values, "within": list(within), "today": today}
    row = db.row(COUNTS.format(conditions=condition, reach=REACH), values)
    return {stage: getattr(row, stage) for stage in STAGES}


def counts_of_few(
    db: CompanySession, meant: Condition, *, within: Collection[UUID], today: date, most: int
) -> Mapping[str, int] | None:
    """The same where it concerns few people and so takes milliseconds; None where there are more than `most`."""
    if meant.impossible:
        return dict.fromkeys(STAGES, 0)
    condition = meant.copy()
    condition.add(RESIDENT)
    values = {**condition.values, "within": list(within), "today": today}
    rows = db.rows(SOME.format(conditions=condition, most=most), values)
    return _few({row.stage: row.people for row in rows}, most)


def counts_in(db: CompanySession, buildings: Collection[UUID], *, today: date) -> dict[UUID, dict[Stage, int]]:
    """How many of those who live or work in each building, or soon will, have come how far."""
    found: dict[UUID, dict[Stage, int]] = {one: {} for one in buildings}
    for row in db.rows(IN_BUILDINGS, {"buildings": list(buildings), "today": today}) if buildings else []:
        found[row.building_id][row.stage] = row.people
    return found


def condition_of(db: CompanySession, filters: ResidentFilters, within: Collection[UUID]) -> Condition:
    """Whom the filters mean, whatever stage they ask for. The words of a search are looked up here, once."""
    condition = Condition(["q.archived_at IS NULL"])
    if within:
        condition.add(THERE)
    for place, value in (
        ("b.property_id", filters.property_id), ("b.id", filters.building_id), ("u.id", filters.unit_id)
    ):  # fmt: skip
        if value is not None:
            name = place.replace(".", "_")
            condition.add(INSIDE.format(place=f"{place} = %({name})s"), **{name: value})
    if filters.text:
        rows_with(db, condition, filters.text, noun="person", alias="q")
    return condition


def _rows(db: CompanySession, ids: Collection[UUID], within: Collection[UUID], today: date) -> list[Any]:
    return db.rows(CHOSEN, {"ids": list(ids), "within": list(within), "today": today}) if ids else []
