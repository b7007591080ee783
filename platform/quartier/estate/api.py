"""The estate for programs: where an audience can point to, and what an import has made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from quartier.api.blueprint import ApiBlueprint
from quartier.api.paging import make_page, next_link, page_of, read_cursor
from quartier.estate.listing import Level, listed
from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.estate.policies import READ
from quartier.estate.schemas import (
    BuildingArguments,
    BuildingSchema,
    EstateArguments,
    OccupancyArguments,
    OccupancySchema,
    PropertySchema,
    UnitArguments,
    UnitSchema,
)
from quartier.web.visit import Visit

blueprint = ApiBlueprint(
    "estate", __name__, description="Properties, their buildings, the units in them, and who uses them when."
)

Answer = tuple[dict[str, Any], dict[str, str]]


@blueprint.operation("GET", "/properties", needs=READ)
@blueprint.arguments(EstateArguments, location="query")
@blueprint.response(200, page_of(PropertySchema))
def properties(visit: Visit, query: dict[str, Any]) -> Answer:
    """All properties, the oldest entry first."""
    return _page(visit, Property, query)


@blueprint.operation("GET", "/buildings", needs=READ)
@blueprint.arguments(BuildingArguments, location="query")
@blueprint.response(200, page_of(BuildingSchema))
def buildings(visit: Visit, query: dict[str, Any]) -> Answer:
    """All buildings, the oldest entry first."""
    return _page(visit, Building, query)


@blueprint.operation("GET", "/units", needs=READ)
@blueprint.arguments(UnitArguments, location="query")
@blueprint.response(200, page_of(UnitSchema))
def units(visit: Visit, query: dict[str, Any]) -> Answer:
    """All units, the oldest entry first."""
    return _page(visit, Unit, query)


@blueprint.operation("GET", "/occupancies", needs=READ)
@blueprint.arguments(OccupancyArguments, location="query")
@blueprint.response(200, page_of(OccupancySchema))
def occupancies(visit: Visit, query: dict[str, Any]) -> Answer:
    """All tenancies and ownerships, the oldest entry first."""
    return _page(visit, Occupancy, query)


def _page(visit: Visit, level: Level, query: dict[str, Any]) -> Answer:
    limit, cursor = query.pop("limit"), read_cursor(query.pop("after"), UUID)
    rows = listed(
        visit.db, level, after=cursor[0] if cursor else None, limit=limit + 1, within=visit.viewer.within(READ), **query
    )
    page = make_page(rows, limit, key=lambda row: (row.id,))
    return page, next_link(page)
