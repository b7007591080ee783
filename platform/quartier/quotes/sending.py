"""Sending a quote: the draft becomes a version that nobody changes any more, with its PDF and a secret link."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from quartier.contracts import services as contracts
from quartier.contracts.events import record
from quartier.contracts.models import Contract
from quartier.contracts.refusal import ContractError
from quartier.db.base import new_id
from quartier.i18n.texts import gettext as _
from quartier.quotes import services
from quartier.quotes.content import Content, moment_now
from quartier.quotes.models import Quote, QuoteLink, QuoteVersion
from quartier.quotes.queries import hashed, token_for
from quartier.quotes.services import Seller
from quartier.sandboxes import services as sandboxes
from quartier.tenancy.models import Company

SECRET = 24  # bytes

Press = Callable[[Quote, int, Content], bytes]
"""Makes the PDF of a version: of which quote, the version's number, what it says."""


@dataclass(frozen=True)
class Posted:
    """A version on its way, and the secret that opens it: the only time that it is known."""

    version: QuoteVersion
    token: str


def send(db: Session, quote: Quote, company: Company, *, seen: UUID | None, press: Press, by: Seller) -> Posted:
    """Freeze the draft as the next version. Earlier versions can be read and not accepted any more, and a demo does not
    go before the quote does.

    Raises ContractError for what could not be accepted: no line, a last day that is over, lines that overlap with what
    runs, and for a quote that was accepted.
    """
    services.lock(db, quote, seen)
    content = Content.from_json(quote.draft)
    _can_be_accepted(db, quote, content)
    number = quote.version + 1
    pdf = press(quote, number, content)
    version = QuoteVersion(
        company_id=quote.company_id, id=new_id(), quote_id=quote.id, number=number, content=quote.draft,
        valid_until=content.valid_until, pdf=pdf, digest=sha256(pdf).hexdigest(), sent_by=by.name,
        sent_to=content.email,
    )  # fmt: skip
    db.add(version)
    before = quote.stage
    quote.stage, quote.version, quote.mark, quote.changed_by = "sent", number, new_id(), by.name
    db.flush()
    record(
        db, company.id, kind="quote.sent", subject=quote.number, actor=by.name, before={"stage": before},
        after={"stage": "sent", "version": number, "email": content.email, "digest": version.digest},
    )  # fmt: skip
    sandboxes.keep(db, company.id, content.valid_until + sandboxes.AFTER_QUOTE, by=by.name)
    return Posted(version, new_link(db, version))


def new_link(db: Session, version: QuoteVersion) -> str:
    """One more secret address of a version."""
    token = token_for(version.company_id, secrets.token_bytes(SECRET))
    db.add(QuoteLink(company_id=version.company_id, id=new_id(), version_id=version.id, token_hash=hashed(token)))
    db.flush()
    return token


def replace_links(db: Session, quote: Quote, version: QuoteVersion, *, by: Seller) -> str:
    """All earlier addresses lead nowhere from now on; this one does."""
    services.lock(db, quote)
    services.revoke_links(db, quote)
    record(db, quote.company_id, kind="quote.relinked", subject=quote.number, actor=by.name)
    return new_link(db, version)


def _can_be_accepted(db: Session, quote: Quote, content: Content) -> None:
    if quote.stage == "accepted":
        raise ContractError("_schema", _("This quote was accepted. Write another one for what is to be otherwise."))
    if not content.lines:
        raise ContractError("_schema", _("An offer needs at least one line."))
    if moment_now() >= content.expires:
        raise ContractError("valid_until", _("The last day on which it can be accepted is over. Choose a later one."))
    if content.ends is not None and content.valid_until >= content.ends:
        raise ContractError("valid_until", _("It has to be accepted before the contract ends."))
    as_contract = Contract(company_id=quote.company_id, id=quote.id, stage="accepted", number=quote.number)
    for line in content.lines:
        contracts.no_overlap(db, as_contract, line.key, content.starts, content.ends)
