"""Somebody has said yes to a quote: the demo becomes the real company when the contract begins, without hands.

Whoever takes a yes calls `expect`, in its transaction; whoever takes it back calls `expect` with no moment.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from quartier.jobs.definition import Chore, House
from quartier.jobs.queue import summon
from quartier.sandboxes.becoming import Choice, NotNow, become
from quartier.sandboxes.models import Sandbox
from quartier.sandboxes.services import keep

log = structlog.get_logger(__name__)

BECOME: Final = "sandboxes.become"


def expect(db: Session, company_id: UUID, at: datetime | None) -> None:
    """Let the company's demo become real at that moment, or not after all; of a real company nothing follows."""
    expecting = update(Sandbox).where(Sandbox.company_id == company_id).values(becomes_at=at)
    found = db.execute(expecting.returning(Sandbox.made_by).execution_options(synchronize_session=False)).first()
    if found is not None and at is not None:
        summon(db, BECOME, at=at)
        keep(db, company_id, at.date() + timedelta(days=1), by=found.made_by)


def become_due(house: House, db: Session) -> None:
    """What is due becomes real, with the answers that lose nothing: changed samples stay, and so do colleagues of the
    prospect's own, who cannot sign in until somebody who manages the team lets them."""
    due = select(Sandbox.company_id).where(Sandbox.becomes_at <= func.now())
    found = list(db.scalars(due.order_by(Sandbox.becomes_at)))
    db.rollback()  # each becomes real in a transaction of its own
    for company_id in found:
        try:
            become(house, company_id, Choice(), by="system")
        except NotNow:
            continue  # still being planted, or done by somebody meanwhile
        log.info("sandbox_became_real", company=str(company_id))


CHORES = [Chore(BECOME, become_due, every="7,17,27,37,47,57 * * * *")]
