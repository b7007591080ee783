"""Reading quotes: the list, one quote with its versions, and what somebody with a link may see."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import Session, undefer

from quartier.contracts.models import Contract
from quartier.quotes.content import Content
from quartier.quotes.models import Quote, QuoteAcceptance, QuoteLink, QuoteRefusal, QuoteVersion
from quartier.tenancy.models import Company

PAGE: Final = 50
STATES: Final = ("draft", "sent", "expired", "accepted", "declined", "withdrawn", "undone")
ID_BYTES: Final = 16


@dataclass(frozen=True)
class Listed:
    """A line of the list. `content` is what the company has before it, or the draft where it has nothing yet; `refusal`
    is why they declined it, where they did and said so."""

    quote: Quote
    company: Company
    state: str
    content: Content
    contract: str | None
    refusal: str


@dataclass(frozen=True)
class QuoteList:
    """A page of the list; `more` is the last quote shown when others follow it."""

    rows: list[Listed]
    total: int
    more: UUID | None


@dataclass(frozen=True)
class Sent:
    """A version that was sent, with who accepted or that it was declined, and whether the link still opens it."""

    version: QuoteVersion
    content: Content
    acceptance: QuoteAcceptance | None
    refusal: QuoteRefusal | None
    is_open: bool


@dataclass(frozen=True)
class Found:
    """What a secret link leads to. `reason` says why it cannot be accepted: "" where it can, else "accepted",
    "replaced", "declined", "withdrawn", "undone", "revoked" or "expired"."""

    quote: Quote
    version: QuoteVersion
    company: Company
    content: Content
    acceptance: QuoteAcceptance | None
    refusal: QuoteRefusal | None
    reason: str


def quote_list(
    db: Session, *, words: str = "", state: str = "", company_id: UUID | None = None, after: UUID | None = None,
    limit: int = PAGE,
) -> QuoteList:  # fmt: skip
    """The newest first, a page at a time, in two statements; `words` are looked for in numbers and companies' names."""
    stands = _state()
    query: Select[*tuple[Any, ...]] = _joined(
        select(Quote, Company, QuoteVersion.content, Contract.number, QuoteRefusal.reason, stands)
    )
    for word in words.split()[:5]:
        query = query.where(
            or_(Quote.number.icontains(word, autoescape=True), Company.name.icontains(word, autoescape=True))
        )
    if state:
        query = query.where(stands == state)
    if company_id is not None:
        query = query.where(Quote.company_id == company_id)
    total = db.scalar(select(func.count()).select_from(query.with_only_columns(Quote.id).subquery())) or 0
    if after is not None:
        query = query.where(Quote.id < after)
    found = db.execute(query.order_by(Quote.id.desc()).limit(limit + 1)).all()
    rows = [
        Listed(quote, company, stage, Content.from_json(content or quote.draft), contract, refusal or "")
        for quote, company, content, contract, refusal, stage in found[:limit]
    ]
    return QuoteList(rows, total, rows[-1].quote.id if len(found) > limit else None)


def quote_of(db: Session, company_id: UUID, quote_id: UUID) -> Quote | None:
    """One quote of a company."""
    return db.get(Quote, (company_id, quote_id))


def state_of(quote: Quote, current: Content | None, now: datetime) -> str:
    """How a quote stands: its stage, or "expired"; `current` is the content of the version that lies before them."""
    return "expired" if quote.stage == "sent" and current is not None and now >= current.expires else quote.stage


def versions_of(db: Session, quote: Quote) -> list[Sent]:
    """What was sent, the newest first."""
    living = select(QuoteLink.id).where(
        QuoteLink.company_id == QuoteVersion.company_id, QuoteLink.version_id == QuoteVersion.id,
        QuoteLink.revoked_at.is_(None),
    )  # fmt: skip
    query = (
        select(QuoteVersion, QuoteAcceptance, QuoteRefusal, living.exists())
        .outerjoin(QuoteAcceptance, _accepts())
        .outerjoin(QuoteRefusal, _declines())
        .where(QuoteVersion.company_id == quote.company_id, QuoteVersion.quote_id == quote.id)
        .order_by(QuoteVersion.number.desc())
    )
    return [
        Sent(one, Content.from_json(one.content), said, refusal, is_open)
        for one, said, refusal, is_open in db.execute(query)
    ]


def version_of(db: Session, quote: Quote, number: int, *, pdf: bool = False) -> QuoteVersion | None:
    """One version that was sent, with its PDF where that is asked for."""
    query = select(QuoteVersion).filter_by(company_id=quote.company_id, quote_id=quote.id, number=number)
    return db.scalars(query.options(undefer(QuoteVersion.pdf)) if pdf else query).first()


