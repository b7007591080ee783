"""What a page of a list shows, read once for all who look at it and kept until one of its tables changes.

In a company with 150,000 people a page costs the database a few milliseconds, and nothing when somebody comes back to
it. What it says depends on the day and on when an invitation on it ends as well, and both are asked at each visit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from quartier.i18n.texts import gettext as _
from quartier.people.figures import Figures, counted_now, few, kept
from quartier.people.queries import PAGE
from quartier.people.stages import ResidentFilters, condition_of, listed
from quartier.people.standing import STAGE_NAMES, STAGES
from quartier.residents.area import HOME, as_asked
from quartier.residents.cells import ResidentCells, resident_cells
from quartier.viewer import Within
from quartier.web.visit import Visit

Tab = tuple[str, str, bool, int | None]
"""Label, address, whether it is shown, and how many; None where nobody has counted."""
CONTENTS: Final = ("places", "periods", "people", "residents")
"""The names under which their tables count changes (`counted` in migrations)."""
PLACES: Final = """
    SELECT 'property' AS what, id, name FROM property WHERE id = %(property)s
    UNION ALL SELECT 'building', id, name FROM building WHERE id = %(building)s
    UNION ALL SELECT 'unit', id, name FROM unit WHERE id = %(unit)s
"""


@dataclass(frozen=True)
class Shown:
    """A page: its rows, the next one's address, how many there are, and the tabs and chips with their addresses.

    `kept` and `asked` are what a form around it sends along, without the words of a search and with them. `until` is
    when the first of its invitations ends: what is said of that one is true until then.
    """

    rows: tuple[ResidentCells, ...]
    more: str
    figures: Figures
    tabs: tuple[Tab, ...]
    chips: tuple[tuple[str, str], ...]
    kept: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, str], ...]
    until: datetime | None


def shown(visit: Visit, filters: ResidentFilters, *, within: Within, after: UUID | None) -> Shown:
    """The page of this list that comes after somebody."""
    key: tuple[Any, ...] = (filters, within, after, visit.today, visit.voice, visit.zone)
    read: Callable[[], Shown] = partial(_read, visit, filters, within, after)
    now, found = visit.now, visit.kept(CONTENTS, key, read)
    while found.until is not None and found.until <= now:
        key = (*key, found.until)
        found = visit.kept(CONTENTS, key, read)
    return found


def _read(visit: Visit, filters: ResidentFilters, within: Within, after: UUID | None) -> Shown:
    many, meant, now = kept(visit.db, filters, within=within), condition_of(visit.db, filters, within), visit.now
    found = listed(
        visit.db, filters, meant, within=within, today=visit.today, after=after, limit=PAGE + 1,
        counted=(many.people if many else None) or few(filters, meant, within=within),
    )  # fmt: skip
    rows, figures = found.rows[:PAGE], many or counted_now(filters, found.counted)
    return Shown(
        rows=tuple(resident_cells(visit, rows)),
        more=address(filters, after=str(rows[-1].id)) if len(found.rows) > PAGE else "",
        figures=figures,
        tabs=tabs(filters, figures.people),
        chips=_chips(visit, filters),
        kept=tuple(as_asked(replace(filters, text="")).items()),
        asked=tuple(as_asked(filters).items()),
        until=min((row.expires_at for row in rows if row.expires_at and row.expires_at > now), default=None),
    )


def address(filters: ResidentFilters, **more: str) -> str:
    """The list's address with these filters."""
    asked = urlencode(as_asked(filters) | more)
    return f"{HOME}?{asked}" if asked else HOME


def tabs(filters: ResidentFilters, many: Mapping[str, int] | None) -> tuple[Tab, ...]:
    """The list of everybody and that of each stage, narrowed down to the same."""
    total = None if many is None else sum(many.values())
    everybody = (_("Everybody"), address(replace(filters, stage=None)), filters.stage is None, total)
    return (everybody, *(
        (str(STAGE_NAMES[stage]), address(replace(filters, stage=stage)), filters.stage == stage,
         None if many is None else many.get(stage, 0))
        for stage in STAGES
    ))  # fmt: skip


def _chips(visit: Visit, filters: ResidentFilters) -> tuple[tuple[str, str], ...]:
    """Name of a place that the list is narrowed down to, and the address without it."""
    asked = {"property": filters.property_id, "building": filters.building_id, "unit": filters.unit_id}
    if not any(asked.values()):
        return ()
    without = {
        "property": replace(filters, property_id=None), "building": replace(filters, building_id=None),
        "unit": replace(filters, unit_id=None),
    }  # fmt: skip
    return tuple((row.name, address(without[row.what])) for row in visit.db.rows(PLACES, asked))
