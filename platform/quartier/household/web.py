"""A resident's household: who is there, somebody more, and the end of somebody's access."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from flask import request
from werkzeug.exceptions import NotFound

from quartier.estate.history import acting
from quartier.estate.services import EstateError
from quartier.household import policies, queries, services, wording
from quartier.household.schemas import GuestSchema
from quartier.i18n.texts import gettext as _
from quartier.invitations.acts import inviter_of
from quartier.invitations.services import Inviter
from quartier.people.models import Occupant
from quartier.viewer import Place
from quartier.web.again import again, forget_left, left_at
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.gate import SIGNED_IN
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.shell import shell
from quartier.web.visit import Visit

HOME = "/household"
app = Pages("household", __name__, area="app")
app.after_request(forget_left)
FIELDS: Final = ("role", "given_name", "family_name", "email", "until")


@app.page(HOME, needs=SIGNED_IN)
def household(visit: Visit) -> str:
    """Who is on my periods. For who is a guest somewhere, only the page itself."""
    homes = policies.homes(visit.viewer)
    rows = queries.there(visit.db, [_period(place) for place in homes], today=visit.today) if homes else []
    return render(
        "household/household.html", homes=homes, wording=wording, day=timedelta(days=1), me=visit.viewer.person_id,
        on={place.period_id: [row for row in rows if row.occupancy_id == place.period_id] for place in homes},
        may_invite=policies.may_invite, roles=policies.roles,
    )  # fmt: skip


@app.page(f"{HOME}/<uuid:period_id>/invite", needs=SIGNED_IN, methods=("GET", "POST"))
def invite(visit: Visit, period_id: UUID) -> Any:
    """Somebody more: who and as what."""
    place, roles, schema = _open_for(visit, period_id)
    if request.method != "POST":
        return _form(place, roles, left_at(request.path).over(show_form(schema, role=roles[0])))
    form = load_form(schema)
    if not form.ok:
        return again(request.path, *FIELDS, errors=form.errors)
    return again(f"{request.path}/review", *FIELDS)


@app.page(f"{HOME}/<uuid:period_id>/invite/review", needs=SIGNED_IN, methods=("GET", "POST"))
def review(visit: Visit, period_id: UUID) -> Any:
    """What they will see, and only then the mail. The form lies in this browser until it is sent."""
    place, _roles, schema = _open_for(visit, period_id)
    back = f"{HOME}/{period_id}/invite"
    if request.method != "POST":
        form = load_form(schema, left_at(request.path).sent())
        if not form.ok:
            return back_to(back)
        return render("household/review.html", place=place, form=form, values=form.values, wording=wording,
                      name=_name(form.values), day=timedelta(days=1))  # fmt: skip
    form = load_form(schema)
    if not form.ok or request.form.get("step") == "edit":
        return again(back, *FIELDS, errors=form.errors)
    try:
        with acting(visit.db, visit.viewer.name, "system", visit.viewer.account_id):
            services.bring_in(
                visit.db, period_id, form.values, host_id=_me(visit), inviter=_inviter(visit), today=visit.today
            )
    except EstateError as error:
        visit.db.rollback()
        return again(back, *FIELDS, errors={error.field: [str(error)]})
    name = _name(form.values)
    words = _("%(name)s is invited.", name=name) if form.values["email"] else _("%(name)s is added.", name=name)
    return back_to(HOME, words)


@app.action(f"{HOME}/people/<uuid:occupant_id>/remind", needs=SIGNED_IN)
def remind(visit: Visit, occupant_id: UUID) -> Any:
    """Write once more."""
    row = _brought(visit, occupant_id)
    if row.invitation_id is None or not services.remind(visit.db, row.invitation_id, inviter=_inviter(visit)):
        return back_to(HOME, _("There was a mail within a day already. Please wait until tomorrow."))
    return back_to(HOME, _("The mail is on its way once more."))


@app.page(f"{HOME}/people/<uuid:occupant_id>/end", needs=SIGNED_IN, methods=("GET", "POST"))
def end(visit: Visit, occupant_id: UUID) -> Any:
    """Withdraw an invitation, or end somebody's access from now on."""
    row = _brought(visit, occupant_id)
    if request.method != "POST":
        return render("household/end.html", row=row)
    occupant = visit.db.get(Occupant, (visit.company.id, occupant_id))
    if occupant is None:
        raise NotFound
    with acting(visit.db, visit.viewer.name, "system", visit.viewer.account_id):
        services.end(visit.db, occupant, by=visit.viewer.name, today=visit.today)
    return back_to(HOME, _("%(name)s sees nothing of your household any more.", name=row.name))


def _open_for(visit: Visit, period_id: UUID) -> tuple[Place, tuple[str, ...], GuestSchema]:
    """The viewer's place onto which they may bring people, in which roles; else 404."""
    place = _mine(visit, period_id)
    roles = policies.roles(visit.company, place.property_id)
    if not policies.may_invite(place, visit.today) or not roles:
        raise NotFound
    return place, roles, GuestSchema(today=visit.today, roles=roles)


def _name(values: Mapping[str, Any]) -> str:
    return f"{values['given_name']} {values['family_name']}".strip()


def _brought(visit: Visit, occupant_id: UUID) -> Any:
    """Somebody whom residents have brought onto one of the viewer's periods, or 404: never who is in the books."""
    periods = [_period(place) for place in policies.homes(visit.viewer) if policies.may_invite(place, visit.today)]
    for row in queries.there(visit.db, periods, today=visit.today) if periods else []:
        if row.id == occupant_id and row.host_id is not None and row.person_id != visit.viewer.person_id:
            return row
    raise NotFound


def _mine(visit: Visit, period_id: UUID) -> Place:
    for place in policies.homes(visit.viewer):
        if place.period_id == period_id:
            return place
    raise NotFound


def _period(place: Place) -> UUID:
    if place.period_id is None:
        raise NotFound
    return place.period_id


def _me(visit: Visit) -> UUID:
    if visit.viewer.person_id is None:
        raise NotFound
    return visit.viewer.person_id


def _inviter(visit: Visit) -> Inviter:
    return inviter_of(shell().config, visit.company, visit.viewer.name)


def _form(place: Place, roles: tuple[str, ...], form: Form) -> str:
    options = [(role, str(wording.CHOICES[role])) for role in roles]
    return render("household/invite.html", place=place, options=options, form=form, wording=wording, roles=roles)
