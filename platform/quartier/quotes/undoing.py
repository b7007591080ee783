"""Taking an acceptance back in one step, while nothing later depends on it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from quartier.contracts import moving
from quartier.contracts import services as contracts
from quartier.contracts.entitlement import Span, entitled
from quartier.contracts.events import record
from quartier.contracts.models import Contract, ContractEvent, ContractLine
from quartier.contracts.queries import standings
from quartier.contracts.refusal import ContractError
from quartier.contracts.services import By
from quartier.db.base import new_id
from quartier.i18n.texts import gettext as _
from quartier.quotes import services
from quartier.quotes.content import Content
from quartier.quotes.models import Quote, QuoteAcceptance, QuoteVersion
from quartier.quotes.services import Seller
from quartier.sandboxes.yes import expect


def undo(db: Session, quote: Quote, *, reason: str, by: Seller) -> None:
    """The contract goes, and what accepting has switched on is off again; nothing that people wrote is deleted.

    Raises ContractError with all that later depends on it, and for a quote that is not accepted.
    """
    services.lock(db, quote)
    contract = contract_of(db, quote)
    if quote.stage != "accepted" or contract is None:
        raise ContractError("_schema", _("Only an accepted quote can be taken back."))
    if later := depending(db, quote, contract):
        raise ContractError("_schema", _("This depends on it: %(things)s.", things="; ".join(later)))
    why = By(by.name, reason)
    switched = _to_switch_off(db, quote)
    moving.take_back(db, contract, by=why)
    contracts.switch(db, quote.company_id, dict.fromkeys(switched, False), by=why)
    quote.stage, quote.contract_id, quote.mark, quote.changed_by = "undone", None, new_id(), by.name
    services.revoke_links(db, quote)
    expect(db, quote.company_id, None)
    db.flush()
    record(
        db, quote.company_id, kind="quote.undone", subject=quote.number, actor=by.name, reason=reason,
        before={"stage": "accepted"}, after={"stage": "undone"},
    )  # fmt: skip


def contract_of(db: Session, quote: Quote) -> Contract | None:
    """What it became."""
    return db.get(Contract, (quote.company_id, quote.contract_id)) if quote.contract_id else None


def depending(db: Session, quote: Quote, contract: Contract) -> list[str]:
    """What came later and would not stand without it, as sentences without a full stop."""
    return [*_changed(db, quote, contract), *_following(db, contract), *_needing(db, contract)]


def _changed(db: Session, quote: Quote, contract: Contract) -> list[str]:
    """What sales has made of the contract since: that would be lost."""
    accepted, content = accepted_content(db, quote)
    if accepted is None or content is None:
        return []
    sold = {one.key: one for one in content.lines}
    found = []
    for line in _lines(db, contract):
        was = sold.pop(line.module, None)
        if was is None:
            found.append(_("“%(product)s” was added to the contract later", product=line.module))
        elif (line.price, line.quantity, line.ends) != (was.price, was.quantity, content.ends):
            found.append(_("“%(product)s” was changed in the contract later", product=line.module))
    gone = (_("“%(product)s” was taken out of the contract later", product=key) for key in sold)
    terms = (contract.ends, contract.currency) != (content.ends, content.currency)
    return [*found, *gone, *([_("The terms of the contract were changed later")] if terms else [])]


def _following(db: Session, contract: Contract) -> list[str]:
    """Lines of other contracts that go on where one of these ends."""
    mine = select(ContractLine.module, ContractLine.ends).filter_by(
        company_id=contract.company_id, contract_id=contract.id
    )
    ends = {row.module: row.ends for row in db.execute(mine) if row.ends is not None}
    others = (
        select(ContractLine.module, ContractLine.starts, Contract.number)
        .join(Contract, (Contract.company_id == ContractLine.company_id) & (Contract.id == ContractLine.contract_id))
        .where(
            ContractLine.company_id == contract.company_id, ContractLine.contract_id != contract.id,
            ContractLine.stage == "accepted", ContractLine.module.in_(ends),
        )
    )  # fmt: skip
    return [
        _("contract %(number)s continues “%(product)s”", number=row.number, product=row.module)
        for row in db.execute(others)
        if row.starts >= ends[row.module]
    ]


def _needing(db: Session, contract: Contract) -> list[str]:
    """Products sold in other contracts that hold only as long as this one is there, at any moment from now on."""
    before, mine = _spans(db, contract), {line.module for line in _lines(db, contract)}
    savepoint = db.begin_nested()
    contract.stage = "draft"
    db.flush()
    after = _spans(db, contract)
    savepoint.rollback()
    now = datetime.now(UTC)
    moments = [now, *sorted({edge for span in before for edge in span.edges if edge > now})]
    lost = {key for at in moments for key in entitled(before, at) - entitled(after, at)} - mine
    return [_("“%(product)s” needs what is in it", product=key) for key in sorted(lost)]


def _spans(db: Session, contract: Contract) -> list[Span]:
    return standings(db, [contract.company_id])[contract.company_id].spans


def accepted_content(db: Session, quote: Quote) -> tuple[QuoteAcceptance | None, Content | None]:
    """Who accepted the last version, and what it said."""
    query = (
        select(QuoteAcceptance, QuoteVersion.content)
        .join(
            QuoteVersion,
            (QuoteVersion.company_id == QuoteAcceptance.company_id) & (QuoteVersion.id == QuoteAcceptance.version_id),
        )
        .where(QuoteVersion.company_id == quote.company_id, QuoteVersion.quote_id == quote.id)
        .order_by(QuoteVersion.number.desc())
    )
    row = db.execute(query).first()
    return (row[0], Content.from_json(row[1])) if row else (None, None)


def _lines(db: Session, contract: Contract) -> list[ContractLine]:
    query = select(ContractLine).filter_by(company_id=contract.company_id, contract_id=contract.id)
    return list(db.scalars(query.order_by(ContractLine.starts)))


def _to_switch_off(db: Session, quote: Quote) -> list[str]:
    """What accepting switched on and nobody has touched since."""
    accepted, _content = accepted_content(db, quote)
    if accepted is None:
        return []
    last = _last_switches(db, quote.company_id)
    return [module for module in accepted.switched if last.get(module) == accepted.signed]


def _last_switches(db: Session, company_id: UUID) -> dict[str, str]:
    """Who moved each switch last."""
    query = (
        select(ContractEvent.subject, ContractEvent.actor)
        .where(ContractEvent.company_id == company_id, ContractEvent.kind == "module.switched")
        .order_by(ContractEvent.happened_at, ContractEvent.id)
    )
    return {row.subject: row.actor for row in db.execute(query)}
