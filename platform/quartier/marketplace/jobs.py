"""Carrying out what the company approved: the portal may not write into contracts, so the platform does."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from quartier.contracts.beginnings import begin_modules
from quartier.jobs.definition import Job, Work
from quartier.marketplace import stuck
from quartier.marketplace.models import ProductOrder
from quartier.marketplace.services import BEGIN, FULFIL, fulfil
from quartier.marketplace.telling import tell_buyers


def carry_out(work: Work, *, order: str) -> None:
    """Write the line, set the module up, tell who may buy. Done twice it does nothing the second time."""
    house, company = work.house, work.company
    with Session(house.platform, expire_on_commit=False) as db:
        found = db.get(ProductOrder, (company.id, UUID(order)))
        if found is None:
            return
        today = datetime.now(company.zone).date()
        state = fulfil(db, found, today=today, modules=frozenset(house.plugins.serving))
        db.commit()
    if state in ("done", "failed"):
        begin_modules(house.engine, house.plugins, company.id, actor=found.answered_by)
        tell_buyers(work.db, company, found)


def begin(work: Work) -> None:
    """Set up what a program began to try: its request has to answer first."""
    begin_modules(work.house.engine, work.house.plugins, work.company.id, actor="system")


JOBS = [Job(FULFIL, carry_out, attempts=6), Job(BEGIN, begin), *stuck.JOBS]
CHORES = stuck.CHORES
