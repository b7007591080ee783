"""What all pages of master data share: their place in the menu, what they may show, and who is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, abort, request
from werkzeug.exceptions import NotFound

from quartier.estate import policies, queries
from quartier.estate.history import acting
from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.estate.policies import EDIT, READ
from quartier.estate.services import EstateError
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import lazy_gettext as _l
from quartier.imports.policies import may_import
from quartier.locks.corrections import wishes_for
from quartier.locks.fields import owner_of
from quartier.masterdata import wording
from quartier.masterdata.cells import unit_cells
from quartier.masterdata.correcting import INPUTS
from quartier.masterdata.wording import Event
from quartier.people import policies as people_policies
from quartier.people.aliases import demand_reach
from quartier.people.models import Person
from quartier.people.policies import READ as READ_PEOPLE
from quartier.people.queries import is_reachable
from quartier.people.stages import PARTY
from quartier.people.standing import BADGES
from quartier.people.switches import ALIAS_PEOPLE
from quartier.plugin.switches import value
from quartier.tenancy.session import CompanySession
from quartier.viewer import COMPANY, Chain
from quartier.web.flash import back_to
from quartier.web.forms import Form
from quartier.web.navigation import Entry
from quartier.web.pages import Pages
from quartier.web.render import render
from quartier.web.visit import Visit

HOME, UNITS, PEOPLE = "/cockpit/estate/", "/cockpit/estate/units", "/cockpit/people/"
ADDRESSES = {
    "property": "/cockpit/estate/properties", "building": "/cockpit/estate/buildings", "unit": UNITS,
    "occupancy": "/cockpit/estate/periods", "person": "/cockpit/people",
}  # fmt: skip
GROUP = _l("Master data")
cockpit = Pages(
    "masterdata",
    __name__,
    area="cockpit",
    entries=(
        Entry(HOME, "building", _l("Estate"), READ, group=GROUP, order=200, key="e"),
        Entry(PEOPLE, "users", _l("People"), READ_PEOPLE, group=GROUP, order=210, key="p"),
    ),
)

NAMES = """
    SELECT id::text, name FROM property WHERE id = ANY(%(ids)s)
    UNION ALL SELECT id::text, name FROM building WHERE id = ANY(%(ids)s)
    UNION ALL SELECT id::text, name FROM unit WHERE id = ANY(%(ids)s)
    UNION ALL SELECT id::text, trim(given_name || ' ' || coalesce(nullif(family_name, ''), company_name))
      FROM person WHERE id = ANY(%(ids)s)
"""
POINTERS = ("property_id", "building_id", "unit_id", "person_id")


def page(visit: Visit, template: str, /, *, about: Any = None, **context: Any) -> str:
    """A page of master data with the words it needs, what this person may do, and what only the ERP changes.

    `about` is the thing that the page shows; a form has it as `thing`.
    """
    thing = about if about is not None else context.get("thing")
    place = tuple(context[name].id for name in ("home", "house", "unit") if context.get(name) is not None) or None
    erp = owner_of(visit.db, thing.__tablename__) if thing is not None else None
    if erp and template != "correct" and "form" in context:
        context["form"] = replace(context["form"], locked=frozenset(INPUTS.get(one, one) for one in erp.fields))
    return render(
        f"masterdata/{template}.html",
        wording=wording,
        unit_cells=unit_cells,
        stage_badges=BADGES,
        erp=erp,
        correct_url=correct_url(visit, thing) if erp else None,
        open_wishes=wishes_for(visit.db, about.id) if about is not None and (erp or isinstance(about, Person)) else [],
        day=timedelta(days=1),
        may_edit=visit.viewer.may(EDIT, at=place),
        may_add_properties=policies.may_add_properties(visit.viewer),
        may_import=may_import(visit.viewer),
        may_see_people=visit.viewer.may(READ_PEOPLE, at=place),
        may_edit_people=_may(visit, people_policies.EDIT, about, place),
        may_invite=_may(visit, people_policies.INVITE, about, place),
        about=about,
        may_add_people=people_policies.may_add_people(visit.viewer),
        **context,
    )


def correct_url(visit: Visit, thing: Any) -> str | None:
    """Where a correction of a thing is proposed, by who may change things of its kind."""
    noun = thing.__tablename__
    needed = people_policies.EDIT if noun == "person" else EDIT
    return f"{ADDRESSES[noun]}/{thing.id}/correct" if visit.viewer.may(needed) else None


def _may(visit: Visit, permission: str, about: Any, place: Chain | None) -> bool:
    """Whether people can be changed or invited here; of a person's page, whether this person can."""
    if isinstance(about, Person):
        limits = visit.viewer.within(permission)
        return visit.viewer.may(permission) and is_reachable(visit.db, about.id, within=limits)
    return visit.viewer.may(permission, at=place)


