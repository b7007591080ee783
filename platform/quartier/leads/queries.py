"""Reading leads, for the console."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from quartier.leads.models import Lead

PAGE: Final = 50
SOON: Final = timedelta(days=7)
State = Literal["open", "won", "lost", ""]
ROWS: Final = """
    WITH found AS (
        SELECT l.*, c.name AS company, coalesce(c.name, l.prospect) AS who, o.name AS owner, c.demo_ends AS demo,
               coalesce(l.due, DATE '9999-12-31') AS place
          FROM lead l LEFT JOIN company c ON c.id = l.customer_id LEFT JOIN operator o ON o.id = l.owner_id
         WHERE (:state = '' OR l.state = :state)
           AND (:whose <> 'mine' OR l.owner_id = :me) AND (:whose <> 'nobody' OR l.owner_id IS NULL)
           AND (CAST(:due AS date) IS NULL OR (l.due <= :due AND l.state = 'open'))
           AND (CAST(:company AS uuid) IS NULL OR l.customer_id = :company)
           AND (:words = '' OR concat_ws(' ', c.name, l.prospect, l.title, l.contact) ILIKE :like)
    )
    SELECT found.*, (SELECT count(*) FROM found) AS total FROM found
     WHERE CAST(:after AS uuid) IS NULL OR (place, id) > (
         SELECT coalesce(due, DATE '9999-12-31'), id FROM lead WHERE id = :after)
     ORDER BY place, id LIMIT :limit
"""
LINE: Final = "SELECT * FROM lead_note WHERE lead_id = :lead ORDER BY at DESC, id DESC LIMIT 200"
PROSPECT: Final = "SELECT company_id FROM prospect WHERE lead_id = :lead ORDER BY id LIMIT 1"
SELLERS: Final = """
    SELECT id, name FROM operator WHERE is_active AND role IN ('sales', 'admin') OR id = :owner ORDER BY lower(name), id
"""


@dataclass(frozen=True)
class LeadFilters:
    """What the list is narrowed down by; all of it stands in the address.

    `whose` is "mine" or "nobody", `due` is "overdue" or "week" (with what is overdue), "" for all.
    """

    words: str = ""
    state: State = "open"
    whose: str = ""
    due: str = ""
    company: UUID | None = None

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out that an empty list would show."""
        return self != LeadFilters()

    def day(self, today: date) -> date | None:
        """The last day by which a lead is due to be shown."""
        return {"overdue": today - timedelta(days=1), "week": today + SOON}.get(self.due)


@dataclass(frozen=True)
class LeadList:
    """A page of leads, the most pressing first; `more` is the last one shown when others follow it."""

    rows: Sequence[Any]
    total: int
    more: UUID | None


def leads(
    db: Session, filters: LeadFilters, *, me: UUID, today: date, after: UUID | None = None, limit: int = PAGE
) -> LeadList:
    """One statement, however many there are."""
    like = "%" + filters.words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    asked = {
        "state": filters.state, "whose": filters.whose, "me": me, "due": filters.day(today),
        "company": filters.company, "words": filters.words, "like": like, "after": after, "limit": limit + 1,
    }  # fmt: skip
    rows = db.execute(text(ROWS), asked).all()
    shown = rows[:limit]
    return LeadList(shown, rows[0].total if rows else 0, shown[-1].id if len(rows) > limit else None)


def newest(db: Session, *, state: str, company: UUID | None, before: UUID | None, limit: int = PAGE) -> Sequence[Lead]:
    """Leads, the newest first, for programs; "" for any state."""
    query = select(Lead).order_by(Lead.id.desc()).limit(limit)
    if state:
        query = query.filter_by(state=state)
    if company is not None:
        query = query.filter_by(customer_id=company)
    return db.scalars(query.where(Lead.id < before) if before is not None else query).all()


def lead_by_id(db: Session, lead_id: UUID, *, to_change: bool = False) -> Lead | None:
    """One lead; `to_change` has others who change it wait."""
    return db.get(Lead, lead_id, with_for_update=to_change or None)


def time_line(db: Session, lead_id: UUID) -> Sequence[Any]:
    """What happened with it, the latest first."""
    return db.execute(text(LINE), {"lead": lead_id}).all()


def prospect_of(db: Session, lead_id: UUID) -> UUID | None:
    """The company that a lead's prospect is to become, where sales writes quotes for it already."""
    found: UUID | None = db.scalar(text(PROSPECT), {"lead": lead_id})
    return found


def sellers(db: Session, owner_id: UUID | None = None) -> list[tuple[UUID, str]]:
    """Who can own a lead: sales and administrators who work here, and whoever owns this one."""
    return [(row.id, row.name) for row in db.execute(text(SELLERS), {"owner": owner_id})]
