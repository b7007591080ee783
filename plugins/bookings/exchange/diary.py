"""`tenants/<slug>/bookings/diary.csv`: what is booked in a demo, so that its calendars look as in a house in use.

A line is a habit: `asset`, `by` (a person's number; empty for a time that is kept from use), days counted from this
week's Monday (`first` to `last`, `every` so many), `from` and `until` (above 24:00 after midnight, or some nights
later), `people`, `note`, `series` (how it is repeated, where its dates were asked for together) and `then` ("missed" or
"cancelled", what became of those that are over). It is planted once, where nothing was ever booked, and not written
back: whoever exports a company wants its rules, and no diary.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from plugins.bookings import queries, services
from plugins.bookings.queries import AssetFacts
from plugins.bookings.rules import local, minute_at, minute_of
from plugins.bookings.services import Example
from quartier.sdk import CompanySession

FILE = "diary.csv"


def plant_diary(db: CompanySession, folder: Path) -> None:
    """Book what the file says. Raises ValueError with the line that cannot be read."""
    file = folder / FILE
    if not file.exists() or services.has_bookings(db):
        return
    assets = {one.key: one for one in queries.assets_of(db)}
    with file.open(encoding="utf-8-sig", newline="") as lines:
        for number, line in enumerate(csv.DictReader(lines), start=2):
            try:
                _habit(db, assets[line["asset"]], line)
            except (KeyError, ValueError, TypeError) as error:
                raise ValueError(f"{FILE}, line {number}: {error}") from error


def _habit(db: CompanySession, asset: AssetFacts, line: dict[str, str]) -> None:
    now = minute_of(datetime.now(UTC))
    today = local(now, asset.zone).date()
    monday = today - timedelta(days=today.weekday())
    person, household = services.neighbour(db, line["by"]) or (None, None) if line["by"] else (None, None)
    if line["by"] and person is None:
        return
    offsets = range(int(line["first"]), int(line["last"]) + 1, int(line["every"]))
    series: UUID | None = None
    for offset in offsets:
        day = monday + timedelta(days=offset)
        start, end = (minute_at(day, _minute(line[name]), asset.zone) for name in ("from", "until"))
        one = Example(start, end, person, household, int(line["people"]), line["note"], then=line["then"] or "")
        if line["series"] and series is None:
            series = services.repeated(db, asset, one, line["series"], len(offsets))
        services.place(db, asset, replace(one, series_id=series), now)


def _minute(text: str) -> int:
    hours, _colon, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes)
