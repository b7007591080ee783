"""What nobody uses today, and what soon nobody will: found among the few units that nobody holds without an end."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from quartier.tenancy.session import CompanySession

RENTED = "kind NOT IN ('common_room', 'laundry', 'technical')"
"""Other kinds are rented by nobody: without a period they are not vacant. Written out, as an index has it."""
# There may be one too many among them at times, never one too few: their periods decide. Those are looked up unit by
# unit (neither EXISTS nor a plain join, which would read the periods of all units for the few).
EMPTY = """
    u.id = ANY (ARRAY(SELECT h.id FROM unheld_unit h WHERE (h.until IS NULL OR h.until > %(today)s)
      AND (SELECT true FROM occupancy y WHERE y.company_id = h.company_id AND y.unit_id = h.id
              AND y.starts <= %(today)s AND (y.ends IS NULL OR y.ends > %(today)s) LIMIT 1) IS NULL))
"""
VACANCY = f"""
    WITH unheld AS MATERIALIZED (
        SELECT u.*, used.until FROM unheld_unit h
         CROSS JOIN LATERAL (
            SELECT building_id, area_m2, is_commercial,
                   kind IN ('flat', 'house', 'room') AND NOT is_commercial AS is_home
              FROM unit WHERE company_id = h.company_id AND id = h.id AND archived_at IS NULL AND {RENTED} OFFSET 0) u
         CROSS JOIN LATERAL (
            SELECT max(coalesce(y.ends, 'infinity')) AS until FROM occupancy y
             WHERE y.company_id = h.company_id AND y.unit_id = h.id
               AND y.starts <= %(today)s AND (y.ends IS NULL OR y.ends > %(today)s)) used
         WHERE (h.until IS NULL OR h.until > %(today)s)
    ), counted AS (
        SELECT building_id, count(*) AS units, 0 AS vacant, 0 AS area, 0 AS homes, 0 AS business, 0 AS soon
          FROM unit WHERE archived_at IS NULL AND {RENTED} GROUP BY building_id
        UNION ALL
        SELECT building_id, 0, 1, area_m2, is_home::int, is_commercial::int, 0 FROM unheld WHERE until IS NULL
        UNION ALL
        SELECT building_id, 0, 0, 0, 0, 0, 1 FROM unheld WHERE until <= %(soon)s
    )
    SELECT id, name, units, vacant, area, homes, business, soon, all_units, all_vacant FROM (
    SELECT p.id, p.name, sum(c.units)::int AS units, sum(c.vacant)::int AS vacant,
           coalesce(sum(c.area), 0) AS area, sum(c.homes)::int AS homes, sum(c.business)::int AS business,
           sum(c.soon)::int AS soon, (sum(sum(c.units)) OVER ())::int AS all_units,
           (sum(sum(c.vacant)) OVER ())::int AS all_vacant, p.sort_key
      FROM counted c JOIN building b ON b.id = c.building_id
      JOIN property p ON p.company_id = b.company_id AND p.id = b.property_id
     WHERE b.archived_at IS NULL AND p.archived_at IS NULL
       AND (cardinality(%(within)s::uuid[]) = 0 OR p.id = ANY(%(within)s) OR b.id = ANY(%(within)s))
     GROUP BY p.id, p.name, p.sort_key) v
     WHERE %(after)s::uuid IS NULL
        OR (sort_key, id) > (coalesce((SELECT z.sort_key FROM property z WHERE z.id = %(after)s), ''), %(after)s)
     ORDER BY sort_key, id LIMIT %(limit)s
"""  # noqa: S608 - our own words


@dataclass(frozen=True)
class Vacancy:
    """How much of a property nobody uses today, and in how many units the use ends soon. `area` in square metres.

    `all_units` and `all_vacant` are those of all properties, whatever page of them this one stands on.
    """

    id: UUID
    name: str
    units: int
    vacant: int
    area: Decimal
    homes: int
    business: int
    soon: int
    all_units: int
    all_vacant: int

    @property
    def share(self) -> float:
        """Vacant units among all, 0 to 1."""
        return self.vacant / self.units


def vacancies(
    db: CompanySession,
    *,
    within: Collection[UUID],
    today: date,
    soon: date,
    after: UUID | None = None,
    limit: int | None = None,
) -> list[Vacancy]:
    """Property by property, of whole buildings; archived places and rooms that nobody rents do not count.

    `after` is the last one of the page before.
    """
    values = {"today": today, "soon": soon, "within": list(within), "after": after, "limit": limit}
    return [Vacancy(*row) for row in db.rows(VACANCY, values)]
