"""A company that needs more units than its contract covers says so, and sales sees it until a contract changes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quartier.contracts.events import record
from quartier.contracts.models import ContractEvent
from quartier.leads.services import ask_sales
from quartier.tenancy.session import CompanySession

ASKED = "units.asked"


def ask_for_units(db: CompanySession, *, wanted: int, note: str, actor: str, today: date) -> None:
    """Write down that somebody at the company wants room for `wanted` units in all, and have sales follow it up."""
    ask_sales(db, source="quota", topic="units", amount=wanted, asks=actor, note=note, today=today)
    record(db, db.company_id, kind=ASKED, subject=str(wanted), actor=actor, reason=note, after={"unit_quota": wanted})


def open_request(db: Session, company_id: UUID) -> ContractEvent | None:
    """The last wish that no change of a contract has answered yet."""
    changed = select(func.max(ContractEvent.happened_at)).filter_by(company_id=company_id)
    answered = db.scalar(changed.where(ContractEvent.kind.in_(("contract.added", "contract.changed"))))
    newest = (
        select(ContractEvent)
        .filter_by(company_id=company_id, kind=ASKED)
        .order_by(ContractEvent.happened_at.desc(), ContractEvent.id.desc())
    )
    wish = db.scalars(newest.limit(1)).first()
    return wish if wish is not None and (answered is None or wish.happened_at > answered) else None
