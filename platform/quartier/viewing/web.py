"""Looking at a resident's portal: the question why, the way out, and the list that the resident reads."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import request
from marshmallow import Schema, fields, validate
from werkzeug.exceptions import NotFound

from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.people.policies import VIEW_AS
from quartier.viewer import Viewer
from quartier.viewing import services
from quartier.viewing.policies import may_view
from quartier.viewing.watching import END
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form
from quartier.web.gate import SIGNED_IN
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.visit import Visit

FEW: Final = 10
app = Pages("viewing", __name__, area="app")
cockpit = Pages("viewing_cockpit", __name__, area="cockpit")


class ReasonSchema(Schema):
    """Why somebody looks."""

    reason = fields.String(required=True, validate=validate.Length(3, 500), metadata={"label": _l("Reason")})


@cockpit.page("/cockpit/people/<uuid:person_id>/view-as", needs=VIEW_AS, methods=("GET", "POST"))
def view_as(visit: Visit, person_id: UUID) -> Any:
    """Ask why, then begin."""
    resident = services.resident_of(visit.db, person_id)
    if resident is None or not may_view(visit.viewer, resident):
        raise NotFound
    if request.method != "POST":
        return _ask(visit, resident, Form())
    form = load_form(ReasonSchema())
    if not form.ok:
        return _ask(visit, resident, form), 422
    token = services.begin(visit.db, visit.viewer, resident, form.values["reason"])
    answer = back_to("/")
    answer.set_cookie(
        services.COOKIE, token, max_age=int(services.LASTS.total_seconds()), secure=True, httponly=True,
        samesite="Lax", path="/",
    )  # fmt: skip
    return answer


@app.action(END, needs=SIGNED_IN)
def end(visit: Visit) -> Any:
    """Back to being oneself."""
    watched = visit.viewer.watched
    if watched is not None:
        services.end(visit.db, watched.viewing_id)
    there = f"/cockpit/people/{visit.viewer.person_id}" if watched is not None else "/"
    answer = back_to(there, _("You are yourself again."))
    answer.delete_cookie(services.COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return answer


@app.page("/account/looks", needs=SIGNED_IN)
def looks(visit: Visit) -> str:
    """Who of the team looked at my portal, when and why."""
    person_id = visit.viewer.person_id
    found = services.looks_at(visit.db, person_id) if person_id is not None else []
    return render("viewing/looks.html", looks=found)


@app.page("/account/looks/<uuid:viewing_id>", needs=SIGNED_IN)
def look(visit: Visit, viewing_id: UUID) -> str:
    """The pages that were looked at."""
    person_id = visit.viewer.person_id
    mine = services.looks_at(visit.db, person_id) if person_id is not None else []
    found = next((one for one in mine if one.id == viewing_id), None)
    if found is None:
        raise NotFound
    return render("viewing/look.html", look=found, pages=services.pages_of(visit.db, viewing_id))


def _ask(visit: Visit, resident: Viewer, form: Form) -> str:
    """With who has looked already: colleagues see of each other that they do."""
    found = services.looks_at(visit.db, resident.person_id) if resident.person_id is not None else []
    return render("viewing/ask.html", resident=resident, form=form, looks=found[:FEW])
