"""The lists: registered, invited, not invited yet, known by name only, moved out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from flask import abort, request

from quartier.i18n.texts import gettext as _
from quartier.people.figures import ask, counted_now, few, kept, known
from quartier.people.policies import READ
from quartier.people.queries import PAGE
from quartier.people.stages import ResidentFilters, condition_of, listed
from quartier.people.standing import STAGE_NAMES, STAGES
from quartier.residents.area import HOME, as_asked, asked_filters, cockpit, one_id, page
from quartier.residents.cells import resident_cells
from quartier.web.flash import back_to
from quartier.web.visit import Visit

TRIES: Final = 20
"""So often a page asks whether its numbers are there."""
FIGURES: Final = "/cockpit/residents/figures"
PLACES: Final = """
    SELECT 'property' AS what, id, name FROM property WHERE id = %(property)s
    UNION ALL SELECT 'building', id, name FROM building WHERE id = %(building)s
    UNION ALL SELECT 'unit', id, name FROM unit WHERE id = %(unit)s
"""


@cockpit.page(HOME, needs=READ)
def people(visit: Visit) -> str:
    """Residents by name, narrowed down by the address."""
    filters, limits = asked_filters(), visit.viewer.within(READ)
    after = one_id(request.args.get("after"))
    if request.args.get("after") and after is None:
        abort(400)
    many, meant = kept(visit.db, filters, within=limits), condition_of(visit.db, filters, limits)
    found = listed(
        visit.db, filters, meant, within=limits, today=visit.today, after=after, limit=PAGE + 1,
        counted=(many.people if many else None) or few(filters, meant, within=limits),
    )  # fmt: skip
    many, rows = many or counted_now(filters, found.counted), found.rows
    more = address(filters, after=str(rows[PAGE - 1].id)) if len(rows) > PAGE else None
    return page(
        visit, "list", rows=tuple(resident_cells(visit, rows[:PAGE])), more=more, filters=filters,
        tabs=tabs(filters, many.people),
        figures=_figures(filters, 0) if many.old else None,
        chips=chips(visit, filters), kept=as_asked(replace(filters, text="")), all_kept=as_asked(filters),
    )  # fmt: skip


@cockpit.page(FIGURES, needs=READ)
def counted(visit: Visit) -> Any:
    """The tabs with their numbers: a list whose numbers are old or unknown fetches them until a worker has counted."""
    filters, limits = asked_filters(), visit.viewer.within(READ)
    meant = condition_of(visit.db, filters, limits)
    many = known(visit.db, filters, meant, within=limits, today=visit.today)
    if many.old:
        ask(visit.db, filters, within=limits)
        visit.db.commit()
    if request.args.get("then") == "list":  # nothing in this browser asks again: its reader does
        return back_to(address(filters), _("The numbers are being worked out. Load the page again in a moment."))
    tries = request.args.get("tries", 0, type=int) + 1
    again = _figures(filters, tries) if many.old and tries <= TRIES else None
    return page(visit, "tabs", tabs=tabs(filters, many.people), figures=again, later=True)


def address(filters: ResidentFilters, **more: str) -> str:
    """The list's address with these filters."""
    asked = urlencode(as_asked(filters) | more)
    return f"{HOME}?{asked}" if asked else HOME


def tabs(filters: ResidentFilters, many: Mapping[str, int] | None) -> list[tuple[str, str, bool, int | None]]:
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


def _figures(filters: ResidentFilters, tries: int) -> str:
    return f"{FIGURES}?{urlencode({**as_asked(filters), 'tries': tries})}"
