"""Writes: `assets`, `making` a booking, `deciding` what becomes of it, `series` of bookings,
and `releasing` what nobody uses.

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
from plugins.bookings.services.deciding import Changed, arrive, cancel, confirm, decline, fee_now, miss, move, unblock
from plugins.bookings.services.feeds import end_feed, feed_of, has_feed, make_feed, revoke_feed, share_feed
from plugins.bookings.services.forgetting import forget
from plugins.bookings.services.making import TELL, Made, Party, Refused, Wish, book, following, situation, standing
from plugins.bookings.services.planting import Example, has_bookings, neighbour, place
from plugins.bookings.services.releasing import RELEASE, is_due, may_arrive, released_at
from plugins.bookings.services.series import (
    TELL_SERIES,
    MadeSeries,
    Occasion,
    SeriesRefused,
    book_series,
    cancel_series,
    decide_series,
    fee_of,
    occasions,
    occasions_again,
    within,
)

__all__ = [
    "RELEASE",
    "TELL",
    "TELL_SERIES",
    "Changed",
    "EditConflict",
    "Example",
    "InTheWay",
    "Made",
    "MadeSeries",
    "NotFound",
    "Occasion",
    "Party",
    "Refused",
    "SeriesRefused",
    "Wish",
    "archive",
    "arrive",
    "block",
    "book",
    "book_series",
    "cancel",
    "cancel_series",
    "confirm",
    "create_asset",
    "decide_series",
    "decline",
    "delete_asset",
    "end_feed",
    "fee_now",
    "fee_of",
    "feed_of",
    "find_asset",
    "following",
    "forget",
    "has_bookings",
    "has_feed",
    "hit_by",
    "holding",
    "is_due",
    "link",
    "make_feed",
    "may_arrive",
    "miss",
    "move",
    "neighbour",
    "occasions",
    "occasions_again",
    "place",
    "released_at",
    "revoke_feed",
    "save_asset",
    "share_feed",
    "situation",
    "standing",
    "unblock",
    "within",
]
