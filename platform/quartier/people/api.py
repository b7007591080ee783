"""People for programs: who they are, and which period they are on."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from quartier.api.blueprint import ApiBlueprint
from quartier.api.paging import make_page, next_link, page_of, read_cursor
from quartier.estate.listing import BEFORE_ALL, units_in
from quartier.estate.models import Occupancy
from quartier.people.models import Occupant, Person
from quartier.people.policies import READ
from quartier.people.schemas import OccupantArguments, OccupantSchema, PersonArguments, PersonSchema
from quartier.web.visit import Visit

blueprint = ApiBlueprint("people", __name__, description="People the company knows, and the periods they are on.")

Answer = tuple[dict[str, Any], dict[str, str]]


@blueprint.operation("GET", "/people", needs=READ)
@blueprint.arguments(PersonArguments, location="query")
@blueprint.response(200, page_of(PersonSchema))
def people(visit: Visit, query: dict[str, Any]) -> Answer:
    """Everybody, the oldest entry first."""
    limits = visit.viewer.within(READ)
    known = select(Person).where(Person.id.in_(_there(Occupant.person_id, limits))) if limits else select(Person)
    return _page(visit, known, Person, query)


@blueprint.operation("GET", "/occupants", needs=READ)
@blueprint.arguments(OccupantArguments, location="query")
@blueprint.response(200, page_of(OccupantSchema))
def occupants(visit: Visit, query: dict[str, Any]) -> Answer:
    """Who is on which period, the oldest entry first."""
    limits = visit.viewer.within(READ)
    known = select(Occupant).where(Occupant.id.in_(_there(Occupant.id, limits))) if limits else select(Occupant)
    return _page(visit, known, Occupant, query)


def _there(column: Any, limits: Collection[UUID]) -> Select[Any]:
    """A column of those who are or were on a period in these places."""
    periods = select(Occupancy.id).where(Occupancy.unit_id.in_(units_in(limits)))
    return select(column).where(Occupant.occupancy_id.in_(periods))


def _page(visit: Visit, known: Select[Any], model: Any, query: dict[str, Any]) -> Answer:
    limit, cursor = query.pop("limit"), read_cursor(query.pop("after"), UUID)
    equal = {name: value for name, value in query.items() if value is not None}
    rows = known.where(model.id > (cursor[0] if cursor else BEFORE_ALL)).filter_by(**equal)
    found = visit.db.scalars(rows.order_by(model.id).limit(limit + 1)).all()
    page = make_page(found, limit, key=lambda row: (row.id,))
    return page, next_link(page)
