"""What an asset allows, as pure functions: the same for pages, machines, staff and files.

Time is in whole minutes since 1970 (UTC). What people mean by "from 14 to 18 o'clock" is turned into that in one place,
`clock`, day by day in the asset's zone, so that both clock changes, midnight and 29 February are right everywhere.
"""

from __future__ import annotations

from plugins.bookings.rules.asking import ALWAYS, Ask, Refusal, Surroundings, refusals
from plugins.bookings.rules.clock import days_between, local, minute_at, minute_of, moment
from plugins.bookings.rules.closing import touches_closed
from plugins.bookings.rules.free import NOTHING, Busy, Slot, free_days, free_from, horizon, next_free, slots_of
from plugins.bookings.rules.holidays import is_holiday, regions
from plugins.bookings.rules.leafing import VIEWS, days_of, neighbours, title_of
from plugins.bookings.rules.offering import SHORTEST_OFFER, lapses_at
from plugins.bookings.rules.opening import open_in
from plugins.bookings.rules.pricing import Price, late_fee, price_of
from plugins.bookings.rules.repeating import MOST, WAYS, Repeat, Time, TooMany, chosen, is_last, times_of, ways_of
from plugins.bookings.rules.terms import (
    APPROVALS,
    EVERYBODY,
    HOLIDAY_WAYS,
    KINDS,
    PERIODS,
    PRICE_UNITS,
    Rules,
)
from plugins.bookings.rules.wording import (
    PER,
    STATES,
    WAITS,
    WEEKDAY_NAMES,
    clock,
    clocks,
    closings,
    hours_of,
    length,
    pattern,
    sentence,
    span,
    time_of_day,
)

__all__ = [
    "ALWAYS",
    "APPROVALS",
    "EVERYBODY",
    "HOLIDAY_WAYS",
    "KINDS",
    "MOST",
    "NOTHING",
    "PER",
    "PERIODS",
    "PRICE_UNITS",
    "SHORTEST_OFFER",
    "STATES",
    "VIEWS",
    "WAITS",
    "WAYS",
    "WEEKDAY_NAMES",
    "Ask",
    "Busy",
    "Price",
    "Refusal",
    "Repeat",
    "Rules",
    "Slot",
    "Surroundings",
    "Time",
    "TooMany",
    "chosen",
    "clock",
    "clocks",
    "closings",
    "days_between",
    "days_of",
    "free_days",
    "free_from",
    "horizon",
    "hours_of",
    "is_holiday",
    "is_last",
    "lapses_at",
    "late_fee",
    "length",
    "local",
    "minute_at",
    "minute_of",
    "moment",
    "neighbours",
    "next_free",
    "open_in",
    "pattern",
    "price_of",
    "refusals",
    "regions",
    "sentence",
    "slots_of",
    "span",
    "time_of_day",
    "times_of",
    "title_of",
    "touches_closed",
    "ways_of",
]
