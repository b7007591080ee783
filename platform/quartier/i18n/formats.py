"""Dates, times, numbers and money in the bound voice.

The patterns are our own where CLDR's are too terse for a letter or a notice ("24. Nov. 2026") or know too little of a
country's habits: hours are written "8.10 Uhr" in Zürich, "8:10 Uhr" in Hamburg and "8 h 10" in Lausanne. English is
British ("24 November 2026"), as European readers expect. Hard spaces keep a number and its word on one line.

Figures follow the country whose formats the reader has chosen, and words the language: who reads English and has chosen
German formats gets "24 November 2026", "24.11.2026" and "1.250,50".

Instants are aware datetimes and are shown in the zone that the caller names: the reader's (`zone_of_reader`), or that
of the place where something happens.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import DateTimePattern, format_timedelta
from babel.dates import parse_pattern as parse_date_pattern
from babel.numbers import get_currency_precision, get_currency_symbol

from .countries import COUNTRIES, SWISS
from .figures import figures
from .texts import current_voice, gettext
from .voice import Voice

DateStyle = Literal["long", "weekday", "today", "day", "month", "short"]
"""`long` 24. November 2026 · `weekday` Dienstag, 24. November 2026 · `today` the same without the year ·
`day` 24. November · `month` November 2026 ·
`short` 24.11.2026, for tables."""

TimeStyle = Literal["long", "short"]
"""`long` 8.10 Uhr · `short` 08:10, for tables."""

_SPACE: Final = "\u00a0"
_SWISS: Final = Locale("de", "CH")
_PATTERNS: Final[dict[str, dict[str, str]]] = {
    "de": {
        "long": "d.~MMMM y", "weekday": "EEEE, d.~MMMM y", "today": "EEEE, d.~MMMM", "day": "d.~MMMM",
        "month": "MMMM y", "short": "dd.MM.y", "number": "d.", "time": "H:mm~'Uhr'",
    },
    "de-CH": {"time": "H.mm~'Uhr'"},
    "en": {
        "long": "d~MMMM y", "weekday": "EEEE d~MMMM y", "today": "EEEE d~MMMM", "day": "d~MMMM",
        "month": "MMMM y", "short": "dd/MM/y",
        "number": "d", "time": "HH:mm",
    },
    "fr": {
        "long": "d~MMMM y", "weekday": "EEEE d~MMMM y", "today": "EEEE d~MMMM", "day": "d~MMMM",
        "month": "MMMM y", "short": "dd/MM/y",
        "number": "d", "time": "H~'h'~mm", "full hour": "H~'h'",
    },
    "fr-CH": {"short": "dd.MM.y"},
    "en-US": {
        "long": "MMMM~d, y", "weekday": "EEEE, MMMM~d, y", "today": "EEEE, MMMM~d", "day": "MMMM~d",
    },
}  # fmt: skip
_TWELVE_HOURS: Final = parse_date_pattern(f"h:mm{_SPACE}a")


def zone_of_reader(otherwise: ZoneInfo) -> ZoneInfo:
    """Where the clock of whoever reads this is; `otherwise` is the company's zone, for who has chosen none."""
    return current_voice().zone or otherwise


def format_date(value: date, style: DateStyle = "long", *, zone: tzinfo | None = None) -> str:
    """A date, or the day on which an instant falls in the zone. Raises ValueError for an instant without zone."""
    return _written(current_voice(), _day(value, zone), style)


def format_time(value: datetime, zone: tzinfo, style: TimeStyle = "long") -> str:
    """The time of day of an instant in the zone."""
    local = _local(value, zone)
    voice = current_voice()
    if style == "short" and not _has_twelve_hours(voice):
        return f"{local.hour:02d}:{local.minute:02d}"
    return _written_time(voice, local.hour, local.minute)


def format_moment(value: datetime, zone: tzinfo, style: DateStyle = "long") -> str:
    """An instant as day and time, such as "24. November 2026 um 8.10 Uhr"; `short` for tables: "24.11.2026, 08:10"."""
    day = format_date(value, style, zone=zone)
    if style == "short":
        return f"{day}, {format_time(value, zone, 'short')}"
    return gettext("%(date)s at %(time)s", date=day, time=format_time(value, zone))


def format_relative(value: datetime, zone: tzinfo, *, now: datetime | None = None) -> str:
    """An instant as seen from now: "vor 5 Minuten", "heute um 8.10 Uhr", "gestern um …", else day and time.

    The year is named only when it is another one. `now` is for tests and for texts about another moment.
    """
    now = now or datetime.now(UTC)
    distance = value - now
    if abs(distance) < timedelta(minutes=1):
        return gettext("just now")
    if abs(distance) < timedelta(hours=1):
        minutes = timedelta(minutes=int(distance.total_seconds() / 60))
        return format_timedelta(minutes, add_direction=True, threshold=1, locale=current_voice().locale)
    local, today = _local(value, zone), _local(now, zone)
    clock = format_time(value, zone)
    match (local.date() - today.date()).days:
        case 0:
            return gettext("today at %(time)s", time=clock)
        case -1:
            return gettext("yesterday at %(time)s", time=clock)
        case 1:
            return gettext("tomorrow at %(time)s", time=clock)
    return format_moment(value, zone, "day" if local.year == today.year else "long")


