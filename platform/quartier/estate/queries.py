"""Reading the estate for people: lists page by page, the nodes of the tree, vacancy, and what happened."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from quartier.estate.finding import OFTEN, Condition, rows_with, units_with
from quartier.tenancy.session import CompanySession
from quartier.viewer import homes_of

PAGE = 50
EXPORT_PAGE = 2_000
USES = ("let", "owned", "vacant")
NO_HOME = ("common_room", "laundry", "technical")
"""Kinds that nobody rents: without a period they are not vacant."""
ORDER = "p.sort_key, p.id, b.sort_key, b.id, u.position, u.sort_key, u.id"
TREE = """
      FROM property p
      JOIN building b ON b.company_id = p.company_id AND b.property_id = p.id
      JOIN unit u ON u.company_id = b.company_id AND u.building_id = b.id
"""
UNITS = """
    WITH page AS MATERIALIZED (
        SELECT u.id, u.name, u.external_id, u.kind, u.is_commercial, u.floor, u.rooms, u.area_m2, u.archived_at,
               u.position, u.version, u.sort_key AS unit_key, b.sort_key AS house_key, p.sort_key AS home_key,
               b.id AS building_id, b.name AS building, b.street, b.house_number, b.postal_code, b.city, b.country,
               b.external_id AS building_number, p.id AS property_id, p.name AS property,
               p.external_id AS property_number, u.company_id
        {tree} WHERE {conditions} ORDER BY {order} LIMIT %(limit)s
    )
    SELECT page.*, now_let.id AS occupancy_id, now_let.kind AS use, now_let.starts, now_let.ends,
           now_let.contract_number, now_let.people
      FROM page LEFT JOIN LATERAL (
        SELECT y.id, y.kind, y.starts, y.ends, y.contract_number,
               (SELECT string_agg(coalesce(nullif(q.company_name, ''), trim(q.given_name || ' ' || q.family_name)), ', '
                                  ORDER BY o.role <> 'main', q.sort_key)
                  FROM occupant o JOIN person q ON q.company_id = o.company_id AND q.id = o.person_id
                 WHERE o.company_id = y.company_id AND o.occupancy_id = y.id
                   AND o.role IN ('main', 'co_tenant', 'partner', 'subtenant')) AS people
          FROM occupancy y
         WHERE y.company_id = page.company_id AND y.unit_id = page.id AND y.starts <= %(today)s
           AND (y.ends IS NULL OR y.ends > %(today)s)
         ORDER BY y.kind DESC, y.starts DESC LIMIT 1) now_let ON true
     ORDER BY home_key, property_id, house_key, building_id, position, unit_key, id
"""
# Not three times OR: each part is found by an index of its own, and mostly there is nothing.
PUT_AWAY = """
    u.id IN (SELECT x.id FROM unit x WHERE x.archived_at IS NOT NULL
      UNION ALL SELECT x.id FROM building a JOIN unit x ON x.company_id = a.company_id AND x.building_id = a.id
                 WHERE a.archived_at IS NOT NULL
      UNION ALL SELECT x.id FROM property h JOIN building a ON a.company_id = h.company_id AND a.property_id = h.id
                  JOIN unit x ON x.company_id = a.company_id AND x.building_id = a.id WHERE h.archived_at IS NOT NULL)
"""
PLACE = f"""
    SELECT p.sort_key AS a0, p.id AS a1, b.sort_key AS a2, b.id AS a3, u.position AS a4, u.sort_key AS a5, u.id AS a6
    {TREE} WHERE u.id = %(id)s
"""
NOW = "y.starts <= %(today)s AND (y.ends IS NULL OR y.ends > %(today)s)"
USED = f"u.id IN (SELECT y.unit_id FROM occupancy y WHERE y.kind = '{{kind}}' AND {NOW})"  # noqa: S608 - our own words
# Few units are looked at one by one, all of them at once. Not a join with EXISTS: that reads all of them one by one.
EMPTY_HERE = f"""
    (SELECT true FROM occupancy y WHERE y.company_id = u.company_id AND y.unit_id = u.id AND {NOW} LIMIT 1) IS NULL
"""  # noqa: S608
EMPTY = f"""
    u.id = ANY (ARRAY(SELECT x.id FROM unit x WHERE x.archived_at IS NULL AND x.kind <> ALL(%(no_home)s)
      AND NOT EXISTS (SELECT FROM occupancy y WHERE y.company_id = x.company_id AND y.unit_id = x.id AND {NOW})))
