"""What was read of bookings, kept until one of them changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, TypeVar
from uuid import UUID

from plugins.bookings.queries.assets import AssetFacts
from plugins.bookings.queries.bookings import BookingFacts, bookings_of
from plugins.bookings.queries.busy import DAY, next_free_of
from plugins.bookings.queries.waiting import WaiterFacts, waits_and_feed
from plugins.bookings.rules import Slot, local, minute_at, minute_of, moment
from quartier.sdk import Visit

DIARY: Final = "diary"
"""Bookings, who waits, addresses for calendars, and the names that stand in them: counted by triggers, as assets are
under "bookings"."""

T = TypeVar("T")


@dataclass
class _Entry:
    """What was read last, and until when it is true though nothing changes."""

    last: tuple[Any, datetime | None]


def diary(visit: Visit, key: Hashable, read: Callable[[], tuple[T, datetime | None]]) -> T:
    """What `read` finds of bookings, and until when time alone leaves it as it is (None: for ever).

    As with `Visit.kept`, nobody may change the value, and it is kept for the whole company: whatever it depends on,
    such as which assets somebody has to do with, stands in the key.
    """
    entry = visit.kept(DIARY, key, lambda: _Entry(read()))
    found, until = entry.last
    if until is not None and until <= datetime.now(UTC):  # a booking is over, an offer has lapsed: nobody wrote that
        entry.last = found, _until = read()
    return found  # type: ignore[no-any-return]


class OwnList(NamedTuple):
    """All that somebody has booked and waits for, and whether a calendar program may be reading it."""

    bookings: list[BookingFacts]
    waits: list[WaiterFacts]
    has_feed: bool


def own_of(visit: Visit, person_id: UUID) -> OwnList:
    """What the page of somebody's own bookings shows."""

    def read() -> tuple[OwnList, datetime | None]:
        waits, has_feed = waits_and_feed(visit.db, person_id)
        found = bookings_of(visit.db, person_id)
        return OwnList(found, waits, has_feed), None

    return diary(visit, ("own", person_id), read)


def following_of(
    visit: Visit, assets: Sequence[AssetFacts], days: int = 30
) -> tuple[dict[UUID, Slot], datetime | None]:
    """The same as `next_free_of`, now, and until when that is true: a slot stays the next one until it is too late for
    it; where there is none, another day may bring one."""
    now = minute_of(visit.now)
    found = next_free_of(visit.db, assets, now, days)
    lasts = [_too_late(one, found.get(one.id), now) for one in assets]
    return found, moment(min(lasts)) if lasts else None


def _too_late(asset: AssetFacts, slot: Slot | None, now: int) -> int:
    """The first minute in which another answer could be true."""
    if slot is not None:
        return slot.start - asset.rules.lead + 1
    tomorrow = minute_at(local(now, asset.zone).date() + timedelta(days=1), 0, asset.zone)
    return min(tomorrow, (now // DAY + 1) * DAY)
