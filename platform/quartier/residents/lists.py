"""The lists: registered, invited, not invited yet, known by name only, moved out."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlencode

from flask import abort, request

from quartier.i18n.texts import gettext as _
from quartier.people.figures import ask, known
from quartier.people.policies import READ
from quartier.people.stages import ResidentFilters, condition_of
from quartier.residents.area import HOME, as_asked, asked_filters, cockpit, one_id, page
from quartier.residents.shown import address, shown, tabs
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
    return page(visit, "list", found=found, filters=filters, figures=_figures(filters, 0) if found.figures.old else "")


@cockpit.page(FIGURES, needs=READ)
def counted(visit: Visit) -> Any:
    """The tabs with their numbers: a list whose numbers are old or unknown fetches them until a worker has counted."""
    filters, limits = asked_filters(), visit.viewer.within(READ)
    meant = condition_of(visit.db, filters, limits)
    many = known(visit.db, filters, meant, within=limits, today=visit.today)
    if many.old and visit.viewer.support is None:  # who may change nothing orders nothing either
        ask(visit.db, filters, within=limits)
        visit.db.commit()
    if request.args.get("then") == "list":  # nothing in this browser asks again: its reader does
        return back_to(address(filters), _("The numbers are being worked out. Load the page again in a moment."))
    tries = request.args.get("tries", 0, type=int) + 1
    again = _figures(filters, tries) if many.old and tries <= TRIES else ""
    return page(visit, "tabs", tabs=tabs(filters, many.people), figures=again, later=True)


def _figures(filters: ResidentFilters, tries: int) -> str:
    return f"{FIGURES}?{urlencode({**as_asked(filters), 'tries': tries})}"