def accepted_quote(db: Session, company_id: UUID) -> tuple[Quote, QuoteAcceptance] | None:
    """The quote that a company accepted last and that was not undone, and who accepted it."""
    query = (
        select(Quote, QuoteAcceptance)
        .join(QuoteVersion, and_(QuoteVersion.company_id == Quote.company_id, QuoteVersion.quote_id == Quote.id))
        .join(QuoteAcceptance, _accepts())
        .where(Quote.company_id == company_id, Quote.stage == "accepted")
        .order_by(QuoteAcceptance.accepted_at.desc())
    )
    row = db.execute(query).first()
    return (row[0], row[1]) if row else None


def by_token(db: Session, token: str, now: datetime) -> Found | None:
    """What a secret link leads to; None for what is none."""
    company_id = company_in(token)
    if company_id is None:
        return None
    query = (
        select(Quote, QuoteVersion, Company, QuoteAcceptance, QuoteRefusal, QuoteLink.revoked_at)
        .join(QuoteVersion, and_(QuoteVersion.company_id == Quote.company_id, QuoteVersion.quote_id == Quote.id))
        .join(QuoteLink, and_(QuoteLink.company_id == Quote.company_id, QuoteLink.version_id == QuoteVersion.id))
        .join(Company, Company.id == Quote.company_id)
        .outerjoin(QuoteAcceptance, _accepts())
        .outerjoin(QuoteRefusal, _declines())
        .where(QuoteLink.company_id == company_id, QuoteLink.token_hash == hashed(token))
    )
    row = db.execute(query).first()
    if row is None:
        return None
    quote, version, company, acceptance, refusal, revoked_at = row
    content = Content.from_json(version.content)
    reason = why_not(quote, version, content, now, revoked=revoked_at is not None)
    return Found(quote, version, company, content, acceptance, refusal, reason)


def why_not(quote: Quote, version: QuoteVersion, content: Content, now: datetime, *, revoked: bool) -> str:
    """Why a version cannot be accepted; "" where it can."""
    if revoked:
        return "revoked"
    if version.number != quote.version:
        return "replaced"
    if quote.stage != "sent":
        return quote.stage
    return "expired" if now >= content.expires else ""


def token_for(company_id: UUID, secret: bytes) -> str:
    """An address that says whose it is and that nobody guesses."""
    return urlsafe_b64encode(company_id.bytes + secret).decode().rstrip("=")


def company_in(token: str) -> UUID | None:
    """Whose quote a token is of; None for what is no token."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    return UUID(bytes=raw[:ID_BYTES]) if len(raw) > ID_BYTES and token_for_bytes(raw) == token else None


def token_for_bytes(raw: bytes) -> str:
    """The one way in which a token is written."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


def hashed(token: str) -> bytes:
    """What is kept of a token."""
    return sha256(token.encode()).digest()


def companies_like(db: Session, words: str, limit: int = 20) -> Sequence[Company]:
    """Companies by name, for whoever begins a quote."""
    query = select(Company)
    for word in words.split()[:5]:
        query = query.where(Company.name.icontains(word, autoescape=True))
    return db.scalars(query.order_by(func.lower(Company.name), Company.id).limit(limit)).all()


def _accepts() -> ColumnElement[bool]:
    return and_(
        QuoteAcceptance.company_id == QuoteVersion.company_id, QuoteAcceptance.version_id == QuoteVersion.id
    )  # fmt: skip


def _declines() -> ColumnElement[bool]:
    return and_(QuoteRefusal.company_id == QuoteVersion.company_id, QuoteRefusal.version_id == QuoteVersion.id)


def _joined(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    newest = and_(
        QuoteVersion.company_id == Quote.company_id, QuoteVersion.quote_id == Quote.id,
        QuoteVersion.number == Quote.version,
    )  # fmt: skip
    became = and_(Contract.company_id == Quote.company_id, Contract.id == Quote.contract_id)
    here = Company.id == Quote.company_id
    versions = query.join(Company, here).outerjoin(QuoteVersion, newest).outerjoin(QuoteRefusal, _declines())
    return versions.outerjoin(Contract, became)


def _state() -> ColumnElement[str]:
    """`state_of` for the database: the day is over where the company is."""
    today = func.date(func.timezone(QuoteVersion.content["timezone"].astext, func.now()))
    over = and_(Quote.stage == "sent", today > QuoteVersion.valid_until)
    return case((over, literal("expired")), else_=Quote.stage)
