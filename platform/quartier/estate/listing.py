"""The estate level by level, page by page, for programs that keep a copy of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.tenancy.session import CompanySession

BEFORE_ALL = UUID(int=0)

Level = type[Property] | type[Building] | type[Unit] | type[Occupancy]


def listed(
    db: CompanySession,
    level: Level,
    *,
    after: UUID | None,
    limit: int,
    within: Collection[UUID] = (),
    **equal: Any,
) -> Sequence[Any]:
    """`limit` rows in the order of their ids, which is that of their making; `equal` are values of columns.

    A condition whose value is None is left out. `within` are the properties that the reader is limited to.
    """
    wanted = {name: value for name, value in equal.items() if value is not None}
    page = select(level).where(level.id > (after or BEFORE_ALL)).filter_by(**wanted).order_by(level.id).limit(limit)
    if within:
        page = page.where(_in_properties(level, within))
    return db.scalars(page).all()


def _in_properties(level: Level, within: Collection[UUID]) -> ColumnElement[bool]:
    houses = select(Building.id).where(Building.property_id.in_(within))
    if level is Property:
        return Property.id.in_(within)
    if level is Building:
        return Building.property_id.in_(within)
    if level is Unit:
        return Unit.building_id.in_(houses)
    return Occupancy.unit_id.in_(select(Unit.id).where(Unit.building_id.in_(houses)))
