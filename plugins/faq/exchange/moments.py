"""Days and times of files: written in the company's zone, kept as moments."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo


def moment_of(written: date | datetime, zone: ZoneInfo) -> datetime:
    """The moment that a file means; a day begins at midnight, there where the company is."""
    if not isinstance(written, datetime):
        return datetime.combine(written, time(), zone)
    return written if written.tzinfo else written.replace(tzinfo=zone)


def written_of(moment: datetime, zone: ZoneInfo) -> date | datetime:
    """As short as it can be said: the day alone, where the moment is its first."""
    local = moment.astimezone(zone).replace(tzinfo=None)
    return local.date() if local.time() == time() else local.replace(microsecond=0)


def same_moment(kept: datetime | None, written: date | datetime, zone: ZoneInfo) -> bool:
    """Whether a file says of a moment what is kept already: files know days, or seconds."""
    if kept is None:
        return False
    local = kept.astimezone(zone)
    if not isinstance(written, datetime):
        return local.date() == written
    return local.replace(microsecond=0) == moment_of(written, zone).replace(microsecond=0)