"""  # noqa: S608
PROPERTIES = """
    WITH page AS MATERIALIZED (
        SELECT p.* FROM property p WHERE {conditions} ORDER BY p.sort_key, p.id LIMIT %(limit)s
    )
    SELECT page.id, page.name, page.external_id, page.owner, page.timezone, page.archived_at, page.sort_key,
           (SELECT count(*) FROM building b WHERE b.company_id = page.company_id AND b.property_id = page.id)
               AS buildings,
           (SELECT count(*) FROM building b JOIN unit u ON u.company_id = b.company_id AND u.building_id = b.id
             WHERE b.company_id = page.company_id AND b.property_id = page.id) AS units,
           (SELECT string_agg(DISTINCT trim(b.postal_code || ' ' || b.city), ', ') FROM building b
             WHERE b.company_id = page.company_id AND b.property_id = page.id) AS places
      FROM page ORDER BY page.sort_key, page.id
"""
BUILDINGS = """
    SELECT b.id, b.property_id, b.name, b.external_id, b.street, b.house_number, b.postal_code, b.city, b.archived_at,
           (SELECT count(*) FROM unit u WHERE u.company_id = b.company_id AND u.building_id = b.id) AS units
      FROM building b WHERE b.property_id = ANY(%(properties)s)
       AND (cardinality(%(within)s::uuid[]) = 0 OR b.property_id = ANY(%(within)s) OR b.id = ANY(%(within)s)
            OR b.id IN (SELECT x.building_id FROM unit x WHERE x.id = ANY(%(within)s)))
     ORDER BY b.property_id, b.sort_key, b.id LIMIT 1000
"""
# The few vacant units and the few that end soon are found first and added up with all: one pass with a flag for each
# unit takes twice as long.
VACANCY = """
    WITH rentable AS NOT MATERIALIZED (
        SELECT u.company_id, u.id, u.building_id, u.area_m2, u.is_commercial,
               u.kind IN ('flat', 'house', 'room') AND NOT u.is_commercial AS is_home
          FROM unit u WHERE u.archived_at IS NULL AND u.kind <> ALL(%(no_home)s)
    ), counted AS (
        SELECT building_id, count(*) AS units, sum(area_m2) AS area,
               0 AS vacant, 0 AS vacant_area, 0 AS vacant_homes, 0 AS vacant_business, 0 AS soon
          FROM rentable GROUP BY building_id
        UNION ALL
        SELECT r.building_id, 0, 0, 1, r.area_m2, r.is_home::int, r.is_commercial::int, 0
          FROM rentable r WHERE NOT EXISTS (
            SELECT FROM occupancy y WHERE y.company_id = r.company_id AND y.unit_id = r.id
               AND y.starts <= %(today)s AND (y.ends IS NULL OR y.ends > %(today)s))
        UNION ALL
        SELECT r.building_id, 0, 0, 0, 0, 0, 0, 1
          FROM rentable r WHERE r.id IN (
            SELECT y.unit_id FROM occupancy y WHERE y.starts <= %(today)s AND y.ends > %(today)s AND y.ends <= %(soon)s)
           AND NOT EXISTS (
            SELECT FROM occupancy z WHERE z.company_id = r.company_id AND z.unit_id = r.id
               AND z.starts <= %(today)s AND (z.ends IS NULL OR z.ends > %(soon)s))
    )
    SELECT p.id, p.name, sum(c.units)::int AS units, sum(c.area) AS area, sum(c.vacant)::int AS vacant,
           sum(c.vacant_area) AS vacant_area, sum(c.vacant_homes)::int AS vacant_homes,
           sum(c.vacant_business)::int AS vacant_business, sum(c.soon)::int AS soon
      FROM counted c JOIN building b ON b.id = c.building_id
      JOIN property p ON p.company_id = b.company_id AND p.id = b.property_id
     WHERE b.archived_at IS NULL AND p.archived_at IS NULL
       AND (cardinality(%(within)s::uuid[]) = 0 OR p.id = ANY(%(within)s) OR b.id = ANY(%(within)s))
     GROUP BY p.id, p.name, p.sort_key ORDER BY p.sort_key, p.id
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
) -> list[Any]:
    """Units in the order of the tree with who uses them today; `after` is the last one of the page before."""
    condition = _unit_condition(db, filters, within)
    if after is not None and (place := db.row(PLACE, {"id": after})) is not None:
        condition.add("(p.sort_key, p.id) >= (%(a0)s, %(a1)s)", a0=place[0], a1=place[1])
        condition.add(
            f"({ORDER}) > (%(a0)s, %(a1)s, %(a2)s, %(a3)s, %(a4)s, %(a5)s, %(a6)s)",
            **{f"a{i}": value for i, value in enumerate(place) if i > 1},
        )
    if condition.impossible:
        return []
    sql = UNITS.format(tree=TREE, conditions=condition, order=ORDER)
    return db.rows(sql, {**condition.values, "today": today, "limit": limit})


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
    sql = UNITS.format(tree=TREE, conditions=condition, order=ORDER)
    return db.rows(sql, {**condition.values, "today": today, "limit": len(ids)})