@contextmanager
def written_down(visit: Visit) -> Iterator[None]:
    """Changes inside carry this person's name in the history."""
    with acting(visit.db, visit.viewer.name, "agent", visit.viewer.account_id):
        yield


def taken(visit: Visit, form: Form, write: Callable[[dict[str, Any]], str]) -> Response | Form:
    """Write down what a form says and go to the address that `write` gives; or the form with what is wrong."""
    if not form.ok:
        return form
    try:
        with written_down(visit):
            there = write(dict(form.values))
        return back_to(there, _("Saved."))
    except EstateError as error:
        visit.db.rollback()
        return refused(form, error)


def refused(form: Form, error: EstateError) -> Form:
    """The form with what the rules had against it."""
    return form.wrong(error.field, str(error))


def found_property(visit: Visit, property_id: UUID) -> Property:
    """The property if this page's right reaches it, or 404."""
    return _reached(visit, _property(visit, property_id))


def found_building(visit: Visit, building_id: UUID) -> tuple[Property, Building]:
    """The building and its property, or 404."""
    home, house = _building(visit, building_id)
    _reached(visit, home, house)
    return home, house


def found_unit(visit: Visit, unit_id: UUID) -> tuple[Property, Building, Unit]:
    """The unit with all above it, or 404."""
    found = visit.db.get(Unit, (visit.company.id, unit_id))
    if found is None:
        raise NotFound
    home, house = _building(visit, found.building_id)
    _reached(visit, home, house, found)
    return home, house, found


def found_period(visit: Visit, period_id: UUID) -> tuple[Property, Building, Unit, Occupancy]:
    """The period with all above it, or 404."""
    found = visit.db.get(Occupancy, (visit.company.id, period_id))
    if found is None:
        raise NotFound
    return *found_unit(visit, found.unit_id), found


def found_person(visit: Visit, person_id: UUID) -> Person:
    """The person if this viewer may know about them, or 404."""
    found = visit.db.get(Person, (visit.company.id, person_id))
    if found is None or not is_reachable(visit.db, person_id, within=visit.viewer.within(visit.needs)):
        raise NotFound
    return found


def _property(visit: Visit, property_id: UUID) -> Property:
    found = visit.db.get(Property, (visit.company.id, property_id))
    if found is None:
        raise NotFound
    return found


def _building(visit: Visit, building_id: UUID) -> tuple[Property, Building]:
    found = visit.db.get(Building, (visit.company.id, building_id))
    if found is None:
        raise NotFound
    return _property(visit, found.property_id), found


def _reached(visit: Visit, home: Property, *below: Building | Unit) -> Property:
    if not policies.may_reach(visit.viewer, visit.needs, (home.id, *(one.id for one in below))):
        raise NotFound
    return home


def named(visit: Visit, rows: list[Any]) -> list[Any]:
    """Rows of units, without the people in those where this viewer may not see them."""
    may = visit.viewer.may
    if may(READ_PEOPLE, at=COMPANY) or not may(READ_PEOPLE):
        return rows
    return [
        row if may(READ_PEOPLE, at=(row.property_id, row.building_id, row.id)) else row._replace(people=None)
        for row in rows
    ]


def standing_for(visit: Visit) -> str:
    """What a list of units asks of how far people have come: nothing where this viewer sees nobody."""
    return PARTY if visit.viewer.may(READ_PEOPLE) else queries.UNASKED


def reachable_or_allowed(visit: Visit, values: Mapping[str, Any], role: str = "main") -> None:
    """Somebody new of whom only the name is said comes in where the company wants such people; else EstateError."""
    if not value(visit.company.settings, ALIAS_PEOPLE):
        demand_reach(values, role)


def sent_version() -> int:
    """The version of the row that the form showed."""
    try:
        return int(request.form.get("version", ""))
    except ValueError:
        abort(400)


def asked_after() -> UUID | None:
    """The last row of the page before, from the address."""
    try:
        return UUID(request.args["after"]) if request.args.get("after") else None
    except ValueError:
        abort(400)


def asked_text() -> str:
    """The words to search for, from the address."""
    return request.args.get("q", "").replace("\0", "").strip()[:100]


def past(visit: Visit, *ids: UUID, before: UUID | None = None, limit: int = 8) -> list[Event]:
    """What happened to some rows, newest first, in words."""
    rows = queries.changes(visit.db, ids, before=before, limit=limit)
    names = _names(visit.db, rows)
    return [wording.event(row, names, visit.zone) for row in rows]


def _names(db: CompanySession, rows: list[Any]) -> dict[str, str]:
    ids = {side[name] for row in rows for side in (row.before or {}, row.after or {})
           for name in POINTERS if side.get(name)}  # fmt: skip
    return {one.id: one.name for one in db.rows(NAMES, {"ids": list(ids)})} if ids else {}
