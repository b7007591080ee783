"""The first moment a module works at a company: its plugin plants what it needs to start.

Once in a company's life, not at every switch: what people have thrown away since must not come back when a module is
switched off and on again. The event `module.begun` remembers it.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import structlog
from sqlalchemy import Engine, select

from quartier.contracts.entitlement import Level
from quartier.contracts.events import record
from quartier.contracts.models import ContractEvent
from quartier.contracts.queries import LINES, SWITCHES, needs_of, standing
from quartier.db.turns import take_turn
from quartier.plugin.manager import Plugins
from quartier.tenancy.session import CompanySession

log = structlog.get_logger(__name__)

BEGUN = "module.begun"


def begin_modules(
    engine: Engine, plugins: Plugins, company_id: UUID, *, actor: str, but: Iterable[str] = ()
) -> list[str]:
    """Call `module_switched_on` for modules that work and never did before; returns those that were set up.

    Runs after the sale is committed and in transactions of its own, one per module: a plugin that raises is logged and
    counted, what it wrote is taken back, the sale stands, and the next change tries again. `but` are modules that are
    planted in another way and only need to be remembered.

    A line whose first day comes by date alone is met by the clock (`contracts.jobs`): loading a snapshot is reading,
    and must neither write nor wait for a plugin.
    """
    db = CompanySession(engine, company_id)
    try:
        return [slug for slug in _new(db, plugins) if _begin(db, plugins, slug, actor, quietly=slug in set(but))]
    finally:
        db.close()


def _new(db: CompanySession, plugins: Plugins) -> list[str]:
    these = {"companies": [db.company_id]}
    left = standing(db.rows(LINES, these), db.rows(SWITCHES, these)).levels(needs_of(plugins))
    works = {slug for slug, level in left.items() if level > Level.READ_ONLY}
    begun = set(db.scalars(select(ContractEvent.subject).filter_by(kind=BEGUN)))
    db.rollback()
    return sorted(works - begun)


def _begin(db: CompanySession, plugins: Plugins, slug: str, actor: str, *, quietly: bool) -> bool:
    take_turn(db, f"{BEGUN} {db.company_id} {slug}")
    if db.scalars(select(ContractEvent.id).filter_by(kind=BEGUN, subject=slug)).first():
        db.rollback()
        return False
    failures = plugins.failures[slug, "module_switched_on"]
    try:
        if not quietly:
            for _answer in plugins.call("module_switched_on", on=[slug], db=db, actor=actor):
                pass  # planting is all there is to it
            if plugins.failures[slug, "module_switched_on"] > failures:
                return False
        record(db, db.company_id, kind=BEGUN, subject=slug, actor=actor)
        db.commit()
    except Exception:
        plugins.failures[slug, "module_switched_on"] += 1
        log.exception("module_not_begun", module=slug)
        return False
    else:
        return True
    finally:
        db.rollback()
