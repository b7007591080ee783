"""Reading sandboxes, for the console and for the link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator
from quartier.sandboxes.models import Sandbox
from quartier.sandboxes.segments import Segment, segments
from quartier.tenancy.models import Company

MOST = 500
OPEN_QUOTE: Final = """
    SELECT q.id, q.number, v.valid_until FROM quote q
      JOIN quote_version v ON v.company_id = q.company_id AND v.quote_id = q.id AND v.number = q.version
     WHERE q.company_id = :company AND q.stage = 'sent'
       AND v.valid_until >= (now() AT TIME ZONE (v.content ->> 'timezone'))::date
     ORDER BY v.valid_until DESC, q.id LIMIT 1
"""


@dataclass(frozen=True)
class Listed:
    """A sandbox with its company, who looks after it, and when it goes."""

    sandbox: Sandbox
    company: Company
    owner: str
    ends: datetime

    @property
    def segment(self) -> Segment | None:
        """None where the installation has lost the segment."""
        return segments().get(self.sandbox.segment)

    @property
    def days_left(self) -> int:
        """Days that are left, today included."""
        return max(0, -((datetime.now(UTC) - self.ends) // timedelta(days=1)))

    @property
    def last_day(self) -> date:
        """The last day on which it is there, on the company's clock."""
        return self.ends.astimezone(ZoneInfo(self.company.timezone)).date() - timedelta(days=1)

    @property
    def is_whole(self) -> bool:
        """Whether everything is planted."""
        return set(self.sandbox.steps) <= set(self.sandbox.planted)


def sandboxes(db: Session) -> Sequence[Listed]:
    """All of them, those that go first on top."""
    found = db.execute(_all().order_by(Company.demo_ends, Company.name).limit(MOST))
    return [_listed(row) for row in found]


def sandbox_of(db: Session, company_id: UUID, *, lock: bool = False) -> Listed | None:
    """The sandbox of a company; None of a real one, and where there is no such company."""
    query = _all().where(Sandbox.company_id == company_id)
    row = db.execute(query.with_for_update(of=Sandbox) if lock else query).first()
    return _listed(row) if row else None


@dataclass(frozen=True)
class OpenQuote:
    """A quote that can still be accepted, through its last day."""

    id: UUID
    number: str
    valid_until: date


def open_quote(db: Session, company_id: UUID) -> OpenQuote | None:
    """The one of a company's quotes that can be accepted longest; None where nothing lies before it."""
    row = db.execute(text(OPEN_QUOTE), {"company": company_id}).first()
    return OpenQuote(row.id, row.number, row.valid_until) if row else None


def _all() -> Any:
    query = select(Sandbox, Company, Operator.name).join(Company, Company.id == Sandbox.company_id)
    return query.outerjoin(Operator, Operator.id == Company.manager_id).where(Company.demo_ends.is_not(None))


def _listed(row: Any) -> Listed:
    return Listed(row[0], row[1], row[2] or row[0].made_by, row[1].demo_ends)
