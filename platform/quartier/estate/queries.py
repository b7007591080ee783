"""Reading the estate for people: lists page by page, the nodes of the tree, vacancy, and what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from quartier.estate.finding import Condition, properties_with, units_with
from quartier.estate.models import UNIT_KINDS
from quartier.estate.vacancy import EMPTY, RENTED
from quartier.tenancy.session import CompanySession
from quartier.viewer import homes_of

PAGE = 50
EXPORT_PAGE = 2_000
USES = ("let", "owned", "vacant")
ORDER = "p.sort_key, p.id, b.sort_key, b.id, u.position, u.sort_key, u.id"
TREE = """
      FROM property p
      JOIN building b ON b.company_id = p.company_id AND b.property_id = p.id
      JOIN unit u ON u.company_id = b.company_id AND u.building_id = b.id
"""
UNITS = """
    WITH {before} page AS MATERIALIZED (
        SELECT u.id, u.name, u.external_id, u.kind, u.is_commercial, u.floor, u.rooms, u.area_m2, u.archived_at,
               u.position, u.version, u.sort_key AS unit_key, b.sort_key AS house_key, p.sort_key AS home_key,
               b.id AS building_id, b.name AS building, b.street, b.house_number, b.postal_code, b.city, b.country,
               b.external_id AS building_number, p.id AS property_id, p.name AS property,
               p.external_id AS property_number, u.company_id
        {tree} WHERE {conditions} ORDER BY {order} LIMIT {limit}
    )
    SELECT page.*, now_let.id AS occupancy_id, now_let.kind AS use, now_let.starts, now_let.ends,
           now_let.contract_number, now_let.people, now_let.stages
      FROM page LEFT JOIN LATERAL (
        SELECT y.id, y.kind, y.starts, y.ends, y.contract_number, party.people, party.stages
          FROM occupancy y LEFT JOIN LATERAL (
            SELECT string_agg(coalesce(nullif(q.company_name, ''), trim(q.given_name || ' ' || q.family_name)), ', '
                              ORDER BY o.role <> 'main', q.sort_key) AS people,
                   string_agg({standing}, ' ') AS stages
              FROM occupant o JOIN person q ON q.company_id = o.company_id AND q.id = o.person_id
             WHERE o.company_id = y.company_id AND o.occupancy_id = y.id
               AND o.role IN ('main', 'co_tenant', 'partner', 'subtenant')) party ON true
         WHERE y.company_id = page.company_id AND y.unit_id = page.id AND y.starts <= %(today)s
           AND (y.ends IS NULL OR y.ends > %(today)s)
         ORDER BY y.kind DESC, y.starts DESC LIMIT 1) now_let ON true
     ORDER BY home_key, property_id, house_key, building_id, position, unit_key, id
"""
UNASKED = "NULL::text"
# Not three times OR: each part is found by an index of its own, and mostly there is nothing.
PUT_AWAY = """
    u.id IN (SELECT x.id FROM unit x WHERE x.archived_at IS NOT NULL
      UNION ALL SELECT x.id FROM building a JOIN unit x ON x.company_id = a.company_id AND x.building_id = a.id
                 WHERE a.archived_at IS NOT NULL
      UNION ALL SELECT x.id FROM property h JOIN building a ON a.company_id = h.company_id AND a.property_id = h.id
                  JOIN unit x ON x.company_id = a.company_id AND x.building_id = a.id WHERE h.archived_at IS NOT NULL)
"""
# Where the page before has ended; of a unit that is gone nothing is known, and the list begins anew.
PLACE = f"""
    last AS MATERIALIZED (
    SELECT p.sort_key AS a0, p.id AS a1, b.sort_key AS a2, b.id AS a3, u.position AS a4, u.sort_key AS a5, u.id AS a6
    {TREE} WHERE u.id = %(after)s),
"""
LAST = [f"(SELECT a{i} FROM last)" for i in range(7)]  # noqa: S608 - our own words
# What is missing is made good inside a select: row security lets no index look for what a function says outside.
BEYOND = f"""
    (p.sort_key, p.id) >= ((SELECT coalesce({LAST[0]}, '')), (SELECT coalesce({LAST[1]}, '{UUID(int=0)}')))
    AND (({ORDER}) > ({", ".join(LAST)}) OR NOT EXISTS (SELECT FROM last))
