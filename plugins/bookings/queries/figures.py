"""What assets were used for, month by month, as the bookings have it: prices are those that were agreed then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from plugins.bookings.queries.assets import AssetFacts
from plugins.bookings.queries.bookings import LONGEST_DAYS
from quartier.sdk import CompanySession

# What lasts beyond the end of a month counts there with its time, and with its price where it begins.
_FIGURES = """
    SELECT t.asset_id, t.month::date AS month,
        count(*) FILTER (WHERE t.begins AND t.state = 'confirmed') AS bookings,
        count(*) FILTER (WHERE t.begins AND t.state = 'missed') AS missed,
        count(*) FILTER (WHERE t.begins AND t.state = 'cancelled') AS cancelled,
        coalesce(sum(t.price) FILTER (WHERE t.begins AND t.state IN ('confirmed', 'missed')), 0) AS revenue,
        coalesce(sum(t.fee) FILTER (WHERE t.begins), 0) AS fees,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM t.starts - t.created_at) / 86400)
            FILTER (WHERE t.begins AND t.state IN ('confirmed', 'missed')) AS lead,
        coalesce(sum(t.minutes) FILTER (WHERE t.state = 'confirmed'), 0)::int AS minutes,
        coalesce(sum(t.nights) FILTER (WHERE t.state = 'confirmed'), 0)::int AS nights,
        coalesce(sum(t.minutes) FILTER (WHERE t.state = 'block'), 0)::int AS blocked
    FROM (
        SELECT b.asset_id, b.state, b.price, b.fee, b.starts, b.created_at, g.month,
            date_trunc('month', b.starts AT TIME ZONE z.zone) = g.month AS begins,
            extract(epoch FROM least(b.ends, (g.month + interval '1 month') AT TIME ZONE z.zone)
                - greatest(b.starts, g.month AT TIME ZONE z.zone)) / 60 AS minutes,
            least((b.ends AT TIME ZONE z.zone)::date, (g.month + interval '1 month')::date)
                - greatest((b.starts AT TIME ZONE z.zone)::date, g.month::date) AS nights
        FROM unnest(%(assets)s::uuid[], %(zones)s::text[]) AS z(id, zone)
        JOIN bookings_booking b ON b.asset_id = z.id AND b.starts < %(until)s AND b.starts > %(since)s
        CROSS JOIN LATERAL generate_series(
            greatest(date_trunc('month', b.starts AT TIME ZONE z.zone), %(first)s::timestamp),
            least(date_trunc('month', (b.ends - interval '1 minute') AT TIME ZONE z.zone), %(last)s::timestamp),
            interval '1 month') AS g(month)
    ) t GROUP BY t.asset_id, t.month
"""


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
    given = {
        "assets": [one.id for one in assets], "zones": [one.zone.key for one in assets], "first": first, "last": last,
        "since": first - timedelta(days=LONGEST_DAYS), "until": last + timedelta(days=33),
    }  # fmt: skip
    return [Figures(*row) for row in db.rows(_FIGURES, given)] if assets else []
