"""Changing contracts: lines, overrides, switches. Each change writes down who, why, before and after.

Nothing here commits: the console first tries a change inside a savepoint to show what it would do.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.orm import Session

from quartier.contracts.events import record
from quartier.contracts.models import Contract, ContractLine, EntitlementOverride, ModuleSwitch
from quartier.contracts.refusal import ContractError
from quartier.contracts.sale import Sale
from quartier.contracts.wording import until
from quartier.db.base import new_id
from quartier.db.turns import take_turn
from quartier.i18n import formats
from quartier.i18n.texts import gettext as _

NO_PRICE = Sale()


@dataclass(frozen=True)
class By:
    """Who changes something, and why."""

    actor: str
    reason: str = ""


def add_contract(  # noqa: PLR0913 - these are the terms
    db: Session,
    company_id: UUID,
    *,
    number: str,
    timezone: str,
    starts: date,
    ends: date | None,
    unit_quota: int | None = None,
    file_quota: int | None = None,
    stage: str = "accepted",
    currency: str = "CHF",
    begins_at: time = time.min,
    by: By,
) -> Contract:
    """A further agreement. Its dates are local dates of `timezone`, `ends` is the first day after it; on the first one
    it begins at a minute of the local clock.

    `unit_quota` is how many units it covers, None as many as they like; `file_quota` how many gigabytes of files, None
    the usual amount.
    """
    in_order(starts, ends)
    _number_is_free(db, company_id, number)
    contract = Contract(
        company_id=company_id, id=new_id(), number=number, timezone=timezone, starts=starts, ends=ends,
        unit_quota=unit_quota, file_quota=file_quota, stage=stage, currency=currency, begins_at=begins_at,
    )  # fmt: skip
    db.add(contract)
    db.flush()
    record(
        db, company_id, kind="contract.added", subject=number, after=_terms(contract), actor=by.actor, reason=by.reason
    )
    return contract


def change_contract(  # noqa: PLR0913 - these are the terms
    db: Session,
    contract: Contract,
    *,
    number: str,
    starts: date,
    ends: date | None,
    unit_quota: int | None,
    file_quota: int | None = None,
    currency: str | None = None,
    by: By,
) -> None:
    """Another number, other dates, more or fewer units. A contract that ends takes its lines with it, though they stay
    written down; a quota below what there is takes nothing away, it stops growth."""
    in_order(starts, ends)
    if number != contract.number:
        _number_is_free(db, contract.company_id, number)
    _is_open(contract)
    before = {"number": contract.number, **_terms(contract)}
    if currency is not None and currency != contract.currency:
        _has_no_price(db, contract)
        contract.currency = currency
    contract.number, contract.starts, contract.ends, contract.unit_quota = number, starts, ends, unit_quota
    contract.file_quota = file_quota
    db.flush()
    _note(
        db,
        contract.company_id,
        kind="contract.changed",
        subject=number,
        before=before,
        after={"number": number, **_terms(contract)},
        by=by,
    )


def add_line(
    db: Session, contract: Contract, *, module: str, starts: date, ends: date | None, by: By, sale: Sale = NO_PRICE
) -> ContractLine:
    """Sell a product from `starts` until the day before `ends`."""
    in_order(starts, ends)
    _is_open(contract)
    no_overlap(db, contract, module, starts, ends)
    line = ContractLine(
        company_id=contract.company_id, id=new_id(), contract_id=contract.id, module=module, starts=starts, ends=ends,
        stage=contract.stage, version_id=sale.version_id, quantity=sale.quantity, price=sale.price, period=sale.period,
        needs=sale.needs,
    )  # fmt: skip
    db.add(line)
    db.flush()
    after = {"contract": contract.number, **_dates(line), **_price(contract, sale)}
    record(db, contract.company_id, kind="line.added", subject=module, after=after, actor=by.actor, reason=by.reason)
    return line


def change_line(db: Session, line: ContractLine, *, starts: date, ends: date | None, by: By) -> None:
    """Move the ends of a line; ending it is this as well."""
    in_order(starts, ends)
    contract = db.get_one(Contract, (line.company_id, line.contract_id))
    _is_open(contract)
    no_overlap(db, contract, line.module, starts, ends, but=line.id)
    before = _dates(line)
    line.starts, line.ends = starts, ends
    db.flush()
    _note(db, line.company_id, kind="line.changed", subject=line.module, before=before, after=_dates(line), by=by)


def remove_line(db: Session, line: ContractLine, *, by: By) -> None:
    """Take back a line that was a mistake. One that has been in force is history: it is ended, not removed."""
    contract = db.get_one(Contract, (line.company_id, line.contract_id))
    _is_open(contract)
    if contract.stage == "accepted" and line.starts <= local_today(contract.timezone):
        raise ContractError("ends", _("This line is already in force. Give it an end instead."))
    before = {"contract": contract.number, **_dates(line)}
    db.delete(line)
    db.flush()
    record(
        db, line.company_id, kind="line.removed", subject=line.module, before=before, actor=by.actor, reason=by.reason
    )


def add_override(
    db: Session, company_id: UUID, *, module: str, effect: str, starts: date, ends: date | None, by: By
) -> EntitlementOverride:
    """Grant or deny a module beside the contract, for a reason that people will read."""
    in_order(starts, ends)
    override = EntitlementOverride(
        company_id=company_id, id=new_id(), module=module, effect=effect, starts=starts, ends=ends, reason=by.reason,
        author=by.actor,
    )  # fmt: skip
    db.add(override)
    db.flush()
    record(
        db, company_id, kind=f"{effect}.added", subject=module, after=_dates(override), actor=by.actor, reason=by.reason
    )
    return override


def change_override(
    db: Session, override: EntitlementOverride, *, starts: date, ends: date | None, reason: str, by: By
) -> None:
    """Another period or reason for a grant or a denial."""
    in_order(starts, ends)
    before = _dates(override) | {"reason": override.reason}
    override.starts, override.ends, override.reason = starts, ends, reason
    db.flush()
    after = _dates(override) | {"reason": reason}
    kind = f"{override.effect}.changed"
    _note(db, override.company_id, kind=kind, subject=override.module, before=before, after=after, by=by)


def end_override(db: Session, override: EntitlementOverride, *, ends: date, by: By) -> None:
    """Let a grant or a denial end; one that has not begun by then never was."""
    before = _dates(override)
    if ends <= override.starts:
        db.delete(override)
        db.flush()
        record(
            db,
            override.company_id,
            kind=f"{override.effect}.removed",
            subject=override.module,
            before=before,
            actor=by.actor,
            reason=by.reason,
        )
        return
    override.ends = ends
    db.flush()
    _note(
        db,
        override.company_id,
        kind=f"{override.effect}.changed",
        subject=override.module,
        before=before,
        after=_dates(override),
        by=by,
    )


def switch(db: Session, company_id: UUID, wanted: Mapping[str, bool], *, by: By) -> None:
    """Make the company's choice what is wanted, for the modules named; the others stay as they are."""
    query = select(ModuleSwitch).filter_by(company_id=company_id).where(ModuleSwitch.module.in_(wanted))
    known = {row.module: row for row in db.scalars(query)}
    for module, on in wanted.items():
        row = known.get(module)
        if (row.is_on if row else False) is on:
            continue
        if row is None:
            row = ModuleSwitch(company_id=company_id, id=new_id(), module=module)
            db.add(row)
        row.is_on, row.changed_at = on, func.now()
        record(
            db,
            company_id,
            kind="module.switched",
            subject=module,
            before={"on": not on},
            after={"on": on},
            actor=by.actor,
            reason=by.reason,
        )
    db.flush()


