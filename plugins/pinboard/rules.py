"""When an event is: days and hours on the clock of the place where it happens, and the moments that they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from quartier.sdk import formats
from quartier.sdk import gettext as _

Errors = dict[str, list[str]]
AHEAD: Final = timedelta(days=5 * 366)
LONGEST: Final = timedelta(days=366)


@dataclass(frozen=True)
class When:
    """Moments in UTC, and the clock that they are meant by. `ends` is exclusive: of whole days the midnight after the
    last; without it, nobody knows when it ends."""

    starts: datetime
    ends: datetime | None
    whole_day: bool
    zone: ZoneInfo

    @property
    def first(self) -> date:
        """The day on which it begins."""
        return self.starts.astimezone(self.zone).date()

    @property
    def last(self) -> date:
        """The day on which it ends, the same one where nobody knows."""
        if self.ends is None:
            return self.first
        return (self.ends - timedelta(microseconds=1)).astimezone(self.zone).date()

    @property
    def over(self) -> datetime:
        """When it is over for certain."""
        return self.ends or midnight(self.first + timedelta(days=1), self.zone)

    @property
    def words(self) -> str:
        """As people say it, in the reader's language."""
        if self.whole_day and self.first != self.last:
            return formats.format_range(self.first, self.last)
        day = formats.format_date(self.first, "weekday")
        if self.whole_day:
            return day
        clock = formats.format_time(self.starts, self.zone)
        if self.ends is None:
            return _("%(day)s, from %(time)s", day=day, time=clock)
        until = formats.format_time(self.ends, self.zone)
        if self.first == self.last:
            return _("%(day)s, %(from)s to %(until)s", **{"day": day, "from": clock, "until": until})
        end = formats.format_date(self.last, "weekday")
        return f"{day}, {clock} – {end}, {until}"

    @property
    def typed(self) -> dict[str, str]:
        """As a form shows it: days and hours, the hours empty for whole days."""
        local, end = self.starts.astimezone(self.zone), self.ends.astimezone(self.zone) if self.ends else None
        shown = {"event.day": self.first.isoformat()}
        if not self.whole_day:
            shown["event.from"] = f"{local:%H:%M}"
        if not self.whole_day and end:
            shown["event.to"] = f"{end:%H:%M}"
        if end and self.last != self.first:
            shown["event.last"] = (self.last if self.whole_day else end.date()).isoformat()
        return shown


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The beginning of a day, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def read_when(typed: Mapping[str, str], zone: ZoneInfo, *, now: datetime, known: When | None) -> When | Errors:
    """What was typed (`event.day`, `event.from`, `event.last`, `event.to`), or what is wrong with it, at its field.

    A day without hours is a whole day. What is `known` already may lie in the past; what is new may not.
    """
    errors: Errors = {}
    first, last = _day(typed, "event.day", errors), _day(typed, "event.last", errors)
    begins, until = _hour(typed, "event.from", errors), _hour(typed, "event.to", errors)
    if first is None:
        errors.setdefault("event.day", [_("Please choose a day.")])
    if until and not begins:
        errors.setdefault("event.from", [_("Please say when it begins as well.")])
    if errors or first is None:
        return errors
    if begins is None:
        found = When(midnight(first, zone), midnight((last or first) + timedelta(days=1), zone), True, zone)
    else:
        starts = _moment(first, begins, zone, "event.from", errors)
        ends = _moment(last or first, until, zone, "event.to", errors) if until else None
        if last and last != first and not until:
            errors["event.to"] = [_("Please say when it ends on the last day.")]
        if errors or starts is None:
            return errors
        found = When(starts, ends, False, zone)
    return found if found == known else _refused(found, now) or found


def _refused(when: When, now: datetime) -> Errors:
    if when.ends is not None and when.ends <= when.starts:
        return {"event.last" if when.whole_day else "event.to": [_("The end has to be after the beginning.")]}
    if when.over <= now:
        return {"event.day": [_("This day is over. Please choose one that lies ahead.")]}
    if when.starts > now + AHEAD or when.over > when.starts + LONGEST:
        return {"event.day": [_("This is too far ahead or too long. Please look at the year again.")]}
    return {}


def _moment(day: date, hour: time, zone: ZoneInfo, name: str, errors: Errors) -> datetime | None:
    """What the clock on the wall shows. What it shows twice in October is meant the first time."""
    found = datetime.combine(day, hour, zone).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) != datetime.combine(day, hour):
        errors[name] = [_("This hour does not exist on this day: the clocks are put forward.")]
        return None
    return found


def _day(typed: Mapping[str, str], name: str, errors: Errors) -> date | None:
    if not (text := typed.get(name, "").strip()):
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        errors[name] = [_("Please choose a day.")]
        return None
    if not 2000 <= found.year <= 2200:
        errors[name] = [_("This is too far ahead or too long. Please look at the year again.")]
        return None
    return found


def _hour(typed: Mapping[str, str], name: str, errors: Errors) -> time | None:
    if not (text := typed.get(name, "").strip()):
        return None
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        errors[name] = [_("Please give a time, such as 17:30.")]
        return None
