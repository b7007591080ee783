"""Operators and what each of them looks after, for the console."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

TEAM: Final = """
    SELECT o.id, o.name, o.email, o.role, o.is_active,
           (SELECT count(*) FROM company c
             WHERE c.manager_id = o.id AND c.demo_ends IS NULL AND c.status <> 'prospect') AS companies,
           (SELECT count(*) FROM company c WHERE c.manager_id = o.id AND c.demo_ends IS NOT NULL) AS demos,
           (SELECT count(*) FROM lead l WHERE l.owner_id = o.id AND l.state = 'open') AS leads,
           (SELECT count(*) FROM quote q WHERE q.owner_id = o.id AND q.stage IN ('draft', 'sent')) AS quotes,
           (SELECT max(s.seen_at) FROM operator_session s WHERE s.operator_id = o.id) AS seen_at
      FROM operator o WHERE CAST(:one AS uuid) IS NULL OR o.id = :one ORDER BY o.is_active DESC, lower(o.name), o.id
"""
UNHELD: Final = """
    SELECT count(*) FROM company c LEFT JOIN operator o ON o.id = c.manager_id
     WHERE c.demo_ends IS NULL AND c.status <> 'prospect' AND o.is_active IS NOT TRUE
"""


@dataclass(frozen=True)
class Colleague:
    """An operator, and how much of what is open is theirs."""

    id: UUID
    name: str
    email: str
    role: str
    is_active: bool
    companies: int
    demos: int
    leads: int
    quotes: int
    seen_at: datetime | None

    @property
    def holds(self) -> bool:
        """Whether anything would have to be handed over."""
        return bool(self.companies or self.demos or self.leads or self.quotes)


def colleagues(db: Session) -> Sequence[Colleague]:
    """Everybody who works or has worked at the console, those who do first; one statement."""
    return [Colleague(**row._mapping) for row in db.execute(text(TEAM), {"one": None})]


def colleague(db: Session, operator_id: UUID) -> Colleague | None:
    """One of them."""
    row = db.execute(text(TEAM), {"one": operator_id}).first()
    return Colleague(**row._mapping) if row is not None else None


def unheld(db: Session) -> int:
    """How many customers nobody looks after; whoever has left looks after none."""
    return db.scalar(text(UNHELD)) or 0
