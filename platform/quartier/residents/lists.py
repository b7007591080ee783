"""The lists: registered, invited, not invited yet, known by name only, moved out."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from flask import abort, request

from quartier.i18n.texts import gettext as _
from quartier.people.policies import READ
from quartier.people.queries import PAGE
from quartier.people.stages import ResidentFilters, counts, residents
from quartier.people.standing import STAGE_NAMES, STAGES
from quartier.residents.area import HOME, as_asked, asked_filters, cockpit, one_id, page
from quartier.web.visit import Visit

LARGE: Final = 10_000  # people
KEPT: Final = 300  # seconds
PLACES: Final = """
    SELECT 'property' AS what, id, name FROM property WHERE id = %(property)s
    UNION ALL SELECT 'building', id, name FROM building WHERE id = %(building)s
    UNION ALL SELECT 'unit', id, name FROM unit WHERE id = %(unit)s
"""


@cockpit.page(HOME, needs=READ)
def people(visit: Visit) -> str:
    """Residents by name, narrowed down by the address."""
    filters, limits = asked_filters(), visit.viewer.within(visit.needs)
    after = one_id(request.args.get("after"))
    if request.args.get("after") and after is None:
        abort(400)
    rows = residents(visit.db, filters, within=limits, today=visit.today, after=after, limit=PAGE + 1)
    more = address(filters, after=str(rows[PAGE - 1].id)) if len(rows) > PAGE else None
    many = {} if after else figures(visit, filters)
    return page(
        visit, "list", rows=rows[:PAGE], more=more, filters=filters, tabs=tabs(filters, many),
        chips=chips(visit, filters), kept=as_asked(replace(filters, text="")), all_kept=as_asked(filters),
    )  # fmt: skip


def address(filters: ResidentFilters, **more: str) -> str:
    """The list's address with these filters."""
    asked = urlencode(as_asked(filters) | more)
    return f"{HOME}?{asked}" if asked else HOME


def tabs(filters: ResidentFilters, many: dict[str, int]) -> list[tuple[str, str, bool, int]]:
    """Label, address, whether it is shown, and how many."""
    everybody = (_("Everybody"), address(replace(filters, stage=None)), filters.stage is None, sum(many.values()))
    return [everybody] + [
        (str(STAGE_NAMES[stage]), address(replace(filters, stage=stage)), filters.stage == stage, many.get(stage, 0))
        for stage in STAGES
    ]


def chips(visit: Visit, filters: ResidentFilters) -> list[tuple[str, str]]:
    """Name of a place that the list is narrowed down to, and the address without it."""
    asked = {"property": filters.property_id, "building": filters.building_id, "unit": filters.unit_id}
    if not any(asked.values()):
        return []
    without = {
        "property": replace(filters, property_id=None), "building": replace(filters, building_id=None),
        "unit": replace(filters, unit_id=None),
    }  # fmt: skip
    return [(row.name, address(without[row.what])) for row in visit.db.rows(PLACES, asked)]


def figures(visit: Visit, filters: ResidentFilters) -> dict[str, int]:
    """How many there are of each stage; in a large company as they were at most five minutes ago."""
    limits = sorted(visit.viewer.within(visit.needs))

    def count() -> dict[str, int]:
        return counts(visit.db, filters, within=limits, today=visit.today)

    key: tuple[UUID, str, Any] = (visit.company.id, "residents", (tuple(limits), replace(filters, stage=None)))
    kept = visit.contents.get(key, int(monotonic() // KEPT), count)
    return kept if sum(kept.values()) >= LARGE else count()
