"""A property, a building, a unit: look at it, write it, move it, put it away, delete it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request
from marshmallow import Schema
from werkzeug.exceptions import NotFound

from quartier.accounts.permissions import COMPANY_SETTINGS, TEAM_ADMIN
from quartier.estate import policies, queries, services
from quartier.estate.models import Building, Property, Unit
from quartier.estate.policies import EDIT, READ
from quartier.estate.queries import UnitFilters
from quartier.estate.quota import usage
from quartier.estate.services import EstateError
from quartier.i18n.texts import gettext as _
from quartier.masterdata.area import (
    HOME,
    asked_text,
    cockpit,
    found_building,
    found_property,
    found_unit,
    named,
    page,
    past,
    sent_version,
    standing_for,
    taken,
    written_down,
)
from quartier.masterdata.schemas import BuildingSchema, PropertySchema, UnitSchema
from quartier.people.policies import READ as READ_PEOPLE
from quartier.people.queries import periods_of_unit
from quartier.people.stages import counts_in
from quartier.team.queries import roles_in
from quartier.viewer import COMPANY, Chain
from quartier.web.flash import back_to
from quartier.web.forms import Form, load_form, show_form
from quartier.web.visit import Visit

PROPERTIES, BUILDINGS, UNITS = "/cockpit/estate/properties", "/cockpit/estate/buildings", "/cockpit/estate/units"
IN_BUILDING = 300


@cockpit.page(f"{PROPERTIES}/<uuid:property_id>", needs=READ)
def property_page(visit: Visit, property_id: UUID) -> str:
    """A property and its buildings."""
    found = found_property(visit, property_id)
    houses = queries.buildings(visit.db, [found.id], within=visit.viewer.within(READ))
    seen = [house.id for house in houses if visit.viewer.may(READ_PEOPLE, at=(found.id, house.id))]
    return page(
        visit, "property", about=found, home=found, houses=houses,
        stages=counts_in(visit.db, seen, today=visit.today), events=_past_of(visit, found),
        roles=roles_in(visit.db, found.id), may_give_roles=visit.viewer.may(TEAM_ADMIN, at=(found.id,)),
        may_dress=visit.viewer.may(COMPANY_SETTINGS, at=COMPANY),
    )  # fmt: skip


@cockpit.page(f"{BUILDINGS}/<uuid:building_id>", needs=READ)
def building_page(visit: Visit, building_id: UUID) -> str:
    """A building and its units, with who is there today."""
    home, house = found_building(visit, building_id)
    filters, within = UnitFilters(building_id=house.id), visit.viewer.within(READ)
    wanted: Any = {"within": within, "today": visit.today, "limit": IN_BUILDING, "standing": standing_for(visit)}
    rows = queries.units(visit.db, filters, **wanted)
    away = queries.units(
        visit.db, UnitFilters(building_id=house.id, archived=True), **wanted
    ) if house.archived_at is None and home.archived_at is None else []  # fmt: skip
    shown = named(visit, [*rows, *away])
    seen = [house.id] if visit.viewer.may(READ_PEOPLE, at=(home.id, house.id)) else []
    return page(
        visit, "building", about=house, home=home, house=house, rows=tuple(shown),
        counts=counts_in(visit.db, seen, today=visit.today).get(house.id, {}), events=_past_of(visit, home, house),
    )  # fmt: skip


@cockpit.page(f"{UNITS}/<uuid:unit_id>", needs=READ)
def unit_page(visit: Visit, unit_id: UUID) -> str:
    """A unit and its periods."""
    home, house, unit = found_unit(visit, unit_id)
    periods = periods_of_unit(visit.db, unit.id, today=visit.today)
    ids = [unit.id, *(period.id for period in periods)]
    return page(
        visit, "unit", about=unit, home=home, house=house, unit=unit, periods=periods,
        events=_past_of_unit(visit, (home.id, house.id, unit.id), ids),
    )  # fmt: skip


@cockpit.page(f"{PROPERTIES}/new", needs=EDIT, methods=("GET", "POST"))
def new_property(visit: Visit) -> Any:
    """A property more."""
    if not policies.may_add_properties(visit.viewer):
        raise NotFound
    blank = show_form(PropertySchema(), timezone=visit.company.zone.key)
    return _writing(
        visit, PropertySchema(), blank, lambda values: services.add(visit.db, Property, values), noun="property",
        title=_("New property"), back=HOME, to=PROPERTIES,
    )  # fmt: skip


@cockpit.page(f"{PROPERTIES}/<uuid:property_id>/buildings/new", needs=EDIT, methods=("GET", "POST"))
def new_building(visit: Visit, property_id: UUID) -> Any:
    """A building more in a property."""
    home = found_property(visit, property_id)
    blank = show_form(BuildingSchema(), country=visit.company.country)
    return _writing(
        visit, BuildingSchema(), blank,
        lambda values: services.add(visit.db, Building, {**values, "property_id": home.id}), noun="building",
        title=_("New building"), back=f"{PROPERTIES}/{home.id}", to=BUILDINGS, home=home,
    )  # fmt: skip


@cockpit.page(f"{BUILDINGS}/<uuid:building_id>/units/new", needs=EDIT, methods=("GET", "POST"))
def new_unit(visit: Visit, building_id: UUID) -> Any:
    """A unit more in a building, if the contract has room."""
    home, house = found_building(visit, building_id)
    return _writing(
        visit, UnitSchema(), show_form(UnitSchema(), kind="flat", position=0),
        lambda values: services.add_unit(visit.db, house, values, on=visit.today), noun="unit", title=_("New unit"),
        back=f"{BUILDINGS}/{house.id}", to=UNITS, home=home, house=house, usage=usage(visit.db, visit.today),
    )  # fmt: skip


@cockpit.page(f"{PROPERTIES}/<uuid:property_id>/edit", needs=EDIT, methods=("GET", "POST"))
def edit_property(visit: Visit, property_id: UUID) -> Any:
    """Other facts of a property."""
    home = found_property(visit, property_id)
    return _changing(visit, home, PropertySchema(), noun="property", url=f"{PROPERTIES}/{home.id}", home=home)


@cockpit.page(f"{BUILDINGS}/<uuid:building_id>/edit", needs=EDIT, methods=("GET", "POST"))
def edit_building(visit: Visit, building_id: UUID) -> Any:
    """Another name or address of a building."""
    home, house = found_building(visit, building_id)
    return _changing(visit, house, BuildingSchema(), noun="building", url=f"{BUILDINGS}/{house.id}", home=home)


@cockpit.page(f"{UNITS}/<uuid:unit_id>/edit", needs=EDIT, methods=("GET", "POST"))
def edit_unit(visit: Visit, unit_id: UUID) -> Any:
    """Other facts of a unit."""
    home, house, unit = found_unit(visit, unit_id)
    return _changing(visit, unit, UnitSchema(), noun="unit", url=f"{UNITS}/{unit.id}", home=home, house=house)


@cockpit.page(f"{UNITS}/<uuid:unit_id>/move", needs=EDIT, methods=("GET", "POST"))
def move_unit(visit: Visit, unit_id: UUID) -> Any:
    """Put a unit into another building, which is looked for by name or address."""
    home, house, unit = found_unit(visit, unit_id)
    query = asked_text()
    context = {"home": home, "house": house, "unit": unit, "query": query}
    if request.method == "GET":
        places = _buildings_like(visit, query) if query else []
        return page(visit, "move", **context, places=places, error=None)
    _to, target = found_building(visit, _sent_building())
    try:
        with written_down(visit):
            services.move_unit(visit.db, unit, target, version=sent_version())
    except EstateError as error:
        visit.db.rollback()
        return page(visit, "move", **context, places=[], error=str(error)), 409
    words = _("%(unit)s stands in %(building)s now.", unit=unit.name, building=target.name)
    return back_to(f"{UNITS}/{unit.id}", words)


@cockpit.action(f"{PROPERTIES}/<uuid:property_id>/archive", needs=EDIT)
def archive_property(visit: Visit, property_id: UUID) -> Any:
    """Put a property away, or take it out again."""
    return _archive(visit, found_property(visit, property_id), f"{PROPERTIES}/{property_id}")


@cockpit.action(f"{BUILDINGS}/<uuid:building_id>/archive", needs=EDIT)
def archive_building(visit: Visit, building_id: UUID) -> Any:
    """Put a building away, or take it out again."""
    return _archive(visit, found_building(visit, building_id)[-1], f"{BUILDINGS}/{building_id}")


@cockpit.action(f"{UNITS}/<uuid:unit_id>/archive", needs=EDIT)
def archive_unit(visit: Visit, unit_id: UUID) -> Any:
    """Put a unit away, or take it out again."""
    return _archive(visit, found_unit(visit, unit_id)[-1], f"{UNITS}/{unit_id}")


@cockpit.page(f"{PROPERTIES}/<uuid:property_id>/delete", needs=EDIT, methods=("GET", "POST"))
def delete_property(visit: Visit, property_id: UUID) -> Any:
    """Delete an empty property."""
    home = found_property(visit, property_id)
    return _delete(visit, home, url=f"{PROPERTIES}/{home.id}", back=HOME)


@cockpit.page(f"{BUILDINGS}/<uuid:building_id>/delete", needs=EDIT, methods=("GET", "POST"))
def delete_building(visit: Visit, building_id: UUID) -> Any:
    """Delete an empty building."""
    home, house = found_building(visit, building_id)
    return _delete(visit, house, url=f"{BUILDINGS}/{house.id}", back=f"{PROPERTIES}/{home.id}")


@cockpit.page(f"{UNITS}/<uuid:unit_id>/delete", needs=EDIT, methods=("GET", "POST"))
def delete_unit(visit: Visit, unit_id: UUID) -> Any:
    """Delete a unit that nobody ever used."""
    _home, house, unit = found_unit(visit, unit_id)
    return _delete(visit, unit, url=f"{UNITS}/{unit.id}", back=f"{BUILDINGS}/{house.id}")


@cockpit.page(f"{PROPERTIES}/<uuid:property_id>/history", needs=READ)
def property_history(visit: Visit, property_id: UUID) -> str:
    """All that happened to a property."""
    home = found_property(visit, property_id)
    _working_there(visit, home)
    return history(visit, home.name, f"{PROPERTIES}/{home.id}", home.id)


@cockpit.page(f"{BUILDINGS}/<uuid:building_id>/history", needs=READ)
def building_history(visit: Visit, building_id: UUID) -> str:
    """All that happened to a building."""
    home, house = found_building(visit, building_id)
    _working_there(visit, home, house)
    return history(visit, house.name, f"{BUILDINGS}/{house.id}", house.id)


@cockpit.page(f"{UNITS}/<uuid:unit_id>/history", needs=READ)
def unit_history(visit: Visit, unit_id: UUID) -> str:
    """All that happened to a unit."""
    unit = found_unit(visit, unit_id)[-1]
    return history(visit, unit.name, f"{UNITS}/{unit.id}", unit.id)


def history(visit: Visit, name: str, url: str, *ids: UUID) -> str:
    """The page of what happened, newest first, more of it behind a link."""
    before = request.args.get("before", "")
    try:
        start = UUID(before) if before else None
    except ValueError:
        raise NotFound from None
    found = past(visit, *ids, before=start, limit=51)
    more = f"{url}/history?before={found[49].id}" if len(found) > 50 else None
    return page(visit, "history", name=name, url=url, events=found[:50], more=more)


def _past_of(visit: Visit, *chain: Property | Building) -> list[Any]:
    """What happened to a place is for those who work there, not for those who come through on their way."""
    there = visit.viewer.may(READ, at=tuple(one.id for one in chain))
    return past(visit, chain[-1].id) if there else []


def _working_there(visit: Visit, *chain: Property | Building) -> None:
    if not visit.viewer.may(READ, at=tuple(one.id for one in chain)):
        raise NotFound


def _past_of_unit(visit: Visit, place: Chain, ids: list[UUID]) -> list[Any]:
    """Who came and went is for those who may see people."""
    return past(visit, *(ids if visit.viewer.may(READ_PEOPLE, at=place) else ids[:1]))


def _writing(
    visit: Visit, schema: Schema, blank: Form, make: Callable[[Any], Any], *, noun: str, back: str, to: str, **more: Any
) -> Any:
    if request.method == "GET":
        return page(visit, "form", form=blank, noun=noun, back=back, thing=None, **more)
    form = taken(visit, load_form(schema), lambda values: f"{to}/{make(values).id}")
    if not isinstance(form, Form):
        return form
    return page(visit, "form", form=form, noun=noun, back=back, thing=None, **more), 422


def _changing(visit: Visit, thing: Any, schema: Schema, *, noun: str, url: str, **more: Any) -> Any:
    name, version = thing.name, thing.version
    context = {"noun": noun, "back": url, "title": name, "thing": thing, **more}
    if request.method == "GET":
        return page(visit, "form", form=show_form(schema, thing), version=version, **context)

    def write(values: dict[str, Any]) -> str:
        services.change(visit.db, thing, values, version=sent_version())
        return url

    form = taken(visit, load_form(schema), write)
    if not isinstance(form, Form):
        return form
    return page(visit, "form", form=form, version=version, **context), 422


def _archive(visit: Visit, thing: Property | Building | Unit, url: str) -> Any:
    try:
        with written_down(visit):
            if request.form.get("way") == "back":
                services.restore(visit.db, thing, on=visit.today)
            else:
                services.archive(visit.db, thing)
    except EstateError as error:
        visit.db.rollback()
        return back_to(url, str(error))
    return back_to(url, _("Archived.") if thing.archived_at else _("Taken out of the archive."))


def _delete(visit: Visit, thing: Property | Building | Unit, *, url: str, back: str) -> Any:
    obstacle = services.in_the_way(visit.db, thing)
    if request.method == "GET" or obstacle:
        answer = page(visit, "delete", thing=thing, url=url, obstacle=obstacle)
        return (answer, 409) if request.method == "POST" else answer
    name = thing.name
    with written_down(visit):
        services.delete(visit.db, thing)
    return back_to(back, _("%(name)s is deleted.", name=name))


def _sent_building() -> UUID:
    try:
        return UUID(request.form.get("building", ""))
    except ValueError:
        raise NotFound from None


def _buildings_like(visit: Visit, query: str) -> list[Any]:
    within = visit.viewer.within(EDIT)
    names = {home.id: home.name for home in queries.properties(visit.db, text=query, within=within, limit=20)}
    return [(names[house.property_id], house) for house in queries.buildings(visit.db, list(names), within=within)]
