"""Moving a contract through its life, and throwing a draft away."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.contracts import services
from quartier.contracts.events import record
from quartier.contracts.models import Contract, ContractLine
from quartier.contracts.refusal import ContractError
from quartier.contracts.services import By
from quartier.contracts.stages import NEXT
from quartier.i18n.texts import gettext as _


def move(db: Session, contract: Contract, stage: str, *, by: By) -> None:
    """Offer a draft, accept an offer, or make an offer a draft again.

    Raises ContractError for a step that is not possible from where the contract is now, for an offer of nothing, and
    for lines that overlap with what runs.
    """
    services.one_at_a_time(db, contract.company_id)
    db.refresh(contract)
    if stage not in NEXT[contract.stage]:
        raise ContractError("_schema", _("Somebody has moved this contract in the meantime. Open its page anew."))
    query = select(ContractLine).filter_by(company_id=contract.company_id, contract_id=contract.id)
    lines = list(db.scalars(query))
    if stage == "offered" and not lines:
        raise ContractError("_schema", _("An offer needs at least one line."))
    if stage == "accepted":
        for line in lines:
            services.no_overlap(db, contract, line.module, line.starts, line.ends, but=line.id, binding=True)
    before, contract.stage = contract.stage, stage
    db.flush()
    for line in lines:
        db.expire(line)
    record(
        db, contract.company_id, kind="contract.staged", subject=contract.number, before={"stage": before},
        after={"stage": stage}, actor=by.actor, reason=by.reason,
    )  # fmt: skip


def take_back(db: Session, contract: Contract, *, by: By) -> None:
    """Forget a contract that was accepted, lines and all, as if it had not been; that it was stays written down.

    What depends on it is for the caller to know. Raises ContractError for one that nobody has accepted.
    """
    services.one_at_a_time(db, contract.company_id)
    db.refresh(contract)
    if contract.stage != "accepted":
        raise ContractError("_schema", _("Somebody has moved this contract in the meantime. Open its page anew."))
    contract.stage = "draft"
    db.flush()
    record(
        db, contract.company_id, kind="contract.staged", subject=contract.number, before={"stage": "accepted"},
        after={"stage": "draft"}, actor=by.actor, reason=by.reason,
    )  # fmt: skip
    throw_away(db, contract, by=by)


def throw_away(db: Session, contract: Contract, *, by: By) -> None:
    """Forget a draft with its lines; that it was there stays written down. Raises ContractError for anything else."""
    services.one_at_a_time(db, contract.company_id)
    db.refresh(contract)
    if contract.stage != "draft":
        raise ContractError("_schema", _("Only a draft can be thrown away."))
    company_id, number = contract.company_id, contract.number
    db.delete(contract)
    db.flush()
    record(db, company_id, kind="contract.discarded", subject=number, actor=by.actor, reason=by.reason)
