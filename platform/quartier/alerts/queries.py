"""Who of the platform hears of something, and what somebody has heard of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator
from quartier.tenancy.models import Company

SELL: Final = ("sales", "admin")
"""Roles that can look after a company."""
PAGE: Final = 50
ALERTS: Final = """
    SELECT a.id, a.kind, a.facts, a.path, a.read_at, a.created_at, a.customer_id, c.name AS company
      FROM operator_alert a LEFT JOIN company c ON c.id = a.customer_id
     WHERE a.operator_id = :operator AND (CAST(:after AS uuid) IS NULL OR a.id < :after)
     ORDER BY a.id DESC LIMIT :limit
"""


def seller(db: Session, operator_id: UUID | None) -> Operator | None:
    """The operator with this id who works here and sells; None for everybody else."""
    operator = db.get(Operator, operator_id) if operator_id else None
    return operator if operator is not None and operator.is_active and operator.role in SELL else None


def readers_of(
    db: Session, company_id: UUID | None, *, whose: UUID | None = None, or_else: UUID | None = None
) -> list[Operator]:
    """Who hears of it: `whose` it is, or who looks after the company, or else `or_else`, or else all of sales.

    Whoever has left, or sells no more, hears of nothing; where nobody of sales is left, administrators do.
    """
    caring = db.scalar(select(Company.manager_id).filter_by(id=company_id)) if company_id else None
    for one in (whose, caring, or_else):
        if (operator := seller(db, one)) is not None:
            return [operator]
    for role in SELL:
        if found := db.scalars(select(Operator).filter_by(role=role, is_active=True).order_by(Operator.id)).all():
            return list(found)
    return []


def alerts_of(db: Session, operator_id: UUID, *, after: UUID | None = None, limit: int = PAGE) -> Sequence[Any]:
    """What somebody was told of, the latest first, with the company's name; one statement."""
    return db.execute(text(ALERTS), {"operator": operator_id, "after": after, "limit": limit}).all()
