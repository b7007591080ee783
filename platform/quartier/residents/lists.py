"""The lists: registered, invited, not invited yet, known by name only, moved out."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from flask import abort, request

from quartier.estate.finding import Condition
from quartier.i18n.texts import gettext as _
from quartier.people.policies import READ
from quartier.people.queries import PAGE
from quartier.people.stages import ResidentFilters, condition_of, counts, counts_of_few, residents
from quartier.people.standing import STAGE_NAMES, STAGES
from quartier.residents.area import HOME, as_asked, asked_filters, cockpit, one_id, page
from quartier.web.visit import Visit

FEW: Final = 1_000
"""So many people are counted while somebody waits for the list; more are counted once it is shown."""
FOUND: Final = 300
"""The same of what a search found; among more of them numbers say little."""
KEPT: Final = 300  # seconds
FIGURES: Final = "/cockpit/residents/figures"
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
    meant = condition_of(visit.db, filters, limits)
    rows = residents(visit.db, filters, within=limits, today=visit.today, after=after, limit=PAGE + 1, meant=meant)
    more = address(filters, after=str(rows[PAGE - 1].id)) if len(rows) > PAGE else None
    many = {} if after else at_once(visit, filters, meant)
    return page(
        visit, "list", rows=rows[:PAGE], more=more, filters=filters, tabs=tabs(filters, many),
        figures=FIGURES + "?" + urlencode(as_asked(filters)) if many is None and not filters.text else None,
        chips=chips(visit, filters), kept=as_asked(replace(filters, text="")), all_kept=as_asked(filters),
    )  # fmt: skip


@cockpit.page(FIGURES, needs=READ)
def counted(visit: Visit) -> str:
    """The tabs with their numbers: fetched by a list of many people once it is shown, for it takes a moment."""
    filters = asked_filters()
    return page(visit, "tabs", tabs=tabs(filters, figures(visit, filters)))


def address(filters: ResidentFilters, **more: str) -> str:
    """The list's address with these filters."""
    asked = urlencode(as_asked(filters) | more)
    return f"{HOME}?{asked}" if asked else HOME


def tabs(filters: ResidentFilters, many: dict[str, int] | None) -> list[tuple[str, str, bool, int | None]]:
    """Label, address, whether it is shown, and how many; None where nobody has counted."""
    total = None if many is None else sum(many.values())
    everybody = (_("Everybody"), address(replace(filters, stage=None)), filters.stage is None, total)
    return [everybody] + [
        (str(STAGE_NAMES[stage]), address(replace(filters, stage=stage)), filters.stage == stage,
         None if many is None else many.get(stage, 0))
        for stage in STAGES
    ]  # fmt: skip


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


def at_once(visit: Visit, filters: ResidentFilters, meant: Condition) -> dict[str, int] | None:
    """How many there are of each stage, where that can be said without waiting; None where not."""
    key, version = _kept(visit, filters)
    if visit.contents.has(key, version):
        return figures(visit, filters)
    most = FOUND if filters.text else FEW
    return counts_of_few(visit.db, meant, within=visit.viewer.within(READ), today=visit.today, most=most)


def figures(visit: Visit, filters: ResidentFilters) -> dict[str, int]:
    """How many there are of each stage among many, as they were at most five minutes ago."""
    limits = visit.viewer.within(READ)
    return visit.contents.get(
        *_kept(visit, filters), lambda: counts(visit.db, filters, within=limits, today=visit.today)
    )


def _kept(visit: Visit, filters: ResidentFilters) -> tuple[tuple[UUID, str, Any], int]:
    asked = (tuple(sorted(visit.viewer.within(READ))), replace(filters, stage=None))
    return (visit.company.id, "residents", asked), int(monotonic() // KEPT)
