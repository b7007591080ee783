"""Who of the platform hears of something."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator
from quartier.tenancy.models import Company

SELL: Final = ("sales", "admin")
"""Roles that can look after a company."""


def readers_of(db: Session, company_id: UUID | None, *, or_else: UUID | None = None) -> list[Operator]:
    """Who looks after the company; where nobody does, `or_else` (whose thing it is), or all of sales.

    Whoever has left, or sells no more, hears of nothing; where nobody of sales is left, administrators do.
    """
    caring = db.scalar(select(Company.manager_id).filter_by(id=company_id)) if company_id else None
    for one in filter(None, (caring, or_else)):
        operator = db.get(Operator, one)
        if operator is not None and operator.is_active and operator.role in SELL:
            return [operator]
    for role in SELL:
        if found := db.scalars(select(Operator).filter_by(role=role, is_active=True).order_by(Operator.id)).all():
            return list(found)
    return []