"""  # noqa: S608
NOW = "y.starts <= %(today)s AND (y.ends IS NULL OR y.ends > %(today)s)"
USED = f"u.id IN (SELECT y.unit_id FROM occupancy y WHERE y.kind = '{{kind}}' AND {NOW})"  # noqa: S608 - our own words
PROPERTIES = """
    WITH page AS MATERIALIZED (
        SELECT p.* FROM property p WHERE {conditions} ORDER BY p.sort_key, p.id LIMIT {limit}
    )
    SELECT page.id, page.name, page.external_id, page.owner, page.timezone, page.archived_at, page.sort_key,
           coalesce(there.buildings, 0) AS buildings, coalesce(there.units, 0)::bigint AS units, there.places,
           {houses} AS houses
      FROM page LEFT JOIN LATERAL (
        SELECT count(*) AS buildings, sum(inside.units) AS units,
               string_agg(DISTINCT trim(b.postal_code || ' ' || b.city), ', ') AS places
          FROM building b CROSS JOIN LATERAL (
            SELECT count(*) AS units FROM unit u WHERE u.company_id = b.company_id AND u.building_id = b.id) inside
         WHERE b.company_id = page.company_id AND b.property_id = page.id) there ON true
     ORDER BY page.sort_key, page.id
"""
# The buildings of a property that is open, as JSON: they come with the page, in one statement.
CLOSED = "NULL::jsonb"
OPEN = """
    CASE WHEN page.id = ANY(%(opened)s) THEN (
        SELECT jsonb_agg(to_jsonb(h) ORDER BY h.place) FROM (
            SELECT row_number() OVER (ORDER BY b.sort_key, b.id) AS place, b.id, b.name, b.street, b.house_number,
                   b.postal_code, b.city, b.archived_at IS NOT NULL AS archived,
                   (SELECT count(*) FROM unit u WHERE u.company_id = b.company_id AND u.building_id = b.id) AS units
              FROM building b WHERE b.company_id = page.company_id AND b.property_id = page.id
               AND (cardinality(%(within)s::uuid[]) = 0 OR b.property_id = ANY(%(within)s) OR b.id = ANY(%(within)s)
                    OR b.id IN (SELECT x.building_id FROM unit x WHERE x.id = ANY(%(within)s)))
             ORDER BY b.sort_key, b.id LIMIT 1000) h) END
"""
NEXT = """
    (p.sort_key, p.id) > ((SELECT coalesce((SELECT z.sort_key FROM property z WHERE z.id = %(after)s), '')), %(after)s)
"""
BUILDINGS = """
    SELECT b.id, b.property_id, b.name, b.external_id, b.street, b.house_number, b.postal_code, b.city, b.archived_at,
           (SELECT count(*) FROM unit u WHERE u.company_id = b.company_id AND u.building_id = b.id) AS units
      FROM building b WHERE b.property_id = ANY(%(properties)s)
       AND (cardinality(%(within)s::uuid[]) = 0 OR b.property_id = ANY(%(within)s) OR b.id = ANY(%(within)s)
            OR b.id IN (SELECT x.building_id FROM unit x WHERE x.id = ANY(%(within)s)))
     ORDER BY b.property_id, b.sort_key, b.id LIMIT 1000
"""
CHANGES = """
    SELECT id, at, actor, source_kind, source_id, noun, noun_id, action, before, after FROM change
     WHERE noun_id = ANY(%(ids)s) AND id < %(before)s ORDER BY id DESC LIMIT %(limit)s
