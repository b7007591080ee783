"""By the clock: whoever looks after a demo is told before it goes, and then it goes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quartier.accounts.models import Operator
from quartier.alerts.queries import readers_of
from quartier.alerts.services import Alert, tell
from quartier.jobs.definition import Chore, House
from quartier.mail.letters import Letter
from quartier.sandboxes.letters import ending_letter
from quartier.sandboxes.models import Sandbox
from quartier.sandboxes.removing import NoSandbox, remove
from quartier.tenancy.models import Company

WARNING: Final = timedelta(days=5)


def tend(house: House, db: Session) -> None:
    """Warn once, and remove what is over; nothing goes before the day after its warning."""
    now = datetime.now(UTC)
    for sandbox, company, ends in _ending(db, now + WARNING):
        if sandbox.warned_at is None:
            _warn(house, db, sandbox, company, ends)
    db.commit()
    for sandbox, company, _ends in _ending(db, now):
        if sandbox.warned_at is not None and sandbox.warned_at < now - timedelta(days=1):
            try:
                remove(db, house.storage, company.id, over=now)
            except NoSandbox:
                db.rollback()  # it has become a customer or lives longer meanwhile, or has a quote to answer


def _ending(db: Session, until: datetime) -> list[tuple[Sandbox, Company, datetime]]:
    query = select(Sandbox, Company).join(Company, Company.id == Sandbox.company_id)
    found = db.execute(query.where(Company.demo_ends <= until, Sandbox.becomes_at.is_(None)))
    return [(row[0], row[1], row[1].demo_ends) for row in found if row[1].demo_ends]


def _warn(house: House, db: Session, sandbox: Sandbox, company: Company, ends: datetime) -> None:
    """To who looks after it, or to all who sell where nobody does."""
    last = ends.astimezone(ZoneInfo(company.timezone)).date() - timedelta(days=1)
    path, event = f"/sandboxes/{company.id}", f"demo.ending:{company.id}:{last}"
    alert = Alert("demo.ending", path, event, company.id, {"last": last.isoformat()})

    def write(reader: Operator, url: str) -> Letter:
        return ending_letter(reader.name, company, ends, url, visits=sandbox.visits)

    tell(db, house.config, alert, readers_of(db, company.id), write=write)
    sandbox.warned_at = func.now()
    db.flush()


CHORES = [Chore("sandboxes.tend", tend, every="11 * * * *")]
