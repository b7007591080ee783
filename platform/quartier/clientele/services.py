"""Giving a company to somebody, handing everything over, and leaving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator, OperatorSession
from quartier.alerts.services import Alert, tell
from quartier.config import Config
from quartier.contracts.events import record
from quartier.db.base import new_id
from quartier.leads.models import Lead, LeadNote
from quartier.tenancy.models import Company

CARED: Final = "company.manager"
QUOTES: Final = """
    UPDATE quote SET owner_id = :to, owner = :name WHERE owner_id = :former AND stage IN ('draft', 'sent') RETURNING id
"""


class CareError(Exception):
    """Why somebody cannot look after a company or leave; the sentence for whoever tried."""


@dataclass(frozen=True)
class HandedOver:
    """How much of somebody's is now another one's; demos count among the companies."""

    companies: int
    leads: int
    quotes: int


def assign(db: Session, company: Company, manager: Operator | None, *, by: str) -> bool:
    """Have somebody look after the company from now on, or nobody; False where it was so already."""
    if (manager.id if manager else None) == company.manager_id:
        return False
    before = db.get(Operator, company.manager_id) if company.manager_id else None
    company.manager_id = manager.id if manager else None
    record(
        db, company.id, kind=CARED, subject="", actor=by, before={"manager": before.name if before else None},
        after={"manager": manager.name if manager else None},
    )  # fmt: skip
    db.flush()
    return True


def hand_over(db: Session, former: Operator, to: Operator | None, *, by: str) -> HandedOver:
    """Everything open of `former` becomes another one's: companies, demos, leads, quotes. Leads and quotes of a company
    that is somebody else's go along, too: it is the person who stops, not the company.

    To nobody: it stands among what nobody looks after, and all of sales hears of it.
    """
    companies = db.scalars(select(Company).filter_by(manager_id=former.id).order_by(Company.id).with_for_update()).all()
    for company in companies:
        assign(db, company, to, by=by)
    leads = db.scalars(select(Lead).filter_by(owner_id=former.id, state="open").with_for_update()).all()
    for lead in leads:
        lead.owner_id, lead.version = (to.id if to else None), lead.version + 1
        changes = {"owner_id": [former.name, to.name if to else None]}
        db.add(LeadNote(id=new_id(), lead_id=lead.id, kind="changed", author=by, note="", changes=changes))
    new = {"former": former.id, "to": to.id if to else None, "name": to.name if to else former.name}
    quotes = db.execute(text(QUOTES), new).all()
    db.flush()
    return HandedOver(len(companies), len(leads), len(quotes))


def tell_yours(db: Session, config: Config, company: Company, manager: Operator | None, *, but: UUID) -> None:
    """Whoever looks after the company now hears of it, unless they have made it so themselves (`but`)."""
    if manager is not None and manager.id != but:
        event = f"company.given:{company.id}:{new_id()}"
        tell(db, config, Alert("company.given", f"/companies/{company.id}", event, company.id), [manager])


def tell_handed(
    db: Session, config: Config, former: Operator, to: Operator | None, done: HandedOver, *, but: UUID
) -> None:
    """The same for everything of somebody's at once: one line, however much it is."""
    if to is not None and to.id != but and any(vars(done).values()):
        facts = {"from": former.name, **vars(done)}
        tell(db, config, Alert("handed.over", f"/operators/{to.id}", f"handed.over:{new_id()}", facts=facts), [to])


def deactivate(db: Session, operator: Operator, to: Operator | None, *, by: Operator) -> HandedOver:
    """Somebody has left: out of every session at once, no way in, and what was theirs is another one's.

    Raises CareError for oneself and for the last administrator, who could not be let in again.
    """
    if operator.id == by.id:
        raise CareError("self")
    admins = select(func.count()).select_from(Operator).where(Operator.role == "admin", Operator.is_active)
    if operator.role == "admin" and db.scalar(admins) == 1:
        raise CareError("last")
    handed = hand_over(db, operator, to, by=by.name)
    operator.is_active = False
    db.execute(delete(OperatorSession).where(OperatorSession.account_id == operator.id))
    db.flush()
    return handed


def reactivate(db: Session, operator: Operator) -> None:
    """Back again, with the password of before; what was handed over stays where it is."""
    operator.is_active = True
    db.flush()
