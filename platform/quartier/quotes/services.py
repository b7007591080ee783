"""Writing quotes: drafts, line by line, until they are sent. Each change says who made it, in the company's history.

Nothing here commits. Two people at one quote: the second one is told, and loses nothing of what was typed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Sequence, func, select, update
from sqlalchemy.orm import Session

from quartier.catalogue.queries import offers
from quartier.contracts.events import record
from quartier.contracts.models import Contract
from quartier.contracts.refusal import ContractError
from quartier.contracts.sale import Wish, agree, currency_of
from quartier.contracts.services import in_order, local_today, one_at_a_time
from quartier.db.base import new_id
from quartier.i18n.texts import gettext as _
from quartier.prospects.queries import prospect_of
from quartier.quotes.content import Content, Line
from quartier.quotes.models import Quote, QuoteLink, QuoteVersion
from quartier.tenancy.models import Company

NUMBERS: Final = Sequence("quote_number")
USUAL_DAYS: Final = 30
VAT: Final = {"CH": Decimal("8.1"), "LI": Decimal("8.1")}
"""Where the platform is at home, in percent. To all others it sells across a border: the buyer declares the tax."""
TOLD: Final = ("currency", "starts", "at", "ends", "valid_until", "vat", "recipient", "email")


@dataclass(frozen=True)
class Seller:
    """Who writes a quote."""

    name: str
    id: UUID | None = None


@dataclass(frozen=True)
class Asked:
    """A line as it is typed. Without a quantity it is the company's units where these count, without a price the
    catalogue's; `discount` is in percent."""

    key: str
    quantity: int | None = None
    price: Decimal | None = None
    discount: Decimal = Decimal(0)


@dataclass(frozen=True)
class Buyer:
    """Who it is offered to: where, how large (None where the units here are made up); `modules` are those installed."""

    country: str
    units: int | None
    modules: Collection[str]


def begin(db: Session, company: Company, *, by: Seller) -> Quote:
    """An empty quote for a company: in its currency and language, good for 30 days, from the first of next month.

    For a prospect it goes to who decides there, and reckons with the units that they say they have.
    """
    today = local_today(company.timezone)
    content = Content(
        currency=currency_of(company.country), language=company.languages[0], timezone=company.timezone,
        starts=(today.replace(day=1) + timedelta(days=32)).replace(day=1), valid_until=today + timedelta(USUAL_DAYS),
        vat=VAT.get(company.country, Decimal(0)), addressee=company.name,
    )  # fmt: skip
    if found := prospect_of(db, company.id):
        one = found[1]
        address = "\n".join(filter(None, [company.name, one.address]))
        content = replace(content, addressee=address, email=one.email, recipient=one.contact, units=one.units)
    number = f"Q-{today.year}-{db.scalar(NUMBERS):04d}"
    quote = Quote(
        company_id=company.id, id=new_id(), number=number, draft=content.as_json(), mark=new_id(), owner=by.name,
        owner_id=by.id, changed_by=by.name,
    )  # fmt: skip
    db.add(quote)
    db.flush()
    record(db, company.id, kind="quote.added", subject=number, actor=by.name)
    return quote


def change_terms(db: Session, quote: Quote, *, seen: UUID | None, by: Seller, **terms: Any) -> None:
    """Other terms. Raises ContractError for what contradicts itself, and for two currencies in one quote."""
    content = _open(db, quote, seen)
    in_order(terms["starts"], terms["ends"])
    _lasts(terms["valid_until"], terms["ends"])
    if terms["currency"] != content.currency and content.lines:
        raise ContractError(
            "currency",
            _("Lines have prices in %(currency)s already. A quote has one currency: take them out first.",
              currency=content.currency),
        )  # fmt: skip
    _save(db, quote, content, replace(content, **terms), by=by)


