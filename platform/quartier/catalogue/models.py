"""What is sold: products, and their versions, which are never changed.

These tables are of the platform, not of a company. The portal reads them, for the marketplace; what a contract has
agreed stands in its own lines. Nobody has a right to change or to delete a version: a row that can only be added needs
no rule about when it was sold.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Numeric, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, Dated, new_id
from quartier.i18n.localized import LocalizedText, LocalizedTextType

KINDS = ("module", "limit", "service")
MODELS = ("flat", "unit", "seat", "ask")
PERIODS = ("month", "year", "once")
CURRENCIES = ("CHF", "EUR")
LIMITS = ("units", "file_space")
"""Keys of the limits that the platform enforces: units of the estate, gigabytes of files."""


class Product(Dated, Base):
    """Something that is sold. The key of a module's product is the module's slug, that of a limit one of `LIMITS`.

    `retired_at`: taken from the catalogue. Nobody can sell it any more; contracts that have it keep it.
    """

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("kind in ('module', 'limit', 'service')", name="kind"),
        CheckConstraint("kind <> 'limit' or key in ('units', 'file_space')", name="limit"),
        UniqueConstraint("key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-19)
    key: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    retired_at: Mapped[datetime | None]
    retired_by: Mapped[str | None] = mapped_column(Text)


class ProductVersion(Dated, Base):
    """What a product was, said and cost from `created_at` on; the highest `number` is what is offered.

    `needs` is an expression over keys (`catalogue.expressions`), `countries` are ISO codes, none for everywhere.
    """

    __tablename__ = "product_version"
    __table_args__ = (
        UniqueConstraint("product_id", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint("model in ('flat', 'unit', 'seat', 'ask')", name="model"),
        CheckConstraint("period in ('month', 'year', 'once')", name="period"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-19)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    number: Mapped[int]
    name: Mapped[LocalizedText] = mapped_column(LocalizedTextType)
    summary: Mapped[LocalizedText] = mapped_column(LocalizedTextType)
    data_used: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))
    needs: Mapped[str] = mapped_column(Text, server_default="")
    model: Mapped[str] = mapped_column(Text)
    period: Mapped[str] = mapped_column(Text)
    countries: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    author: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default="")


class ProductPrice(Base):
    """One amount in one currency's main unit. `from_unit` is the first unit it is for; 1 where there are no tiers."""

    __tablename__ = "product_price"
    __table_args__ = (
        CheckConstraint("currency in ('CHF', 'EUR')", name="currency"),
        CheckConstraint("from_unit > 0", name="from_unit"),
        CheckConstraint("amount > 0", name="amount"),
    )

    version_id: Mapped[UUID] = mapped_column(ForeignKey("product_version.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(Text, primary_key=True)
    from_unit: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2))


class ProductPicture(Dated, Base):
    """What a product looks like, and `alt` in words. A drawing may hold tokens that each company fills (`pictures`)."""

    __tablename__ = "product_picture"
    __table_args__ = (
        UniqueConstraint("product_id", "position"),
        CheckConstraint("position > 0", name="position"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-19)
    product_id: Mapped[UUID] = mapped_column(ForeignKey("product.id"))
    position: Mapped[int]
    alt: Mapped[LocalizedText] = mapped_column(LocalizedTextType)
    content_type: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
