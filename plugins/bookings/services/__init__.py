"""Writes: `assets`, `making` a booking, and `deciding` what becomes of it.

Nothing here commits, and nothing here knows whether a page, a machine or a job asked for it.
"""

from __future__ import annotations

from plugins.bookings.services.assets import (
    EditConflict,
    InTheWay,
    NotFound,
    archive,
    create_asset,
    delete_asset,
    find_asset,
    holding,
    link,
    save_asset,
)
from plugins.bookings.services.blocking import block, hit_by
from plugins.bookings.services.deciding import Changed, arrive, cancel, confirm, decline, miss, move, unblock
from plugins.bookings.services.feeds import end_feed, feed_of, has_feed, make_feed, revoke_feed, share_feed
from plugins.bookings.services.forgetting import forget
from plugins.bookings.services.making import TELL, Made, Party, Refused, Wish, book, following, situation, standing
from plugins.bookings.services.planting import Example, has_bookings, neighbour, place

__all__ = [
    "TELL",
    "Changed",
    "EditConflict",
    "Example",
    "InTheWay",
    "Made",
    "NotFound",
    "Party",
    "Refused",
    "Wish",
    "archive",
    "arrive",
    "block",
    "book",
    "cancel",
    "confirm",
    "create_asset",
    "decline",
    "delete_asset",
    "end_feed",
    "feed_of",
    "find_asset",
    "following",
    "forget",
    "has_bookings",
    "has_feed",
    "hit_by",
    "holding",
    "link",
    "make_feed",
    "miss",
    "move",
    "neighbour",
    "place",
    "revoke_feed",
    "save_asset",
    "share_feed",
    "situation",
    "standing",
    "unblock",
]
