"""How soon a company's people are written to, where they have not chosen themselves."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, update

from quartier.contracts.events import record
from quartier.deliveries import choices
from quartier.deliveries.services import company_paces, save_paces
from quartier.mail.kinds import MailKind
from quartier.tenancy.models import Company
from quartier.tenancy.session import CompanySession
from quartier.web.shell import shell
from quartier.web.visit import Visit

CHANGED = "notifications.changed"


def kinds_here(visit: Visit) -> dict[str, MailKind]:
    """Every kind of mail at this company."""
    return choices.present(shell().mails, shell().plugins.installed, visit.company.modules)


def set_paces(db: CompanySession, kinds: Mapping[str, MailKind], wanted: Mapping[str, str], *, actor: str) -> list[str]:
    """Put these kinds where they are wanted, and write down who did; gives back those that have moved.

    `wanted` holds paces that their kinds know.
    """
    stored = company_paces(db)
    before = {key: choices.pace_of(kinds[key], stored, {}) for key in wanted}
    moved = {key: pace for key, pace in wanted.items() if pace != before[key]}
    if not moved:
        return []
    save_paces(db, moved)
    db.execute(
        update(Company).where(Company.id == db.company_id).values(version=Company.version + 1, changed_at=func.now())
    )
    for key, pace in moved.items():
        record(db, db.company_id, kind=CHANGED, subject=key, actor=actor, before={"value": before[key]},
               after={"value": pace})  # fmt: skip
    return list(moved)
