"""The company and the hosts it answers on: the root of every other table."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    column,
    func,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, column_property, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, new_id, of_company
from quartier.i18n.localized import LocalizedText, LocalizedTextType

STATUSES = ("active", "suspended")
BRAND = table(
    "brand_version", column("company_id"), column("tone", Text), column("withdrawn_at"), column("published_at"),
    column("number"), column("property_id"),
)  # fmt: skip


class Company(Dated, Base):
    """A customer of the platform. `languages[0]` is the default; `wording` are the few sentences it owns.

    `tone` is that of the brand in force (`quartier.companies`), read along with the row and never written here.
    While `status` is "prospect" (`quartier.prospects`) it has quotes and no host, so nobody gets to a portal of it.
    `demo_ends` says that it is a sandbox (`quartier.sandboxes`) and when that goes; None for a real company.
    `manager_id` is the operator who looks after it (`quartier.clientele`).
    """

    __tablename__ = "company"
    __table_args__ = (
        CheckConstraint("status in ('active', 'suspended', 'prospect')", name="status"),
        CheckConstraint("cardinality(languages) > 0", name="languages"),
        Index("ix_company_by_name", text("lower(name)"), "id", postgresql_where=text("status <> 'prospect'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="active")
    country: Mapped[str] = mapped_column(Text)
    timezone: Mapped[str] = mapped_column(Text)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    greeting: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))
    emergency_phone: Mapped[str | None] = mapped_column(Text)
    emergency_note: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    version: Mapped[int] = mapped_column(server_default="1")
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
    demo_ends: Mapped[datetime | None]
    manager_id: Mapped[UUID | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"), index=True)
    tone: Mapped[str] = column_property(
        select(BRAND.c.tone)
        .where(BRAND.c.company_id == id)  # noqa: A003 - the column above
        .where(BRAND.c.property_id.is_(None), BRAND.c.withdrawn_at.is_(None))
        .where(BRAND.c.published_at <= func.statement_timestamp())
        .order_by(BRAND.c.published_at.desc(), BRAND.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )


class SwitchDeviation(CompanyOwned, Base):
    """A property in which one of the company's switches stands otherwise than in `Company.settings`.

    `value` is what is in force there. Where the company comes round to it, the row means nothing until it goes back.
    """

    __tablename__ = "switch_deviation"
    __table_args__ = (
        of_company(),
        belongs_to("property", "property_id"),
        UniqueConstraint("company_id", "key", "property_id"),
        Index(None, "company_id", "property_id"),
    )

    key: Mapped[str] = mapped_column(Text)
    property_id: Mapped[UUID]
    value: Mapped[bool]


class Domain(Dated, Base):
    """A host of a company. Subdomains of the platform are kept as their label, so an installation can move.

    `primary` is the one in links, `redirect` an earlier name that leads there.
    """

    __tablename__ = "domain"
    __table_args__ = (CheckConstraint("kind in ('primary', 'redirect')", name="kind"),)

    host: Mapped[str] = mapped_column(Text, primary_key=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(Text, server_default="primary")


class ContentVersion(CompanyOwned, Base):
    """How often a module's contents changed; triggers write it as a transaction ends (`versioned` in migrations)."""

    __tablename__ = "content_version"
    __table_args__ = (of_company(), UniqueConstraint("company_id", "module"))

    module: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigInteger)


class ContentTouched(CompanyOwned, Base):
    """That a transaction has written in a module's tables; gone before it ends, so nobody else ever sees it.

    It keeps `ContentVersion` where thousands of rows are written at once (`counted` in migrations).
    """

    __tablename__ = "content_touched"

    module: Mapped[str] = mapped_column(Text)
