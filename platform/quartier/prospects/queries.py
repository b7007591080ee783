"""Reading prospects, for the console."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from quartier.prospects.models import Prospect
from quartier.tenancy.models import Company

PAGE: Final = 50
ROWS: Final = """
    WITH found AS (
        SELECT p.id AS place, c.id, c.name, p.units, p.made_by, p.created_at,
               concat_ws(' ', nullif(p.given_name, ''), nullif(p.family_name, '')) AS contact
          FROM prospect p JOIN company c ON c.id = p.company_id
         WHERE :words = '' OR concat_ws(' ', c.name, c.slug, p.given_name, p.family_name, p.email) ILIKE :like
    )
    SELECT f.*, (SELECT count(*) FROM found) AS total, q.id AS quote_id, q.number FROM found f
      LEFT JOIN LATERAL (SELECT id, number FROM quote WHERE company_id = f.id ORDER BY id DESC LIMIT 1) q ON true
     WHERE CAST(:after AS uuid) IS NULL OR f.place < :after
     ORDER BY f.place DESC LIMIT :limit
"""
QUOTES: Final = """
    SELECT id, number, stage, version, created_at FROM quote WHERE company_id = :company ORDER BY id DESC LIMIT 20
"""


@dataclass(frozen=True)
class ProspectList:
    """A page of prospects, the newest first; `more` is the last one shown when others follow it."""

    rows: Sequence[Any]
    total: int
    more: UUID | None


def prospects(db: Session, *, words: str = "", after: UUID | None = None, limit: int = PAGE) -> ProspectList:
    """One statement, however many there are."""
    like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    rows = db.execute(text(ROWS), {"words": words, "like": like, "after": after, "limit": limit + 1}).all()
    shown = rows[:limit]
    return ProspectList(shown, rows[0].total if rows else 0, shown[-1].place if len(rows) > limit else None)


def prospect_of(db: Session, company_id: UUID, *, lock: bool = False) -> tuple[Company, Prospect] | None:
    """A prospect with its company; None for a real company, and where there is none. `lock` has others wait."""
    query = select(Company, Prospect).join(Prospect, Prospect.company_id == Company.id).where(Company.id == company_id)
    found = query.where(Company.status == "prospect")
    row = db.execute(found.with_for_update() if lock else found).first()
    return (row[0], row[1]) if row else None


def invited_by_yes(db: Session, company_id: UUID) -> str:
    """The name of whom a prospect's new company will invite to manage its team; "" for nobody."""
    found = prospect_of(db, company_id)
    return found[1].contact if found and found[1].invites else ""


def quotes_of(db: Session, company_id: UUID) -> Sequence[Any]:
    """Its quotes, the newest first."""
    return db.execute(text(QUOTES), {"company": company_id}).all()
