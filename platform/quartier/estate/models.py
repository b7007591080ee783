"""Property > building > unit, and the periods in which somebody uses a unit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company

UNIT_KINDS = ("flat", "office", "shop", "practice", "parking", "garage", "storage", "common_room")
OCCUPANCY_KINDS = ("tenancy", "ownership")


class Property(CompanyOwned, Dated, Base):
    """A piece of the estate that is managed as one; `external_id` is its number in the company's own system."""

    __tablename__ = "property"
    __table_args__ = (of_company(), UniqueConstraint("company_id", "external_id"))

    external_id: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    timezone: Mapped[str] = mapped_column(Text)


class Building(CompanyOwned, Dated, Base):
    """A house with an address."""

    __tablename__ = "building"
    __table_args__ = (
        of_company(),
        belongs_to("property", "property_id"),
        UniqueConstraint("company_id", "external_id"),
        Index(None, "company_id", "property_id"),
    )

    property_id: Mapped[UUID]
    external_id: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    street: Mapped[str] = mapped_column(Text)
    house_number: Mapped[str] = mapped_column(Text)
    postal_code: Mapped[str] = mapped_column(Text)
    city: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text)


class Unit(CompanyOwned, Dated, Base):
    """What is let or owned: a flat, a shop, a parking space. `area_m2` in square metres."""

    __tablename__ = "unit"
    __table_args__ = (
        of_company(),
        belongs_to("building", "building_id"),
        UniqueConstraint("company_id", "external_id"),
        Index(None, "company_id", "building_id"),
        CheckConstraint(f"kind in {UNIT_KINDS}", name="kind"),
    )

    building_id: Mapped[UUID]
    external_id: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    floor: Mapped[str | None] = mapped_column(Text)
    rooms: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    area_m2: Mapped[Decimal | None] = mapped_column(Numeric(9, 2))


class Occupancy(CompanyOwned, Dated, Base):
    """Who uses a unit from when (inclusive) to when (exclusive). Tenancies of a unit never overlap; owners may."""

    __tablename__ = "occupancy"
    __table_args__ = (
        of_company(),
        belongs_to("unit", "unit_id"),
        UniqueConstraint("company_id", "external_id"),
        Index(None, "company_id", "unit_id"),
        CheckConstraint(f"kind in {OCCUPANCY_KINDS}", name="kind"),
        CheckConstraint("ends is null or ends > starts", name="ends_after_start"),
        ExcludeConstraint(
            ("company_id", "="),
            ("unit_id", "="),
            (text("daterange(starts, ends)"), "&&"),
            where=text("kind = 'tenancy'"),
            name="one_tenancy_at_a_time",
        ),
    )

    unit_id: Mapped[UUID]
    external_id: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    starts: Mapped[date]
    ends: Mapped[date | None]
    contract_number: Mapped[str | None] = mapped_column(Text)