def switch_of(db: Session, company_id: UUID, module: str) -> ModuleSwitch:
    """The row of the company's choice; made, and off, where there is none."""
    row = db.scalars(select(ModuleSwitch).filter_by(company_id=company_id, module=module)).first()
    if row is None:
        row = ModuleSwitch(company_id=company_id, id=new_id(), module=module, is_on=False)
        db.add(row)
        db.flush()
    return row


def local_today(timezone: str) -> date:
    """The date of today where a contract counts its days."""
    return datetime.now(UTC).astimezone(ZoneInfo(timezone)).date()


def in_order(starts: date, ends: date | None) -> None:
    if ends is not None and ends <= starts:
        raise ContractError(
            "until", _("The last day lies before the first one (%(date)s).", date=formats.format_date(starts))
        )


def _number_is_free(db: Session, company_id: UUID, number: str) -> None:
    one_at_a_time(db, company_id)
    if db.scalars(select(Contract.id).filter_by(company_id=company_id, number=number)).first():
        raise ContractError("number", _("This company already has a contract with this number."))


def _is_open(contract: Contract) -> None:
    """What lies before a customer is not changed under their eyes."""
    if contract.stage == "offered":
        raise ContractError("_schema", _("This contract is offered. Make it a draft again to change it."))


def _has_no_price(db: Session, contract: Contract) -> None:
    """Prices are frozen in the contract's one currency; there is no rate at which they could follow another."""
    priced = select(ContractLine.id).filter_by(company_id=contract.company_id, contract_id=contract.id)
    if db.scalars(priced.where(ContractLine.price.is_not(None)).limit(1)).first():
        raise ContractError("currency", _("Lines have prices in %(currency)s already.", currency=contract.currency))


