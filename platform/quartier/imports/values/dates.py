"""Dates as people and spreadsheets write them in German, English and French."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final, Literal

Order = Literal["dmy", "mdy"]
"""Which part comes first in 3/4/2024; ISO dates and names of months need no order."""

ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.,]*(?:Z|[+-]\d\d:?\d\d)?)?$")
YEAR_FIRST: Final = re.compile(r"(\d{4})[./](\d{1,2})[./](\d{1,2})$")
COMPACT: Final = re.compile(r"(19|20)(\d\d)(\d\d)(\d\d)$")
PARTS: Final = re.compile(r"(\d{1,2})\s*[./\- ]\s*(\d{1,2})\s*[./\- ]\s*(\d{4}|\d{2})(?:\s+\d{1,2}:\d\d(?::\d\d)?)?$")
DAY_FIRST: Final = re.compile(r"(\d{1,2})(?:\.|er|st|nd|rd|th)?\s+([^\W\d]+)\.?,?\s+(\d{4})$")
MONTH_FIRST: Final = re.compile(r"([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$")
SERIAL: Final = re.compile(r"[1-7]\d{4}(?:[.,]0+)?$")
EXCEL_EPOCH: Final = date(1899, 12, 30)
MONTHS: Final = {
    word: number
    for number, words in enumerate(
        (
            "januar jan jänner january janvier janv", "februar feb february février fevrier févr",
            "märz maerz mar mär march mars mrz", "april apr avril avr", "mai may", "juni jun june juin",
            "juli jul july juillet juil", "august aug août aout", "september sep sept septembre",
            "oktober okt october oct octobre",
            "november nov novembre", "dezember dez december dec décembre déc decembre",
        ),
        1,
    )
    for word in words.split()
}  # fmt: skip
OPEN: Final = frozenset({"", "-", "–", "unbefristet", "offen", "laufend", "open", "ongoing", "indefini", "indéfini",
    "indéterminée", "en cours", "31.12.9999", "9999-12-31", "31.12.2999", "00.00.0000",
    "0000-00-00"})  # fmt: skip
PIVOT: Final = 60  # two digits up to here are of this century: nobody has a lease that begins in 1960 and writes '60
EARLIEST, LATEST = 1800, 2200


def parse_date(value: Any, order: Order = "dmy") -> date:
    """A date, or ValueError: also for a day that the month does not have."""
    if isinstance(value, date):
        return _checked(value.year, value.month, value.day)
    if isinstance(value, int | float):
        return _serial(value)
    text = value.strip()
    if found := ISO.match(text) or YEAR_FIRST.match(text):
        return _checked(*(int(part) for part in found.groups()))
    if found := PARTS.match(text):
        first, second, year = (int(part) for part in found.groups())
        day, month = (second, first) if order == "mdy" else (first, second)
        return _checked(_century(year, found[3]), month, day)
    if found := DAY_FIRST.match(text):
        return _checked(int(found[3]), _month(found[2]), int(found[1]))
    if found := MONTH_FIRST.match(text):
        return _checked(int(found[3]), _month(found[1]), int(found[2]))
    if found := COMPACT.match(text):
        return _checked(int(found[1] + found[2]), int(found[3]), int(found[4]))
    if SERIAL.match(text):
        return _serial(float(text.replace(",", ".")))
    raise ValueError(text)


def is_open(value: Any) -> bool:
    """Whether a cell says that a period has no end."""
    return value is None or (isinstance(value, str) and value.strip().lower() in OPEN)


def order_of(cells: Iterable[Any]) -> Order:
    """The order that a column's dates are in: the American one only where no other can be meant."""
    day_first = month_first = 0
    for cell in cells:
        found = PARTS.match(cell.strip()) if isinstance(cell, str) else None
        if found and "." not in cell:
            day_first += int(found[1]) > 12
            month_first += int(found[2]) > 12
    return "mdy" if month_first > day_first else "dmy"


def _checked(year: int, month: int, day: int) -> date:
    if not EARLIEST <= year <= LATEST:
        raise ValueError(year)
    return date(year, month, day)


def _serial(number: float) -> date:
    """Days as Excel counts them."""
    if not 1 <= number < 110_000:
        raise ValueError(number)
    found = EXCEL_EPOCH + timedelta(days=int(number))
    return _checked(found.year, found.month, found.day)


def _century(year: int, text: str) -> int:
    if len(text) == 4:
        return year
    return year + (2000 if year <= PIVOT else 1900)


def _month(word: str) -> int:
    number = MONTHS.get(word.lower())
    if number is None:
        raise ValueError(word)
    return number
