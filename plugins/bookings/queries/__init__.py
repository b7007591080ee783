"""Reads: `assets`, what is taken of them (`busy`), and `bookings`."""

from __future__ import annotations

from plugins.bookings.queries.assets import AssetFacts, all_assets, asset_by_key, assets_of, by_id, visible_assets
from plugins.bookings.queries.bookings import (
    BookingFacts,
    BookingFilters,
    between,
    booking,
    bookings_of,
    events_of,
    household_of,
    household_of_person,
    listed,
    own_between,
    people_who_may,
    waiting,
)
from plugins.bookings.queries.busy import bounds, busy, busy_of, next_free_of, until_horizon

__all__ = [
    "AssetFacts", "BookingFacts", "BookingFilters", "all_assets", "asset_by_key", "assets_of", "between", "booking",
    "bookings_of", "bounds", "busy", "busy_of", "by_id", "events_of", "household_of", "household_of_person", "listed",
    "next_free_of", "own_between", "people_who_may", "until_horizon", "visible_assets", "waiting",
]  # fmt: skip
