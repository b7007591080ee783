"""Counting what was used, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import structlog
from psycopg.types.json import Jsonb

from quartier.db.base import new_id
from quartier.plugin.manager import Plugins
from quartier.plugin.manifest import Measure
from quartier.tenancy.session import CompanySession
from quartier.usage.people import PEOPLE, active, came

log = structlog.get_logger(__name__)

DAY: Final = timedelta(days=1)
RECENT: Final = 30
"""Days that are counted as a whole."""
BACK: Final = 92
"""Days that are counted of a module whose numbers begin: a quarter of a year, from what it keeps anyway."""
KEPT: Final = 800
"""Days that are kept: this year beside the last one, twice."""
LAST: Final = "SELECT module, max(day) AS day FROM usage_day GROUP BY module"
KEEP: Final = """
    INSERT INTO usage_day (id, module, day, counts, recent) VALUES (%(id)s, %(module)s, %(day)s, %(counts)s, %(recent)s)
        ON CONFLICT (company_id, module, day) DO UPDATE SET counts = excluded.counts, recent = excluded.recent
"""
FORGET: Final = "DELETE FROM usage_day WHERE day < %s"


def count_days(db: CompanySession, plugins: Plugins, modules: Iterable[str], *, today: date, zone: ZoneInfo) -> None:
    """Count the days that are over and were not counted yet, of the portal and of the modules in use.

    Yesterday is counted each time, so that doing it twice does no harm. The caller commits.
    """
    yesterday, limit = today - DAY, today - BACK * DAY
    last = {row.module: row.day for row in db.rows(LAST)}
    for module in [PEOPLE, *sorted(modules)]:
        first = max(last[module] + DAY, limit) if module in last else limit
        for day in _days(min(first, yesterday), yesterday):
            _count(db, plugins, module, day, zone, fresh=day == yesterday)
    db.rows(FORGET + " RETURNING id", (today - KEPT * DAY,))


def _days(first: date, last: date) -> list[date]:
    return [first + number * DAY for number in range((last - first).days + 1)]


def _count(db: CompanySession, plugins: Plugins, module: str, day: date, zone: ZoneInfo, *, fresh: bool) -> None:
    """One day, and where it has just ended the thirty days up to it."""
    since, until = _moment(day, zone), _moment(day + DAY, zone)
    counts = _asked(db, plugins, module, since, until, fresh=fresh)
    if counts is None:
        return
    recent = _asked(db, plugins, module, _moment(day - (RECENT - 1) * DAY, zone), until, fresh=fresh) if fresh else None
    values = {"id": new_id(), "module": module, "day": day, "counts": Jsonb(counts)}
    db.rows(KEEP + " RETURNING id", values | {"recent": None if recent is None else Jsonb(recent)})


def _moment(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins."""
    return datetime.combine(day, time(), zone)


def _asked(
    db: CompanySession, plugins: Plugins, module: str, since: datetime, until: datetime, *, fresh: bool
) -> dict[str, int] | None:
    """What a module says; None from one that cannot. Whatever is no number of a measure is left out: nothing else of a
    company's people may get among the numbers that the platform sees."""
    if module == PEOPLE:
        return came(db, since, until) | (active(db, since, until) if fresh else {})
    with db.begin_nested() as begun:
        said = [found for _slug, found in plugins.call("count_usage", on={module}, db=db, since=since, until=until)]
        if not said:
            begun.rollback()
            return None
    return _numbers(module, said[0], plugins.serving[module].manifest.measures)


def _numbers(module: str, said: Mapping[str, object], measures: tuple[Measure, ...]) -> dict[str, int]:
    known = {measure.key for measure in measures}
    numbers = {key: value for key, value in said.items() if key in known and type(value) is int and value >= 0}
    if strange := sorted(said.keys() - numbers.keys()):
        log.warning("usage_left_out", module=module, keys=strange)
    return numbers
