"""What a contract has agreed for a date comes true by the clock, with nobody at the keyboard."""

from __future__ import annotations

from typing import Final

import structlog
from sqlalchemy import Date, cast, exists, func, or_, select, union
from sqlalchemy.orm import Session

from quartier.contracts.beginnings import BEGUN, begin_modules
from quartier.contracts.models import ContractEvent, ContractLine, EntitlementOverride, ModuleTrial
from quartier.jobs.definition import Chore, House
from quartier.tenancy.models import Company

log = structlog.get_logger(__name__)

BEGIN: Final = "contracts.begin"
TODAY = cast(func.now(), Date)
TERMS: Final = ((ContractLine, ContractLine.stage == "accepted"), (EntitlementOverride,), (ModuleTrial,))
A_DAY = 1  # in every zone of the world it is yesterday, today or tomorrow


def begin_due(house: House, db: Session) -> None:
    """Set up the modules whose first day has come. Entitlement itself is decided by dates and waits for no clock.

    A suspended company's modules wait until it is back.
    """
    begun, open_now = exists().where(ContractEvent.kind == BEGUN), exists().where(Company.status == "active")
    due = [
        select(term.company_id).where(
            open_now.where(Company.id == term.company_id),
            term.starts <= TODAY + A_DAY,
            or_(term.ends.is_(None), term.ends >= TODAY - A_DAY),
            ~begun.where(ContractEvent.company_id == term.company_id, ContractEvent.subject == term.module),
            *conditions,
        )
        for term, *conditions in TERMS
    ]
    for company_id in db.scalars(union(*due)).all():
        for module in begin_modules(house.engine, house.plugins, company_id, actor="system"):
            log.info("module_begun", company=str(company_id), module=module)


CHORES = [Chore(BEGIN, begin_due, every="2 * * * *")]
