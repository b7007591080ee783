"""The estate level by level, page by page, for programs that keep a copy of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select

from quartier.estate.models import Building, Occupancy, Property, Unit
from quartier.tenancy.session import CompanySession
from quartier.viewer import homes_of

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

    A condition whose value is None is left out. `within` are the places that the reader is limited to; what lies above
    them is listed as well, so that a copy of the estate has no loose ends.
    """
    wanted = {name: value for name, value in equal.items() if value is not None}
    page = select(level).where(level.id > (after or BEFORE_ALL)).filter_by(**wanted).order_by(level.id).limit(limit)
    if within:
        page = page.where(_there(level, within))
    return db.scalars(page).all()


def units_in(within: Collection[UUID]) -> Select[UUID]:
    """The units in these places."""
    houses = select(Building.id).where(or_(Building.property_id.in_(within), Building.id.in_(within)))
    return select(Unit.id).where(or_(Unit.building_id.in_(houses), Unit.id.in_(within)))


def _there(level: Level, within: Collection[UUID]) -> ColumnElement[bool]:
    if level is Property:
        return Property.id.in_(homes_of(within))
    if level is Building:
        above = select(Unit.building_id).where(Unit.id.in_(within))
        return or_(Building.property_id.in_(within), Building.id.in_(within), Building.id.in_(above))
    return Unit.id.in_(units_in(within)) if level is Unit else Occupancy.unit_id.in_(units_in(within))
