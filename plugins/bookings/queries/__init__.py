"""Reads: `assets`, what is taken of them (`busy`), and `bookings`."""

from __future__ import annotations

from plugins.bookings.queries.assets import (
    AssetFacts,
    all_assets,
    asset_by_key,
    assets_of,
    by_id,
    limit_of,
    staff_assets,
    visible_assets,
)
from plugins.bookings.queries.bookings import (
    BookingFacts,
    BookingFilters,
    between,
    booking,
    bookings_of,
    events_of,
    home_of,
    household_of,
    household_of_person,
    listed,
    may_book_for,
    own_between,
    properties_where,
    waiting,
)
from plugins.bookings.queries.busy import bounds, busy, busy_of, next_free_of, until_horizon
from plugins.bookings.queries.feeds import SharedFeed, shared_feeds
from plugins.bookings.queries.figures import Figures, figures
from plugins.bookings.queries.planning import Planned, Sought, planned, planned_by_day
from plugins.bookings.queries.series import SeriesFacts, counted, of_series, series, series_of, these
from plugins.bookings.queries.waiting import WaiterFacts, waiter, waiters, waiting_before, waits_of

__all__ = [
    "AssetFacts", "BookingFacts", "BookingFilters", "Figures", "Planned", "SeriesFacts", "SharedFeed", "Sought",
    "WaiterFacts",
    "all_assets", "asset_by_key", "assets_of", "between", "booking", "bookings_of", "bounds", "busy", "busy_of",
    "by_id", "counted", "events_of", "figures", "home_of", "household_of", "household_of_person", "limit_of", "listed",
    "may_book_for", "next_free_of", "of_series", "own_between", "planned", "planned_by_day", "properties_where",
    "series", "series_of", "shared_feeds", "staff_assets", "these", "until_horizon", "visible_assets", "waiter",
    "waiters", "waiting", "waiting_before", "waits_of",
]  # fmt: skip
