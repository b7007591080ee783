"""A tenancy or an ownership: write it, end it, say who is on it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import request
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from quartier.estate import services
from quartier.estate.models import Occupancy
from quartier.estate.policies import EDIT
from quartier.estate.services import EstateError, StillOpen
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _
from quartier.masterdata.area import (
    cockpit,
    found_period,
    found_unit,
    page,
    past,
    reachable_or_allowed,
    refused,
    sent_version,
    taken,
    written_down,
)
from quartier.masterdata.schemas import NewOccupantSchema, OccupantSchema, PeriodSchema
from quartier.people import queries as people_queries
from quartier.people import services as people_services
from quartier.people.models import Occupant, Person
from quartier.people.policies import EDIT as EDIT_PEOPLE
from quartier.people.policies import INVITE
from quartier.people.policies import READ as READ_PEOPLE
from quartier.people.queries import PersonFilters
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.visit import Visit

UNITS, PERIODS, RESIDENTS = "/cockpit/estate/units", "/cockpit/estate/periods", "/cockpit/residents"
CHOICE = 20


@cockpit.page(f"{PERIODS}/<uuid:period_id>", needs=READ_PEOPLE)
def period_page(visit: Visit, period_id: UUID) -> str:
    """A period with the people on it, and a search for those who are to come onto it."""
    home, house, unit, period = found_period(visit, period_id)
    row = people_queries.periods_of_unit(visit.db, unit.id, today=visit.today, period=period.id)[0]
    query = request.args.get("q", "")[:100].replace("\0", "").strip()
    within = visit.viewer.within(READ_PEOPLE)
    found = people_queries.people(
        visit.db, PersonFilters(text=query), within=within, today=visit.today, limit=CHOICE
    ) if query else []  # fmt: skip
    lasts = {one["on"]: date.fromisoformat(one["ends"]) - timedelta(days=1) for one in row.people if one["ends"]}
    ids = [period.id, *(UUID(one["on"]) for one in row.people)]
    return page(
        visit, "period", about=period, home=home, house=house, unit=unit, period=period, row=row, query=query,
        lasts=lasts, found=found, next_role=_next_role(visit, period), events=past(visit, *ids),
        last=period.ends - timedelta(days=1) if period.ends else None,
    )  # fmt: skip


@cockpit.page(f"{UNITS}/<uuid:unit_id>/periods/new", needs=EDIT, methods=("GET", "POST"))
def new_period(visit: Visit, unit_id: UUID) -> Any:
    """A new tenancy or ownership; an open tenancy can be ended in the same step."""
    home, house, unit = found_unit(visit, unit_id)
    context: dict[str, Any] = {"home": home, "house": house, "unit": unit, "thing": None, "still_open": None}
    if request.method == "GET":
        blank = show_form(PeriodSchema(), kind="tenancy", starts=visit.today.isoformat())
        return page(visit, "period_form", form=blank, **context)
    form = load_form(PeriodSchema())
    if form.ok:
        try:
            with written_down(visit):
                close = request.form.get("close_open") == "true"
                made = services.add_occupancy(visit.db, unit, form.values, close_open=close)
            there = f"{PERIODS}/{made.id}" if _sees_people(visit, home, house, unit) else f"{UNITS}/{unit.id}"
            return back_to(there, _("Saved."))
        except StillOpen as error:
            last = form.values["starts"] - timedelta(days=1)
            context["still_open"] = formats.format_date(last)
            form = refused(form, error)
        except EstateError as error:
            form = refused(form, error)
        visit.db.rollback()
    return page(visit, "period_form", form=form, **context), 422


@cockpit.page(f"{PERIODS}/<uuid:period_id>/edit", needs=EDIT, methods=("GET", "POST"))
def edit_period(visit: Visit, period_id: UUID) -> Any:
    """Other dates or facts; an end is set here too."""
    home, house, unit, period = found_period(visit, period_id)
    context = {"home": home, "house": house, "unit": unit, "thing": period, "still_open": None}
    there = f"{PERIODS}/{period.id}" if _sees_people(visit, home, house, unit) else f"{UNITS}/{unit.id}"
    if request.method == "GET":
        last = (period.ends - timedelta(days=1)).isoformat() if period.ends else ""
        shown = show_form(PeriodSchema(), period, until=last)
        return page(visit, "period_form", form=shown, version=period.version, **context)
    version = period.version

    def write(values: dict[str, Any]) -> str:
        services.change_occupancy(visit.db, period, values, version=sent_version())
        return there

    form = taken(visit, load_form(PeriodSchema()), write)
    if not isinstance(form, Form):
        return form
    return page(visit, "period_form", form=form, version=version, **context), 422


@cockpit.page(f"{PERIODS}/<uuid:period_id>/delete", needs=EDIT, methods=("GET", "POST"))
def delete_period(visit: Visit, period_id: UUID) -> Any:
    """Delete a period that was a mistake."""
    _home, _house, unit, period = found_period(visit, period_id)
    if request.method == "GET":
        words = services.period(period.starts, period.ends)
        return page(visit, "delete_period", unit=unit, period=period, words=words)
    with written_down(visit):
        services.delete(visit.db, period)
    return back_to(f"{UNITS}/{unit.id}", _("The period is deleted."))


@cockpit.action(f"{PERIODS}/<uuid:period_id>/people", needs=EDIT_PEOPLE)
def put_on_period(visit: Visit, period_id: UUID) -> Any:
    """Somebody who is known already comes onto the period."""
    *_above, period = found_period(visit, period_id)
    form = load_form(OccupantSchema())
    if not form.ok:
        return back_to(f"{PERIODS}/{period.id}", _("Choose a person and a role."))
    person = _choosable(visit, form.values["person"])
    try:
        with written_down(visit):
            people_services.put_on(visit.db, period, person, form.values["role"])
    except EstateError as error:
        visit.db.rollback()
        return back_to(f"{PERIODS}/{period.id}", str(error))
    return back_to(f"{PERIODS}/{period.id}", _("%(name)s is on this period now.", name=person.name))


@cockpit.page(f"{PERIODS}/<uuid:period_id>/people/new", needs=EDIT_PEOPLE, methods=("GET", "POST"))
def new_person_on_period(visit: Visit, period_id: UUID) -> Any:
    """Somebody new, on this period at once, such as a partner who is to have a login of their own; whoever has an
    address can be invited on the next page."""
    *_above, unit, period = found_period(visit, period_id)
    back = f"{PERIODS}/{period.id}"
    context = {"title": _("New person"), "thing": None, "back": back, "unit": unit}
    if request.method == "GET":
        blank = show_form(NewOccupantSchema(visit.company.country), salutation="none", role=_next_role(visit, period))
        return page(visit, "person_form", form=blank, **context)

    def write(values: dict[str, Any]) -> str:
        role = values.pop("role")
        reachable_or_allowed(visit, values, role)
        person = people_services.add_person(visit.db, values)
        people_services.put_on(visit.db, period, person, role)
        return f"{RESIDENTS}/{person.id}" if person.email and visit.viewer.may(INVITE) else back

    form = taken(visit, load_form(NewOccupantSchema(visit.company.country)), write)
    if not isinstance(form, Form):
        return form
    return page(visit, "person_form", form=form, **context), 422


@cockpit.action("/cockpit/estate/occupants/<uuid:occupant_id>/remove", needs=EDIT_PEOPLE)
def take_off_period(visit: Visit, occupant_id: UUID) -> Any:
    """Somebody is not on the period any more."""
    occupant = visit.db.get(Occupant, (visit.company.id, occupant_id))
    if occupant is None:
        raise NotFound
    *_above, period = found_period(visit, occupant.occupancy_id)
    with written_down(visit):
        people_services.take_off(visit.db, occupant)
    return back_to(f"{PERIODS}/{period.id}", _("Saved."))


def _next_role(visit: Visit, period: Occupancy) -> str:
    """As what somebody more comes onto a period: one main contact is enough."""
    has_main = select(Occupant.id).filter_by(occupancy_id=period.id, role="main").where(Occupant.ends.is_(None))
    return "partner" if visit.db.scalars(has_main.limit(1)).first() else "main"


def _sees_people(visit: Visit, *chain: Any) -> bool:
    return visit.viewer.may(READ_PEOPLE, at=tuple(one.id for one in chain))


def _choosable(visit: Visit, person_id: UUID) -> Person:
    person = visit.db.get(Person, (visit.company.id, person_id))
    within = visit.viewer.within(EDIT_PEOPLE)
    if person is None or not people_queries.is_reachable(visit.db, person_id, within=within):
        raise NotFound
    return person
