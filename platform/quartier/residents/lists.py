"""The lists: registered, invited, not invited yet, known by name only, moved out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

from flask import abort, request

from quartier.i18n.texts import gettext as _
from quartier.people.figures import ask, known
from quartier.people.policies import READ
from quartier.people.stages import ResidentFilters, condition_of
from quartier.people.standing import STAGE_NAMES, STAGES
from quartier.residents.area import HOME, as_asked, asked_filters, cockpit, one_id, page
from quartier.residents.shown import Shown, shown
from quartier.web.flash import back_to
from quartier.web.visit import Visit

TRIES: Final = 20
"""So often a page asks whether its numbers are there."""
FIGURES: Final = "/cockpit/residents/figures"


@cockpit.page(HOME, needs=READ)
def people(visit: Visit) -> str:
    """Residents by name, narrowed down by the address."""
    filters = asked_filters()
    after = one_id(request.args.get("after"))
    if request.args.get("after") and after is None:
        abort(400)
    found = shown(visit, filters, within=visit.viewer.within(READ), after=after)
    return page(
        visit, "list", rows=found.rows, more=address(filters, after=str(found.last)) if found.last else None,
        filters=filters, tabs=tabs(filters, found.figures.people),
        figures=_figures(filters, 0) if found.figures.old else None,
        chips=chips(found, filters), kept=as_asked(replace(filters, text="")), all_kept=as_asked(filters),
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


def chips(found: Shown, filters: ResidentFilters) -> list[tuple[str, str]]:
    """Name of a place that the list is narrowed down to, and the address without it."""
    without = {
        "property": replace(filters, property_id=None), "building": replace(filters, building_id=None),
        "unit": replace(filters, unit_id=None),
    }  # fmt: skip
    return [(name, address(without[what])) for what, name in found.places]


def _figures(filters: ResidentFilters, tries: int) -> str:
    return f"{FIGURES}?{urlencode({**as_asked(filters), 'tries': tries})}"
