"""The estate level by level, page by page, for programs that keep a copy of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from quartier.estate.models import Building, Property, Unit
from quartier.tenancy.session import CompanySession

BEFORE_ALL = UUID(int=0)

Level = type[Property] | type[Building] | type[Unit]


def listed(db: CompanySession, level: Level, *, after: UUID | None, limit: int, **equal: Any) -> Sequence[Any]:
    """`limit` rows in the order of their ids, which is that of their making; `equal` are values of columns.

    A condition whose value is None is left out.
    """
    wanted = {name: value for name, value in equal.items() if value is not None}
    page = select(level).where(level.id > (after or BEFORE_ALL)).filter_by(**wanted).order_by(level.id).limit(limit)
    return db.scalars(page).all()