"""
LATEST = UUID(int=2**128 - 1)


@dataclass(frozen=True)
class UnitFilters:
    """What a list of units is narrowed down by; all of it stands in the address."""

    text: str = ""
    property_id: UUID | None = None
    building_id: UUID | None = None
    kind: str | None = None
    use: str | None = None
    commercial: bool | None = None
    archived: bool = False
    by_people: bool = True


def units(
    db: CompanySession,
    filters: UnitFilters,
    *,
    within: Collection[UUID],
    today: date,
    after: UUID | None = None,
    limit: int = PAGE,
    standing: str = UNASKED,
) -> list[Any]:
    """Units in the order of the tree with who uses them today; `after` is the last one of the page before.

    `standing` is SQL for how far a person `q` of a party `o` has come: the rows have it of all as `stages`. Numbers of
    rows are written out: of a number that it does not know the database expects thousands, and plans each list anew.
    """
    condition = _unit_condition(db, filters, within)
    if after is not None:
        condition.add(BEYOND, after=after)
    if condition.impossible:
        return []
    before = "" if after is None else PLACE
    sql = UNITS.format(
        before=before, tree=TREE, conditions=condition, order=ORDER, limit=limit, standing=standing
    )  # fmt: skip
    return db.rows(sql, {**condition.values, "today": today})


def all_units(db: CompanySession, filters: UnitFilters, *, within: Collection[UUID], today: date) -> Iterator[Any]:
    """Every unit of a list, a thousand at a time: for exports, however long."""
    after = None
    while page := units(db, filters, within=within, today=today, after=after, limit=EXPORT_PAGE):
        yield from page
        if len(page) < EXPORT_PAGE:
            return
        after = page[-1].id


def units_by_id(db: CompanySession, ids: Sequence[UUID], *, within: Collection[UUID], today: date) -> list[Any]:
    """Some units, those out of the viewer's part of the estate left out."""
    condition = Condition(["u.id = ANY(%(ids)s)"], {"ids": list(ids)})
    _limit_to(condition, within)
    sql = UNITS.format(before="", tree=TREE, conditions=condition, order=ORDER, limit="ALL", standing=UNASKED)
    return db.rows(sql, {**condition.values, "today": today})


def properties(
    db: CompanySession,
    *,
    text: str = "",
    within: Collection[UUID],
    archived: bool = False,
    after: UUID | None = None,
    limit: int = PAGE,
    opened: Collection[UUID] = (),
) -> list[Any]:
    """Properties by name, with how much is in them; in `houses` what is in those that are `opened`, as JSON.

    The words may also be in a building's address.
    """
    condition = Condition([f"p.archived_at IS {'NOT ' if archived else ''}NULL"])
    if within:
        condition.add("p.id = ANY(%(homes)s)", homes=list(homes_of(within)))
    if text:
        properties_with(db, condition, text)
    if after is not None:
        condition.add(NEXT, after=after)
    if condition.impossible:
        return []
    if opened:
        condition.values |= {"opened": list(opened), "within": list(within)}
    sql = PROPERTIES.format(conditions=condition, limit=limit, houses=OPEN if opened else CLOSED)
    return db.rows(sql, condition.values)


def buildings(db: CompanySession, property_ids: Sequence[UUID], *, within: Collection[UUID]) -> list[Any]:
    """The buildings of some properties by name, with how many units are in them."""
    return db.rows(BUILDINGS, {"properties": list(property_ids), "within": list(within)})


def changes(db: CompanySession, ids: Sequence[UUID], *, before: UUID | None = None, limit: int = 20) -> list[Any]:
    """What happened to some rows, newest first."""
    return db.rows(CHANGES, {"ids": list(ids), "before": before or LATEST, "limit": limit})


def _unit_condition(db: CompanySession, filters: UnitFilters, within: Collection[UUID]) -> Condition:
    condition = Condition()
    _limit_to(condition, within)
    if filters.archived:
        condition.add(PUT_AWAY)
    else:
        condition.add("u.archived_at IS NULL AND b.archived_at IS NULL AND p.archived_at IS NULL")
    if filters.property_id is not None:
        condition.add("p.id = %(property)s", property=filters.property_id)
    if filters.building_id is not None:
        condition.add("b.id = %(building)s", building=filters.building_id)
    if filters.kind is not None:  # written out: so the index of what is no flat is found
        condition.add(f"u.kind = '{UNIT_KINDS[UNIT_KINDS.index(filters.kind)]}'")
    if filters.commercial is not None:
        condition.add(f"{'' if filters.commercial else 'NOT '}u.is_commercial")
    match filters.use:
        case "let":
            condition.add(USED.format(kind="tenancy"))
        case "owned":
            condition.add(USED.format(kind="ownership"))
        case "vacant":
            condition.add(f"u.{RENTED} AND {EMPTY}")
    if filters.text:
        units_with(db, condition, filters.text, by_people=filters.by_people)
    return condition


def _limit_to(condition: Condition, within: Collection[UUID]) -> None:
    """The properties first, which an index finds; then what is only a part of one."""
    homes = homes_of(within)
    if within:
        condition.add("p.id = ANY(%(homes)s)", homes=list(homes))
    if set(within) - set(homes):
        condition.add(
            "(p.id = ANY(%(within)s) OR b.id = ANY(%(within)s) OR u.id = ANY(%(within)s))", within=list(within)
        )
