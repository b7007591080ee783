"""Reading what was used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from quartier.plugin.manager import Plugins
from quartier.plugin.manifest import Measure
from quartier.usage.people import MEASURES, PEOPLE

MONTH: Final = 30
"""Days in what is called the last month: so it has as many as the one before, and need not wait for the first."""
DAYS: Final = """
    SELECT module, day, counts, recent FROM usage_day
     WHERE company_id = :company AND day >= :since AND module = ANY(:modules) ORDER BY module, day
"""


@dataclass(frozen=True)
class Number:
    """A measure in a time. `days` are the numbers of the days, the earliest first, 0 where nothing was counted."""

    measure: Measure
    value: int
    days: Sequence[int] = ()

    def word(self, language: str) -> str:
        """What so many are called, without the number."""
        return self.measure.words[language][self.value != 1]


@dataclass(frozen=True)
class ModuleUsage:
    """A module in the days from `since` to `until`, both included; `numbers` are in the order of its manifest."""

    module: str
    since: date
    until: date
    numbers: tuple[Number, ...]

    @property
    def nothing(self) -> bool:
        """Whether nothing at all happened."""
        return not any(number.value for number in self.numbers)


def measures_of(plugins: Plugins) -> dict[str, tuple[Measure, ...]]:
    """What is counted, by module: of the portal itself first (under `PEOPLE`), then of each module that serves."""
    modules = {slug: plugin.manifest.measures for slug, plugin in plugins.serving.items()}
    return {PEOPLE: MEASURES, **{slug: measures for slug, measures in modules.items() if measures}}


def usage_of(
    db: Session,
    plugins: Plugins,
    company_id: UUID,
    *,
    today: date,
    modules: Iterable[str] | None = None,
    days: int = MONTH,
) -> dict[str, ModuleUsage]:
    """What a company used in the `days` before `today`, by module; without those of which nothing was ever counted
    there. One statement, from the Cockpit or the console."""
    measures = measures_of(plugins)
    wanted = sorted(measures.keys() if modules is None else measures.keys() & set(modules))
    since = today - timedelta(days=days)
    rows = db.execute(text(DAYS), {"company": company_id, "since": since, "modules": wanted}).all()
    found = {}
    for module in (one for one in measures if one in wanted):
        if mine := [row for row in rows if row.module == module and row.day < today]:
            found[module] = _read(module, mine, measures[module], since, days)
    return found


def last_month(db: Session, plugins: Plugins, company_id: UUID, module: str, *, today: date) -> ModuleUsage | None:
    """What a module did for a company in the thirty days before `today`; None where nothing was counted."""
    return usage_of(db, plugins, company_id, today=today, modules=(module,)).get(module)


def _read(module: str, rows: Sequence[Any], measures: Sequence[Measure], since: date, days: int) -> ModuleUsage:
    by_day: dict[date, Mapping[str, int]] = {row.day: row.counts for row in rows}
    recent: Mapping[str, int] = next((row.recent for row in reversed(rows) if row.recent is not None), {})
    each = [since + timedelta(days=number) for number in range(days)]
    numbers = []
    for measure in measures:
        line = tuple(by_day.get(day, {}).get(measure.key, 0) for day in each)
        value = recent.get(measure.key, max(line)) if measure.people else sum(line)
        numbers.append(Number(measure, value, line))
    return ModuleUsage(module, since, each[-1], tuple(numbers))
