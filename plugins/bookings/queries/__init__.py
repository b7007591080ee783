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
    booking,
    bookings_of,
    events_of,
    home_of,
    household_of,
    household_of_person,
    may_book_for,
    properties_where,
)
from plugins.bookings.queries.busy import NEAR, Own, bounds, busy, busy_and_own, busy_of, next_free_of, until_horizon
from plugins.bookings.queries.feeds import FeedEvent, SharedFeed, feed_events, shared_feeds
from plugins.bookings.queries.figures import Figures, figures
from plugins.bookings.queries.lists import (
    BookingFilters,
    Line,
    Overview,
    Planned,
    between,
    brief,
    count_requests,
    lines,
    listed,
    overview,
)
from plugins.bookings.queries.planning import Sought, planned, planned_and_busy, planned_by_day
from plugins.bookings.queries.series import SeriesFacts, counted, ever_confirmed, of_series, series, series_of, these
from plugins.bookings.queries.usage import usage
from plugins.bookings.queries.waiting import WaiterFacts, waiter, waiters, waiting_before, waits_and_feed, waits_of

__all__ = [
    "NEAR", "AssetFacts", "BookingFacts", "BookingFilters", "FeedEvent", "Figures", "Line", "Overview", "Own",
    "Planned", "SeriesFacts", "SharedFeed", "Sought", "WaiterFacts", "all_assets", "asset_by_key", "assets_of",
    "between", "booking", "bookings_of", "bounds", "brief", "busy", "busy_and_own", "busy_of", "by_id",
    "count_requests", "counted", "events_of", "ever_confirmed", "feed_events", "figures", "home_of", "household_of",
    "household_of_person", "limit_of", "lines", "listed", "may_book_for", "next_free_of", "of_series", "overview",
    "planned", "planned_and_busy", "planned_by_day", "properties_where", "series", "series_of", "shared_feeds",
    "staff_assets", "these", "until_horizon", "usage", "visible_assets", "waiter", "waiters",
    "waiting_before", "waits_and_feed", "waits_of",
]  # fmt: skip