def no_overlap(
    db: Session,
    contract: Contract,
    module: str,
    starts: date,
    ends: date | None,
    *,
    but: UUID | None = None,
    binding: bool = False,
) -> None:
    """The database holds this too (`one_line_at_a_time`); here it gets a sentence that names the other line.

    Drafts and offers are compared with themselves only, as they may well follow or replace what runs now, until they
    become `binding`.
    """
    one_at_a_time(db, contract.company_id)
    query = _lines_beside(contract, module, binding=binding or contract.stage == "accepted")
    query = query.where(or_(ContractLine.ends.is_(None), ContractLine.ends > starts))
    if ends is not None:
        query = query.where(ContractLine.starts < ends)
    if but is not None:
        query = query.where(ContractLine.id != but)
    other = db.execute(query.order_by(ContractLine.starts)).first()
    if other is None:
        return
    line, number = other
    raise ContractError(
        "starts",
        _(
            "These days overlap with another line of this module in contract %(number)s: %(days)s. "
            "Let that one end first, or choose other days.",
            number=number,
            days=until(line.starts, line.ends),
        ),
    )


def _lines_beside(contract: Contract, module: str, *, binding: bool) -> Select[ContractLine, str]:
    """Lines of the module in this contract and, if it is binding, in all that count, with their contract's number."""
    counting = or_(ContractLine.contract_id == contract.id, literal(binding) & _counts())
    return (
        select(ContractLine, Contract.number)
        .join(Contract, (Contract.company_id == ContractLine.company_id) & (Contract.id == ContractLine.contract_id))
        .where(ContractLine.company_id == contract.company_id, ContractLine.module == module, counting)
    )


def one_at_a_time(db: Session, company_id: UUID) -> None:
    """Two people at one company's contracts: the second sees what the first did, not a constraint's error."""
    take_turn(db, f"contracts of {company_id}")


def _counts() -> ColumnElement[bool]:
    return ContractLine.stage == "accepted"


def _terms(contract: Contract) -> dict[str, object]:
    quotas = {"unit_quota": contract.unit_quota, "file_quota": contract.file_quota}
    minute = {"begins_at": contract.begins_at.isoformat("minutes")} if contract.begins_at > time.min else {}
    return {**_dates(contract), **minute, **quotas, "stage": contract.stage, "currency": contract.currency}


def _price(contract: Contract, sale: Sale) -> dict[str, object]:
    if sale.price is None:
        return {}
    return {"quantity": sale.quantity, "price": f"{contract.currency} {sale.price}", "period": sale.period}


def _dates(thing: Any) -> dict[str, object]:
    return {"starts": thing.starts.isoformat(), "ends": thing.ends.isoformat() if thing.ends else None}


def _note(
    db: Session,
    company_id: UUID,
    *,
    kind: str,
    subject: str,
    before: dict[str, object],
    after: dict[str, object],
    by: By,
) -> None:
    """Only what differs is worth a line in the history; nothing differing is no event."""
    if changed := [name for name in after if before[name] != after[name]]:
        old, new = ({name: values[name] for name in changed} for values in (before, after))
        record(db, company_id, kind=kind, subject=subject, before=old, after=new, actor=by.actor, reason=by.reason)
