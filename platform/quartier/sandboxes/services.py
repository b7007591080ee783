"""Changing sandboxes: more time, another link, another owner."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from quartier.contracts import services as contracts
from quartier.contracts.events import record
from quartier.contracts.models import EntitlementOverride
from quartier.contracts.services import By
from quartier.sandboxes.making import REASON
from quartier.sandboxes.models import Sandbox
from quartier.sandboxes.planting import LASTS
from quartier.sandboxes.queries import Listed, sandbox_of
from quartier.tenancy.models import Company

LONGEST = timedelta(days=180)
"""A demo that is looked at for longer than this is no demo: it becomes a customer, or a new one is made."""
AFTER_QUOTE = timedelta(days=7)
"""How long a demo stays after the last day of a quote, for whoever is late and asks for another one."""


def extend(db: Session, one: Listed, *, by: str) -> bool:
    """Let it live for 30 days from today on; False when it would become too old, or is good for longer already.

    It ends as a day of its own begins, also when the clocks change meanwhile.
    """
    zone = ZoneInfo(one.company.timezone)
    ends = datetime.now(zone).date() + LASTS
    if ends - one.sandbox.created_at.astimezone(zone).date() > LONGEST:
        return False
    return _prolong(db, one, ends, by=by)


def keep(db: Session, company_id: UUID, last_day: date, *, by: str) -> None:
    """Let a demo live through a day, however old it is by then: somebody may say yes until that day, or has. Of one
    that lives longer, and of a real company, nothing follows."""
    if (one := sandbox_of(db, company_id, lock=True)) is not None:
        _prolong(db, one, last_day + timedelta(days=1), by=by)


def _prolong(db: Session, one: Listed, ends: date, *, by: str) -> bool:
    zone = ZoneInfo(one.company.timezone)
    before = one.ends.astimezone(zone).date()
    if ends <= before:
        return False
    one.company.demo_ends, one.sandbox.warned_at = datetime.combine(ends, time(), zone), None
    for grant in grants_of(db, one.company):
        contracts.change_override(db, grant, starts=grant.starts, ends=ends, by=By(by, REASON), reason=REASON)
    record(
        db, one.company.id, kind="sandbox.extended", subject=one.company.slug, actor=by,
        before={"ends": before.isoformat()}, after={"ends": ends.isoformat()},
    )  # fmt: skip
    db.flush()
    return True


def renew_link(db: Session, one: Listed, *, by: str) -> None:
    """Another link: the one so far opens nothing any more. Whoever is in stays in until the evening."""
    one.sandbox.serial = Sandbox.serial + 1
    record(db, one.company.id, kind="sandbox.relinked", subject=one.company.slug, actor=by)
    db.flush()
    db.refresh(one.sandbox)


def hand_over(db: Session, one: Listed, owner_id: UUID, owner: str, *, by: str) -> None:
    """Somebody else looks after it, and is warned before it goes."""
    one.company.manager_id = owner_id
    record(db, one.company.id, kind="sandbox.handed", subject=owner, actor=by)
    db.flush()


def end_grants(db: Session, company: Company, *, on: date, by: str) -> None:
    """Let what only the demo made possible end; of a real company nothing follows."""
    if company.demo_ends is not None:
        for grant in grants_of(db, company):
            contracts.end_override(db, grant, ends=on, by=By(by, REASON))


def grants_of(db: Session, company: Company) -> list[EntitlementOverride]:
    """What lets the modules of a sandbox work; nothing that anybody has sold or given."""
    found = db.query(EntitlementOverride).filter_by(company_id=company.id, effect="grant", reason=REASON)
    return list(found)
