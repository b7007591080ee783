"""States, times, lengths and refusals as words and sentences in the bound voice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from plugins.bookings.rules.asking import Refusal
from plugins.bookings.rules.clock import local
from plugins.bookings.rules.holidays import regions
from plugins.bookings.rules.repeating import nth
from plugins.bookings.rules.terms import Rules
from quartier.sdk import formats, lazy_gettext, ngettext
from quartier.sdk import gettext as _

_l = lazy_gettext
DAY: Final = 1440
WEEKDAY_NAMES: Final = (
    _l("Monday"), _l("Tuesday"), _l("Wednesday"), _l("Thursday"), _l("Friday"), _l("Saturday"), _l("Sunday"),
)  # fmt: skip
PER: Final = {
    "week": _l("in a week"), "month": _l("in a month"), "year": _l("in a year"), "ahead": _l("at a time"),
}  # fmt: skip
PLAIN: Final = {
    "agree": _l("Please accept the house rules."),
    "clock": _l("The clocks go forward in this night: this time does not exist on that day."),
    "own": _l("Another date of your list lies in the same time."),
    "held": _l("It has just become free, and is offered to somebody from the waiting list."),
    "no_list": _l("There is no waiting list for it."),
    "free": _l("This time is free: it can be booked."),
    "audience": _l("You cannot book this any more."),
    "listed": _l("You are on the waiting list for this time already."),
}
"""Refusals that say the same to everybody."""
STATES: Final = {
    "requested": _l("Waiting for an answer"),
    "confirmed": _l("Booked"),
    "declined": _l("Declined"),
    "cancelled": _l("Cancelled"),
    "missed": _l("Not used"),
    "block": _l("Blocked"),
    "done": _l("Over"),
    "lapsed": _l("Not answered"),
}

WAITS: Final = {
    "waiting": _l("On the waiting list"),
    "offered": _l("Offered"),
    "accepted": _l("Accepted"),
    "lapsed": _l("Not answered in time"),
    "left": _l("Not wanted any more"),
    "removed": _l("Taken off the list"),
    "dropped": _l("Not possible any more"),
    "over": _l("Did not become free"),
}
"""What becomes of somebody on the waiting list."""


def length(minutes: int) -> str:
    """A length of time in words: days where it is whole days, hours where it is whole hours, minutes otherwise."""
    if minutes >= 2 * DAY and minutes % DAY == 0:
        return ngettext("%(num)s day", "%(num)s days", minutes // DAY)
    if minutes >= 60 and minutes % 60 == 0:
        return ngettext("%(num)s hour", "%(num)s hours", minutes // 60)
    if minutes > 60:
        return _("%(hours)s h %(minutes)s min", hours=minutes // 60, minutes=minutes % 60)
    return ngettext("%(num)s minute", "%(num)s minutes", minutes)


def span(start: int, end: int, zone: ZoneInfo) -> str:
    """From when to when, with the day: "Samstag, 5. Dezember, 14:00–18:00"; over several days both days are named."""
    first, last = local(start, zone), local(end, zone)
    if first.date() == last.date() or (end - start <= DAY and last.hour < 6):
        return f"{formats.format_date(first.date(), 'today')}, {clocks(start, end, zone)}"
    begins = f"{formats.format_date(first.date(), 'today')}, {clock(start, zone)}"
    return f"{begins} – {formats.format_date(last.date(), 'today')}, {clock(end, zone)}"


def time_of_day(minute: int) -> str:
    """Minutes since midnight as "15:00"; what lies beyond midnight is of the next day."""
    minute = minute if minute <= DAY else minute - DAY
    return f"{minute // 60:02d}:{minute % 60:02d}"


def hours_of(spans: Sequence[tuple[int, int]]) -> str:
    """The times of a day, such as "08:00–12:00, 22:00–02:00"."""
    return ", ".join(f"{time_of_day(first)}–{time_of_day(last)}" for first, last in spans)


def clock(minute: int, zone: ZoneInfo) -> str:
    """A time of day, short; midnight at the end of a day is 00:00."""
    return formats.format_time(local(minute, zone), zone, "short")


def clocks(start: int, end: int, zone: ZoneInfo) -> str:
    """From when to when on one day, short enough for a slot."""
    last = local(end, zone)
    until = "24:00" if last.hour == last.minute == 0 else formats.format_time(last, zone, "short")
    return f"{clock(start, zone)}–{until}"


def sentence(one: Refusal) -> str:
    """Why something cannot be booked."""
    given = one.numbers
    match one.code:
        case "order":
            return _("The end must lie after the beginning.")
        case "past":
            return _("This time is over.")
        case "far":
            return _("That lies too far ahead.")
        case "lead":
            return _("It has to be booked at least %(length)s before.", length=length(given["minutes"]))
        case "horizon":
            last = formats.format_date(given["last"])
            days = ngettext("%(num)s day", "%(num)s days", given["days"])
            return _("It can be booked %(days)s in advance, which is until %(last)s.", days=days, last=last)
        case "closed":
            return _("It is not open the whole time on %(day)s.", day=formats.format_date(given["day"], "today"))
        case "slot":
            return _("There is no such slot on %(day)s.", day=formats.format_date(given["day"], "today"))
        case "holiday":
            day, region = formats.format_date(given["day"], "today"), regions().get(given["region"], given["region"])
            return _("%(day)s is a public holiday (%(region)s).", day=day, region=region)
    return _limits(one)


def pattern(way: str, first: date) -> str:
    """How often something is repeated that begins on a day."""
    weekday = formats.format_date(first, "weekday").replace(",", " ").split()[0]  # the day of the month follows it
    if way == "daily":
        return _("Every day")
    if way == "weekly":
        return _("Every week on %(weekday)s", weekday=weekday)
    if way == "fortnightly":
        return _("Every second week on %(weekday)s", weekday=weekday)
    match nth(way, first):
        case 1:
            return _("On the first %(weekday)s of each month", weekday=weekday)
        case 2:
            return _("On the second %(weekday)s of each month", weekday=weekday)
        case 3:
            return _("On the third %(weekday)s of each month", weekday=weekday)
        case 4:
            return _("On the fourth %(weekday)s of each month", weekday=weekday)
    return _("On the last %(weekday)s of each month", weekday=weekday)


def closings(rules: Rules) -> str:
    """When something is closed again and again, and why; empty where it never is."""
    weekly: dict[str, list[str]] = {}
    for name, spans in zip(WEEKDAY_NAMES, rules.closed_hours if rules.kind != "nights" else (), strict=False):
        if spans:
            weekly.setdefault(hours_of(spans), []).append(str(name))
    times = [f"{', '.join(names)} {hours}" for hours, names in weekly.items()]
    times += [" – ".join(dict.fromkeys(map(_day_of_year, days))) for days in rules.closed_days]
    said = "; ".join(times)
    return _("%(when)s: %(why)s", when=said, why=rules.closed_because) if said and rules.closed_because else said


def _day_of_year(day: tuple[int, int]) -> str:
    return formats.format_date(date(2000, *day), "day")  # a year that has each day


def _limits(one: Refusal) -> str:
    given = one.numbers
    match one.code:
        case "nights":
            arrive, leave = (f"{given[name] // 60:02d}:{given[name] % 60:02d}" for name in ("arrive", "leave"))
            return _("Nights begin at %(arrive)s and end at %(leave)s.", arrive=arrive, leave=leave)
        case "taken":
            return _("Somebody else has booked this time.")
        case "buffer":
            free = length(given["before"] + given["after"])
            return _("Between two bookings %(length)s are kept free, for cleaning and airing.", length=free)
        case "short":
            return _("It is booked for at least %(length)s.", length=length(given["minutes"]))
        case "long":
            return _("It is booked for at most %(length)s.", length=length(given["minutes"]))
        case "step":
            return _("Times come in steps of %(length)s.", length=length(given["minutes"]))
        case "capacity" if given["people"]:
            return ngettext("There is room for %(num)s person.", "There is room for %(num)s people.", given["people"])
        case "capacity":
            return _("At least one person has to come.")
        case "quota":
            return quota_sentence(given["count"], given["per"])
    return _closings(one)


def _closings(one: Refusal) -> str:
    given = one.numbers
    match one.code:
        case "again" if given["because"]:
            return _("It is closed at this time: %(reason)s", reason=given["because"])
        case "again":
            return _("It is always closed at this time.")
        case "waits":
            return _("You are on %(count)s waiting lists already. Leave one of them first.", count=given["count"])
    return str(PLAIN[one.code])


def quota_sentence(count: int, per: str) -> str:
    """How often a household may book."""
    return ngettext(
        "A household may book it once %(period)s, and that is used up.",
        "A household may book it %(num)s times %(period)s, and they are used up.",
        count, period=str(PER[per]),
    )  # fmt: skip
