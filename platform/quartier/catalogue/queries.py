"""Reading the catalogue: what is offered, what was, and who has it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from quartier.catalogue.models import Product, ProductPrice, ProductVersion
from quartier.catalogue.pricing import Terms, Tier
from quartier.i18n.localized import LocalizedText

HOLDERS = """
    SELECT k.id, k.name, count(*) OVER () AS everybody
      FROM company k
     WHERE EXISTS (
        SELECT FROM contract_line l JOIN contract c ON c.company_id = l.company_id AND c.id = l.contract_id
         WHERE l.company_id = k.id AND l.module = :key AND l.stage = 'accepted'
           AND (l.ends IS NULL OR l.ends > now()::date) AND (c.ends IS NULL OR c.ends > now()::date))
     ORDER BY k.name, k.id LIMIT 20
"""
HELD = """
    SELECT l.module AS key, count(DISTINCT l.company_id) AS companies
      FROM contract_line l JOIN contract c ON c.company_id = l.company_id AND c.id = l.contract_id
     WHERE l.stage = 'accepted'
       AND (l.ends IS NULL OR l.ends > now()::date) AND (c.ends IS NULL OR c.ends > now()::date)
     GROUP BY l.module
"""


@dataclass(frozen=True)
class Version:
    """A version with its terms."""

    id: UUID
    number: int
    terms: Terms
    author: str
    note: str
    created_at: datetime


@dataclass(frozen=True)
class Offer:
    """A product and its newest version."""

    product: Product
    version: Version

    @property
    def key(self) -> str:
        """The product's key."""
        return self.product.key

    @property
    def on_sale(self) -> bool:
        """Whether somebody can sell it now."""
        return self.product.retired_at is None


@dataclass(frozen=True)
class Holders:
    """Companies that have a product in a contract that has not ended: the first by name, and how many there are."""

    first: tuple[tuple[UUID, str], ...] = ()
    everybody: int = 0


def offers(db: Session, keys: Sequence[str] | None = None) -> dict[str, Offer]:
    """Products by key with their newest versions, in the order of kinds; two statements, however many there are."""
    newest = (
        select(Product, ProductVersion)
        .join(ProductVersion, ProductVersion.product_id == Product.id)
        .ext(distinct_on(Product.key))
        .order_by(Product.key, ProductVersion.number.desc())
    )
    found = db.execute(newest if keys is None else newest.where(Product.key.in_(keys))).all()
    read = _versions(db, [row for _product, row in found])
    return {product.key: Offer(product, read[row.id]) for product, row in found}


def called(db: Session, keys: Sequence[str]) -> dict[str, LocalizedText]:
    """What products are called in the catalogue, by key."""
    return {key: offer.version.terms.name for key, offer in offers(db, keys).items()} if keys else {}


def versions_of(db: Session, product: Product) -> list[Version]:
    """All versions of a product, the newest first."""
    rows = db.scalars(select(ProductVersion).filter_by(product_id=product.id).order_by(ProductVersion.number.desc()))
    return list(_versions(db, list(rows)).values())


def version_by_id(db: Session, version_id: UUID) -> Version | None:
    """One version, whether or not there are newer ones."""
    row = db.get(ProductVersion, version_id)
    return None if row is None else _versions(db, [row])[version_id]


def version_of(db: Session, key: str, number: int) -> UUID | None:
    """The id of one version of a product."""
    query = select(ProductVersion.id).join(Product, Product.id == ProductVersion.product_id)
    return db.scalars(query.where(Product.key == key, ProductVersion.number == number)).first()


def product_by_key(db: Session, key: str) -> Product | None:
    """The product, retired or not."""
    return db.scalars(select(Product).filter_by(key=key)).first()


def holders(db: Session, key: str) -> Holders:
    """Who has a product now, or will have."""
    rows = db.execute(text(HOLDERS), {"key": key}).all()
    return Holders(tuple((row.id, row.name) for row in rows), rows[0].everybody if rows else 0)


def held(db: Session) -> dict[str, int]:
    """How many companies have each product now, or will have."""
    return {row.key: row.companies for row in db.execute(text(HELD))}


def _versions(db: Session, rows: Sequence[ProductVersion]) -> dict[UUID, Version]:
    prices: dict[UUID, list[ProductPrice]] = defaultdict(list)
    query = select(ProductPrice).where(ProductPrice.version_id.in_([row.id for row in rows]))
    for price in db.scalars(query.order_by(ProductPrice.currency, ProductPrice.from_unit)):
        prices[price.version_id].append(price)
    return {
        row.id: Version(row.id, row.number, _terms(row, prices[row.id]), row.author, row.note, row.created_at)
        for row in rows
    }


def _terms(row: ProductVersion, prices: Iterable[ProductPrice]) -> Terms:
    tiers: dict[str, tuple[Tier, ...]] = {}
    for price in prices:
        tiers[price.currency] = (*tiers.get(price.currency, ()), Tier(price.from_unit, price.amount))
    return Terms(
        row.name, row.summary, row.data_used, row.needs, row.model, row.period, tuple(row.countries), tiers
    )  # fmt: skip
