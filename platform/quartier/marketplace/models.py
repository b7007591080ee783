"""What the company's people want to buy."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from quartier.catalogue.models import ProductVersion
from quartier.db.base import Base, CompanyOwned, Dated, of_company

OPEN = ("waiting", "approved")
STATES = (*OPEN, "done", "declined", "withdrawn", "failed")


class ProductOrder(CompanyOwned, Dated, Base):
    """A product that somebody of the company ordered, at the price that they saw; open once at a time.

    `state`: "waiting" for who approves, "approved" until the platform has written the line, then "done"; or "declined"
    (`answer` says why), "withdrawn", "failed" (`answer` is what stood in the way). `price` is for one `period` and the
    whole `quantity`. While it waits, `stuck_since` says since when nobody of the team may approve it. Names are kept as
    text, as in everything that happened to a contract.
    """

    __tablename__ = "product_order"
    __table_args__ = (
        of_company(),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("price > 0", name="price"),
        Index(
            "uq_product_order_open_once",
            "company_id",
            "product",
            unique=True,
            postgresql_where=text("state in ('waiting', 'approved')"),
        ),
        Index(None, "company_id", "created_at"),
    )

    product: Mapped[str] = mapped_column(Text)
    version_id: Mapped[UUID] = mapped_column(ForeignKey(ProductVersion.id))
    quantity: Mapped[int]
    price: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    currency: Mapped[str] = mapped_column(Text)
    period: Mapped[str] = mapped_column(Text)
    starts: Mapped[date]
    note: Mapped[str] = mapped_column(Text, server_default="")
    state: Mapped[str] = mapped_column(Text, server_default="waiting")
    asked_by: Mapped[str] = mapped_column(Text)
    answer: Mapped[str] = mapped_column(Text, server_default="")
    answered_by: Mapped[str] = mapped_column(Text, server_default="")
    answered_at: Mapped[datetime | None]
    stuck_since: Mapped[datetime | None]