def put_line(
    db: Session, quote: Quote, asked: Asked, buyer: Buyer, *, seen: UUID | None, by: Seller, instead_of: str = ""
) -> Line:
    """Offer a product, or offer it otherwise (`instead_of` its key): at the price of the catalogue's newest version, or
    at what was typed. Raises ContractError."""
    content = _open(db, quote, seen)
    if asked.key != instead_of and content.line(asked.key) is not None:
        raise ContractError("module", _("This is in the quote already."))
    units = buyer.units if content.units is None else content.units
    if units is None and asked.quantity is None and _counts_units(db, asked.key):
        raise ContractError("quantity", _("Please say for how many units: those of the demo are made up."))
    wish = Wish(asked.key, buyer.country, units or 0, asked.quantity, asked.price)
    sale = agree(db, Contract(company_id=quote.company_id, currency=content.currency), wish, modules=buyer.modules)
    if sale.price is None or sale.period is None:
        raise ContractError("price", _("Put this module into the catalogue first, then sell it for a price."))
    offer = offers(db, [asked.key])[asked.key]
    terms = offer.version.terms
    line = Line(
        asked.key, offer.product.kind, terms.name, terms.summary, terms.model, sale.period, sale.quantity, sale.price,
        asked.price is not None, asked.discount, sale.version_id, offer.version.number, sale.needs,
    )  # fmt: skip
    if line.price <= 0:
        raise ContractError("discount", _("A price is above 0. What costs nothing is granted, not sold."))
    _save(db, quote, content, content.with_line(line), by=by)
    return line


def _counts_units(db: Session, key: str) -> bool:
    offer = offers(db, [key]).get(key)
    return offer is not None and offer.version.terms.model == "unit"


def drop_line(db: Session, quote: Quote, key: str, *, seen: UUID | None, by: Seller) -> None:
    """Offer a product no more."""
    content = _open(db, quote, seen)
    _save(db, quote, content, content.without(key), by=by)


def withdraw(db: Session, quote: Quote, *, reason: str, by: Seller) -> None:
    """Nobody can accept it any more; who opens a link reads that. A draft that was never sent rests as well."""
    _lock(db, quote)
    if quote.stage not in ("draft", "sent"):
        raise ContractError("_schema", _("Somebody has moved this quote in the meantime. Open its page anew."))
    before, quote.stage = quote.stage, "withdrawn"
    _touch(quote, by)
    db.flush()
    record(
        db, quote.company_id, kind="quote.withdrawn", subject=quote.number, actor=by.name, reason=reason,
        before={"stage": before}, after={"stage": quote.stage},
    )  # fmt: skip


def revoke_links(db: Session, quote: Quote) -> None:
    """All addresses of all its versions lead nowhere from now on."""
    of_quote = select(QuoteVersion.id).filter_by(company_id=quote.company_id, quote_id=quote.id)
    links = update(QuoteLink).where(QuoteLink.company_id == quote.company_id, QuoteLink.version_id.in_(of_quote))
    db.execute(links.where(QuoteLink.revoked_at.is_(None)).values(revoked_at=func.now()))


def lock(db: Session, quote: Quote, seen: UUID | None = None) -> None:
    """Wait for whoever is at this company's quotes and contracts, and read what they left. Raises ContractError where
    somebody has saved since the one `seen`."""
    _lock(db, quote)
    if seen is not None and seen != quote.mark:
        raise ContractError(
            "_schema",
            _("%(name)s has changed this quote in the meantime. Compare, then save again.", name=quote.changed_by),
        )


def _lock(db: Session, quote: Quote) -> None:
    one_at_a_time(db, quote.company_id)
    db.refresh(quote)


def _open(db: Session, quote: Quote, seen: UUID | None) -> Content:
    lock(db, quote, seen)
    if quote.stage == "accepted":
        raise ContractError("_schema", _("This quote was accepted. Write another one for what is to be otherwise."))
    return Content.from_json(quote.draft)


def _lasts(valid_until: date, ends: date | None) -> None:
    if ends is not None and valid_until >= ends:
        raise ContractError("valid_until", _("It has to be accepted before the contract ends."))


def _save(db: Session, quote: Quote, before: Content, after: Content, *, by: Seller) -> None:
    old, new = _told(before), _told(after)
    changed = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    if before == after:
        return
    quote.draft = after.as_json()
    _touch(quote, by)
    db.flush()
    record(
        db, quote.company_id, kind="quote.changed", subject=quote.number, actor=by.name,
        before={name: old[name] for name in changed if name in old},
        after={name: new[name] for name in changed if name in new},
    )  # fmt: skip


def _touch(quote: Quote, by: Seller) -> None:
    quote.mark, quote.changed_by, quote.changed_at = new_id(), by.name, func.now()


def _told(content: Content) -> Mapping[str, object]:
    """What the history says of a content: terms, and each line by its product's key."""
    kept = content.as_json()
    lines = {one.key: f"{one.quantity} × {content.currency} {one.price}" for one in content.lines}
    return {name: kept[name] for name in TOLD if kept[name]} | lines
