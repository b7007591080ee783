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
from plugins.bookings.queries.busy import NEAR, Own, Taking, bounds, busy, busy_of, next_free_of, taking, until_horizon
from plugins.bookings.queries.feeds import FeedEvent, SharedFeed, feed_events, shared_feeds
from plugins.bookings.queries.figures import Figures, figures
from plugins.bookings.queries.keeping import OwnList, diary, following_of, own_of
from plugins.bookings.queries.lists import (
    BookingFilters,
    Line,
    Overview,
    Place,
    Planned,
    between,
    brief,
    count_requests,
    lines,
    listed,
    overview,
)
from plugins.bookings.queries.places import PropertyPicker, property_picker
from plugins.bookings.queries.planning import Plan, Sought, planned, planned_and_busy, planned_by_day
from plugins.bookings.queries.series import SeriesFacts, counted, ever_confirmed, of_series, series, series_of, these
from plugins.bookings.queries.usage import usage
from plugins.bookings.queries.waiting import WaiterFacts, waiter, waiters, waiting_before, waits_and_feed, waits_of

__all__ = [
    "NEAR", "AssetFacts", "BookingFacts", "BookingFilters", "FeedEvent", "Figures", "Line", "Overview", "Own",
    "OwnList", "Place", "Plan", "Planned", "PropertyPicker", "SeriesFacts", "SharedFeed", "Sought", "Taking",
    "WaiterFacts", "all_assets", "asset_by_key", "assets_of", "between", "booking", "bookings_of", "bounds", "brief",
    "busy", "busy_of", "by_id", "count_requests", "counted", "diary", "events_of", "ever_confirmed", "feed_events",
    "figures", "following_of", "home_of", "household_of", "household_of_person", "limit_of", "lines", "listed",
    "may_book_for", "next_free_of", "of_series", "overview", "own_of", "planned", "planned_and_busy", "planned_by_day",
    "properties_where", "property_picker", "series", "series_of", "shared_feeds", "staff_assets", "taking", "these",
    "until_horizon", "usage", "visible_assets", "waiter", "waiters", "waiting_before", "waits_and_feed", "waits_of",
]  # fmt: skip
