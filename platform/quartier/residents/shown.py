"""What a page of a list shows, read once for all who look at it and kept until one of its tables changes.

In a company with 150,000 people a page costs the database a few milliseconds, and nothing when somebody comes back to
it. What it says depends on the day and on when an invitation on it ends as well, and both are asked at each visit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from quartier.people.figures import Figures, counted_now, few, kept
from quartier.people.queries import PAGE
from quartier.people.stages import ResidentFilters, condition_of, listed
from quartier.residents.cells import ResidentCells, resident_cells
from quartier.viewer import Within
from quartier.web.visit import Visit

CONTENTS: Final = "residents"
"""The name under which their tables count changes (`versioned_once` in migrations)."""
PLACES: Final = """
    SELECT 'property' AS what, id, name FROM property WHERE id = %(property)s
    UNION ALL SELECT 'building', id, name FROM building WHERE id = %(building)s
    UNION ALL SELECT 'unit', id, name FROM unit WHERE id = %(unit)s
"""


@dataclass(frozen=True)
class Shown:
    """A page: its rows, after whom the next one begins, how many there are, and the places by kind and name.

    `until` is when the first of its invitations ends: what is said of that one is true until then.
    """

    rows: tuple[ResidentCells, ...]
    last: UUID | None
    figures: Figures
    places: tuple[tuple[str, str], ...]
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
    rows = found.rows[:PAGE]
    return Shown(
        rows=tuple(resident_cells(visit, rows)),
        last=rows[-1].id if len(found.rows) > PAGE else None,
        figures=many or counted_now(filters, found.counted),
        places=_places(visit, filters),
        until=min((row.expires_at for row in rows if row.expires_at and row.expires_at > now), default=None),
    )


def _places(visit: Visit, filters: ResidentFilters) -> tuple[tuple[str, str], ...]:
    asked = {"property": filters.property_id, "building": filters.building_id, "unit": filters.unit_id}
    return tuple((row.what, row.name) for row in visit.db.rows(PLACES, asked)) if any(asked.values()) else ()
