"""What assets were used for, month by month, as the bookings have it: prices are those that were agreed then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from plugins.bookings.queries.assets import AssetFacts
from quartier.sdk import CompanySession

# What lasts beyond the end of a month counts there with its time, and with its price where it begins. Each asset's
# month is looked up by itself: what begins in it, and what began before and goes on.
_OF_A_MONTH = "b.state, b.starts, b.ends, b.price, b.fee, b.created_at"
_HELD = "state IN ('confirmed', 'missed')"
_FIGURES = f"""
    WITH long AS MATERIALIZED (
        SELECT b.asset_id, {_OF_A_MONTH} FROM bookings_booking b
        WHERE b.ends - b.starts > interval '1 day' AND b.ends > %(first)s
    ), month AS MATERIALIZED (
        SELECT z.id, z.zone, z.nights, m.at::date AS at, m.at AT TIME ZONE z.zone AS first,
            (m.at + interval '1 month') AT TIME ZONE z.zone AS last
        FROM unnest(%(assets)s::uuid[], %(zones)s::text[], %(nights)s::boolean[]) AS z(id, zone, nights)
        CROSS JOIN generate_series(%(from)s::timestamp, %(until)s::timestamp, interval '1 month') AS m(at)
    )
    SELECT m.id, m.at, t.* FROM month m CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE starts >= m.first AND state = 'confirmed') AS bookings,
            count(*) FILTER (WHERE starts >= m.first AND state = 'missed') AS missed,
            count(*) FILTER (WHERE starts >= m.first AND state = 'cancelled') AS cancelled,
            coalesce(sum(price) FILTER (WHERE starts >= m.first AND {_HELD}), 0) AS revenue,
            coalesce(sum(fee) FILTER (WHERE starts >= m.first), 0) AS fees,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY date_part('epoch', starts - created_at) / 86400)
                FILTER (WHERE starts >= m.first AND {_HELD}) AS lead,
            coalesce(sum(minutes) FILTER (WHERE state = 'confirmed'), 0)::int AS minutes,
            coalesce(sum(CASE WHEN m.nights THEN (least(ends, m.last) AT TIME ZONE m.zone)::date
                - (greatest(starts, m.first) AT TIME ZONE m.zone)::date END)
                FILTER (WHERE state = 'confirmed'), 0)::int AS nights,
            coalesce(sum(minutes) FILTER (WHERE state = 'block'), 0)::int AS blocked
        FROM (
            SELECT *, date_part('epoch', least(ends, m.last) - greatest(starts, m.first)) / 60 AS minutes FROM (
                SELECT {_OF_A_MONTH} FROM bookings_booking b
                WHERE b.asset_id = m.id AND b.starts >= m.first - interval '24 hours' AND b.starts < m.last
                    AND b.ends > m.first
                UNION ALL SELECT {_OF_A_MONTH} FROM long b
                WHERE b.asset_id = m.id AND b.starts < m.first - interval '24 hours' AND b.ends > m.first
            ) b
        ) b HAVING count(*) > 0
    ) t
"""  # noqa: S608


@dataclass(frozen=True)
class Figures:
    """An asset in a month. `minutes`, `nights` and `blocked` lie within the month; `lead` is the median of days."""

    asset_id: UUID
    month: date
    bookings: int
    missed: int
    cancelled: int
    revenue: Decimal
    fees: Decimal
    lead: float | None
    minutes: int
    nights: int
    blocked: int


def figures(db: CompanySession, assets: Sequence[AssetFacts], first: date, last: date) -> list[Figures]:
    """Assets with anything in the months from `first` to `last` (the first day of each); one statement."""
    starts = datetime.combine(first, datetime.min.time(), UTC) - timedelta(days=1)
    given = {
        "assets": [one.id for one in assets], "zones": [one.zone.key for one in assets],
        "nights": [one.rules.kind == "nights" for one in assets], "from": first, "until": last,
        "first": starts,
    }  # fmt: skip
    return [Figures(*row) for row in db.rows(_FIGURES, given)] if assets else []
