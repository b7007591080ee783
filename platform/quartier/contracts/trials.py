"""Trying a module: an overlay of dates beside the contract, once in a company's life."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.contracts import services
from quartier.contracts.entitlement import entitled
from quartier.contracts.events import record
from quartier.contracts.models import ModuleTrial
from quartier.contracts.queries import standings
from quartier.contracts.refusal import ContractError
from quartier.contracts.services import By
from quartier.contracts.wording import until
from quartier.db.base import new_id
from quartier.i18n.texts import gettext as _
from quartier.i18n.texts import ngettext
from quartier.tenancy.models import Company

USUAL, LONGEST = 30, 92  # days


def start_trial(
    db: Session, company: Company, *, module: str, starts: date, ends: date | None, by: By
) -> ModuleTrial:  # fmt: skip
    """Let a company use a module until the day before `ends`, 30 days by default.

    Raises ContractError for a module that was tried before, is there anyway, or would be tried for too long.
    """
    ends = ends or starts + timedelta(days=USUAL)
    services.in_order(starts, ends)
    if (ends - starts).days > LONGEST:
        raise ContractError(
            "until",
            ngettext("A trial lasts %(num)s day at most.", "A trial lasts %(num)s days at most.", LONGEST),
        )
    services.one_at_a_time(db, company.id)
    before = db.scalars(select(ModuleTrial).filter_by(company_id=company.id, module=module)).first()
    if before is not None:
        raise ContractError(
            "module",
            _("The company has tried this module already: %(days)s. A grant gives it more time.",
              days=until(before.starts, before.ends)),
        )  # fmt: skip
    if module in entitled(standings(db, [company.id])[company.id].spans, datetime.now(UTC)):
        raise ContractError("module", _("The company may use this module already."))
    trial = ModuleTrial(
        company_id=company.id, id=new_id(), module=module, starts=starts, ends=ends, reason=by.reason, author=by.actor
    )
    db.add(trial)
    db.flush()
    after = {"starts": starts.isoformat(), "ends": ends.isoformat()}
    record(db, company.id, kind="trial.added", subject=module, after=after, actor=by.actor, reason=by.reason)
    return trial


def plant_trial(
    db: Session, company_id: UUID, module: str, wanted: Mapping[str, Any], there: ModuleTrial | None, *, by: By
) -> None:
    """What a folder says was tried: `starts`, `ends`, `reason`. That it may be over, or was long, is how it is."""
    services.in_order(wanted["starts"], wanted["ends"])
    if there is not None:
        there.starts, there.reason = wanted["starts"], wanted["reason"]
        end_trial(db, there, ends=wanted["ends"], by=by)
        return
    trial = ModuleTrial(company_id=company_id, id=new_id(), module=module, author=by.actor, **wanted)
    db.add(trial)
    db.flush()
    after = {name: wanted[name].isoformat() for name in ("starts", "ends")}
    record(db, company_id, kind="trial.added", subject=module, after=after, actor=by.actor, reason=wanted["reason"])


def end_trial(db: Session, trial: ModuleTrial, *, ends: date, by: By) -> None:
    """Another last day. A trial that ends before it began stays written down as one: it is not had again."""
    if (ends - trial.starts).days > LONGEST:
        raise ContractError(
            "until",
            ngettext("A trial lasts %(num)s day at most.", "A trial lasts %(num)s days at most.", LONGEST),
        )
    before, trial.ends = {"ends": trial.ends.isoformat()}, max(ends, trial.starts)
    db.flush()
    after = {"ends": trial.ends.isoformat()}
    if before != after:
        record(
            db, trial.company_id, kind="trial.changed", subject=trial.module, before=before, after=after,
            actor=by.actor, reason=by.reason,
        )  # fmt: skip
