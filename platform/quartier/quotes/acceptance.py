"""Saying yes to a quote: it becomes a contract with frozen prices, and its modules work from the agreed minute on.

`accept` is the one place where that happens. It writes the event `quote.accepted` into the company's history (its
subject is the quote's number); `queries.accepted_quote` reads it. What else follows from a first yes, such as that a
demo becomes the real company, is called in `accept`, in its transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from quartier.contracts import services as contracts
from quartier.contracts.events import record
from quartier.contracts.jobs import BEGIN
from quartier.contracts.models import Contract
from quartier.contracts.queries import standings
from quartier.contracts.refusal import ContractError
from quartier.contracts.sale import Sale
from quartier.contracts.services import By
from quartier.db.base import new_id
from quartier.estate.quota import UNITS
from quartier.i18n.texts import gettext as _
from quartier.jobs.queue import summon
from quartier.prospects.services import Contact, welcome
from quartier.quotes.content import Content
from quartier.quotes.models import Quote, QuoteAcceptance
from quartier.quotes.queries import Found, why_not
from quartier.sandboxes.services import end_grants
from quartier.sandboxes.yes import expect
from quartier.tenancy.models import Company


class Refused(Exception):
    """It cannot be accepted: one of the reasons of `Found`, or "clash", with the sentence for sales."""

    def __init__(self, reason: str, sentence: str = "") -> None:
        super().__init__(reason)
        self.reason, self.sentence = reason, sentence


@dataclass(frozen=True)
class Signature:
    """Who says yes, in which role, and from which network."""

    name: str
    role: str
    network: str = ""

    @property
    def says(self) -> str:
        """Who it was, as the history has it."""
        return f"{self.name}, {self.role}" if self.role else self.name


@dataclass(frozen=True)
class Accepted:
    """What a yes has made; `contact` is whom a prospect's new company wants to be invited, if anybody."""

    contract: Contract
    contact: Contact | None


def accept(db: Session, found: Found, signed: Signature, *, now: datetime, modules: frozenset[str]) -> Accepted:
    """Make the contract of a version, and of a prospect a company. `modules` can be switched on. Raises Refused.

    Of two at once the second waits and then reads that it was accepted.
    """
    quote, version, content = found.quote, found.version, found.content
    contracts.one_at_a_time(db, quote.company_id)
    db.refresh(quote)
    if reason := why_not(quote, version, content, now, revoked=found.reason == "revoked"):
        raise Refused(reason)
    try:
        with db.begin_nested():
            contact = welcome(db, quote.company_id, actor=signed.says)
            contract, switched = _contract(db, quote, content, signed, now=now, modules=modules)
    except ContractError as error:
        raise Refused("clash", str(error)) from error
    db.add(
        QuoteAcceptance(
            company_id=quote.company_id, id=new_id(), version_id=version.id, accepted_at=now, name=signed.name,
            role=signed.role, digest=version.digest, network=signed.network, switched=switched,
        )
    )  # fmt: skip
    quote.stage, quote.contract_id, quote.mark = "accepted", contract.id, new_id()
    db.flush()
    record(
        db, quote.company_id, kind="quote.accepted", subject=quote.number, actor=signed.says,
        after={"stage": "accepted", "version": version.number, "digest": version.digest},
    )  # fmt: skip
    summon(db, BEGIN, at=max(now, content.begins))
    expect(db, quote.company_id, max(now, content.begins))
    return Accepted(contract, contact)


def try_out(db: Session, quote: Quote, content: Content, *, by: By, modules: frozenset[str], now: datetime) -> Contract:
    """What accepting does, for whoever looks at its effects inside a savepoint. Raises ContractError.

    What a demo may use without having bought it ends as the contract begins.
    """
    contract = _contract(db, quote, content, Signature(by.actor, ""), now=now, modules=modules)[0]
    end_grants(db, db.get_one(Company, quote.company_id), on=contract.starts, by=by.actor)
    return contract


def _contract(
    db: Session, quote: Quote, content: Content, signed: Signature, *, now: datetime, modules: frozenset[str]
) -> tuple[Contract, list[str]]:
    starts, at = content.begun_by(now)
    by = By(signed.says, _("Quote %(number)s", number=quote.number))
    contract = contracts.add_contract(
        db, quote.company_id, number=quote.number, timezone=content.timezone, starts=starts, begins_at=at,
        ends=content.ends, unit_quota=_unit_quota(db, quote, content, starts), currency=content.currency, by=by,
    )  # fmt: skip
    for line in content.lines:
        sale = Sale(line.quantity, line.price, line.period, line.version_id, line.needs)
        contracts.add_line(db, contract, module=line.key, starts=starts, ends=content.ends, sale=sale, by=by)
    wanted = modules & {line.key for line in content.lines}
    switched = sorted(wanted - standings(db, [quote.company_id])[quote.company_id].switched_on)
    contracts.switch(db, quote.company_id, dict.fromkeys(switched, True), by=by)
    return contract, switched


def _unit_quota(db: Session, quote: Quote, content: Content, starts: date) -> int | None:
    """0 adds nothing to units that are sold as a line, here or in another contract; None is as many as they like."""
    if content.line(UNITS) is not None:
        return 0
    runs = select(Contract.id).where(
        Contract.company_id == quote.company_id, Contract.stage == "accepted",
        or_(Contract.ends.is_(None), Contract.ends > starts),
    )  # fmt: skip
    return 0 if db.scalars(runs.limit(1)).first() else None