def format_range(first: date | None, last: date | None, *, zone: tzinfo | None = None) -> str:
    """Days from the first to the last one, both included: "24.–28. November 2026". None leaves an end open.

    Raises ValueError when both are None or `last` is before `first`.
    """
    if first is None and last is None:
        raise ValueError("a range needs at least one end")
    if first is None or last is None:
        return _open_range(first, last, zone)
    start, end = _day(first, zone), _day(last, zone)
    if end < start:
        raise ValueError(f"the range ends on {end}, before it starts on {start}")
    if start == end:
        return format_date(end)
    if (start.year, start.month) == (end.year, end.month) and not _names_month_first(current_voice()):
        return f"{_written(current_voice(), start, 'number')}–{format_date(end)}"
    return f"{format_date(start, 'day' if start.year == end.year else 'long')}{_SPACE}– {format_date(end)}"


def _open_range(first: date | None, last: date | None, zone: tzinfo | None) -> str:
    if first is not None:
        return gettext("from %(date)s", date=format_date(first, zone=zone))
    return gettext("until %(date)s", date=format_date(last, zone=zone)) if last is not None else ""


def format_number(value: Decimal | float, decimals: int | None = None) -> str:
    """A number with the voice's separators; with up to three decimals, or exactly `decimals` of them."""
    return figures(current_voice().numbers, value, "###" if decimals is None else "0" * decimals)


def format_size(size: int) -> str:
    """How large a file is, as a person would say it: "340 kB", "2.5 MB", in French "2,5 Mo"."""
    byte = "o" if current_voice().language == "fr" else "B"
    for unit, bytes_ in (("G", 1024**3), ("M", 1024**2)):
        if size >= bytes_:
            return f"{format_number(round(size / bytes_, 1))}{_SPACE}{unit}{byte}"
    return f"{format_number(-(-size // 1024))}{_SPACE}k{byte}"


def format_money(amount: int | Decimal, currency: str) -> str:
    """An amount in the currency's main unit (ISO 4217 code): "CHF 1’250.00", "1.250,00 €", "£1,250.00".

    In Switzerland the code stands first, with ’ and a point, in German and French alike, as rent bills have it.
    Raises TypeError for a float, which cannot hold amounts of money.
    """
    if not isinstance(amount, int | Decimal):
        raise TypeError(f"money is an int or a Decimal, not {type(amount).__name__}")
    voice = current_voice()
    places, sign = "0" * get_currency_precision(currency), "-" if amount < 0 else ""
    if (voice.formats or (voice.region if voice.language != "en" else None)) in SWISS:
        return f"{currency}{_SPACE}{sign}{figures(_SWISS, abs(amount), places)}"
    number, symbol = figures(voice.numbers, abs(amount), places), get_currency_symbol(currency, voice.locale)
    stands = _sign(voice)
    if stands == "after":
        return f"{sign}{number}{_SPACE}{symbol}"
    apart = stands == "apart" or symbol[-1].isalpha()
    return f"{symbol}{_SPACE}{sign}{number}" if apart else f"{sign}{symbol}{number}"


def _sign(voice: Voice) -> str:
    if voice.formats:
        return COUNTRIES[voice.formats].sign
    return "before" if voice.language == "en" else "after"


def _has_twelve_hours(voice: Voice) -> bool:
    return voice.formats is not None and COUNTRIES[voice.formats].twelve_hours


def _names_month_first(voice: Voice) -> bool:
    return voice.language == "en" and voice.formats == "US"


def _local(value: datetime, zone: tzinfo) -> datetime:
    if value.tzinfo is None:
        raise ValueError("an instant without time zone cannot be shown in another one")
    return value.astimezone(zone)


def _day(value: date, zone: tzinfo | None) -> date:
    if not isinstance(value, datetime):
        return value
    if zone is None:
        raise ValueError("on which day an instant falls depends on the time zone: pass zone")
    return _local(value, zone).date()


# Cached, since a company's pages show the same days, hours and amounts again and again: 1 µs instead of 10.
@lru_cache(maxsize=4096)
def _written(voice: Voice, day: date, style: str) -> str:
    ordinal = voice.language == "fr" and day.day == 1 and style not in {"short", "month"}  # "1er novembre"
    return _pattern(voice, style, ordinal=ordinal).apply(day, voice.locale)


@lru_cache(maxsize=2048)
def _written_time(voice: Voice, hour: int, minute: int) -> str:
    if _has_twelve_hours(voice):
        return _TWELVE_HOURS.apply(time(hour, minute), voice.numbers)
    full_hour = voice.language == "fr" and minute == 0  # "8 h", never "8 h 00"
    return _pattern(voice, "full hour" if full_hour else "time").apply(time(hour, minute), voice.locale)


@lru_cache(maxsize=512)
def _pattern(voice: Voice, style: str, *, ordinal: bool = False) -> DateTimePattern:
    """The compiled pattern of the most special voice that has one; ~ stands for a hard space."""
    text = _own_pattern(voice, style) or _PATTERNS[voice.language][style]
    return parse_date_pattern((text.replace("d", "d'er'", 1) if ordinal else text).replace("~", _SPACE))


def _own_pattern(voice: Voice, style: str) -> str | None:
    """That of the country: the reader's, for who has chosen one, or the company's."""
    if voice.formats is None:
        return _PATTERNS.get("de-CH" if voice.writes_ss else voice.tag, {}).get(style)
    if style == "short":
        return COUNTRIES[voice.formats].short
    country = "CH" if voice.formats in SWISS else voice.formats
    return _PATTERNS.get(f"{voice.language}-{country}", {}).get(style)