def properties(
    db: CompanySession,
    *,
    text: str = "",
    within: Collection[UUID],
    archived: bool = False,
    after: UUID | None = None,
    limit: int = PAGE,
) -> list[Any]:
    """Properties by name, with how much is in them. The words may also be in a building's address."""
    condition = Condition([f"p.archived_at IS {'NOT ' if archived else ''}NULL"])
    if within:
        condition.add("p.id = ANY(%(homes)s)", homes=list(homes_of(within)))
    if text:
        _property_words(db, condition, text)
    if after is not None and (place := db.row("SELECT sort_key FROM property WHERE id = %s", (after,))) is not None:
        condition.add("(p.sort_key, p.id) > (%(key)s, %(after)s)", key=place.sort_key, after=after)
    if condition.impossible:
        return []
    return db.rows(PROPERTIES.format(conditions=condition), {**condition.values, "limit": limit})


def buildings(db: CompanySession, property_ids: Sequence[UUID], *, within: Collection[UUID]) -> list[Any]:
    """The buildings of some properties by name, with how many units are in them."""
    return db.rows(BUILDINGS, {"properties": list(property_ids), "within": list(within)})


@dataclass(frozen=True)
class Vacancy:
    """How much of a property nobody uses today, and in how many units the use ends within three months."""

    id: UUID
    name: str
    units: int
    area: Decimal
    vacant: int
    vacant_area: Decimal
    homes: int
    business: int
    soon: int

    @property
    def share(self) -> float:
        """Vacant units among all, 0 to 1."""
        return self.vacant / self.units


def vacancies(db: CompanySession, *, within: Collection[UUID], today: date, soon: date) -> list[Vacancy]:
    """Property by property, of whole buildings; archived places and rooms that nobody rents do not count."""
    values = {"today": today, "soon": soon, "no_home": list(NO_HOME), "within": list(within)}
    return [
        Vacancy(
            row.id, row.name, row.units, row.area or Decimal(), row.vacant, row.vacant_area or Decimal(),
            row.vacant_homes, row.vacant_business, row.soon,
        )
        for row in db.rows(VACANCY, values)
    ]  # fmt: skip


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
    if filters.kind is not None:
        condition.add("u.kind = %(kind)s", kind=filters.kind)
    if filters.commercial is not None:
        condition.add("u.is_commercial = %(commercial)s", commercial=filters.commercial)
    match filters.use:
        case "let":
            condition.add(USED.format(kind="tenancy"))
        case "owned":
            condition.add(USED.format(kind="ownership"))
        case "vacant":
            condition.add("u.kind <> ALL(%(no_home)s)", no_home=list(NO_HOME))
            few = filters.text or filters.property_id or filters.building_id or filters.archived
            condition.add(OFTEN.format(EMPTY_HERE) if few else EMPTY)
    if filters.text:
        units_with(db, condition, filters.text, by_people=filters.by_people)
    return condition


def _property_words(db: CompanySession, condition: Condition, text: str) -> None:
    """A property is found by itself or by one of its buildings."""
    own, by_address = Condition(), Condition()
    rows_with(db, own, text, noun="property", alias="p")
    rows_with(db, by_address, text, noun="building", alias="fb")
    ways = []
    if not own.impossible:
        ways.append(str(own))
        condition.values |= own.values
    if not by_address.impossible:
        renamed = str(by_address).replace("%(hits", "%(b_hits").replace("%(like", "%(b_like")
        ways.append(
            "EXISTS (SELECT FROM building fb WHERE fb.company_id = p.company_id AND fb.property_id = p.id "
            f"AND {renamed})"
        )
        condition.values |= {f"b_{name}": value for name, value in by_address.values.items()}
    if ways:
        condition.add(f"({' OR '.join(f'({way})' for way in ways)})")
    else:
        condition.impossible = True


def _limit_to(condition: Condition, within: Collection[UUID]) -> None:
    """The properties first, which an index finds; then what is only a part of one."""
    homes = homes_of(within)
    if within:
        condition.add("p.id = ANY(%(homes)s)", homes=list(homes))
    if set(within) - set(homes):
        condition.add(
            "(p.id = ANY(%(within)s) OR b.id = ANY(%(within)s) OR u.id = ANY(%(within)s))", within=list(within)
        )
