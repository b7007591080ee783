"""Property > building > unit, the periods in which somebody uses a unit, and what became of all of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Computed,
    FetchedValue,
    ForeignKeyConstraint,
    Index,
    Numeric,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Counted, Dated, belongs_to, of_company

UNIT_KINDS = (
    "flat", "house", "room", "office", "shop", "practice", "gastronomy", "workshop", "warehouse", "parking",
    "parking_outdoor", "garage", "motorcycle", "bicycle", "storage", "cellar", "attic", "hobby_room", "common_room",
    "laundry", "garden", "advertising", "antenna", "technical", "other",
)  # fmt: skip
COMMERCIAL_KINDS = frozenset({"office", "shop", "practice", "gastronomy", "workshop", "warehouse"})
"""Kinds that are business premises unless somebody says otherwise."""
OCCUPANCY_KINDS = ("tenancy", "ownership")
NOUNS = ("property", "building", "unit", "occupancy", "occupant", "person")
SOURCE_KINDS = ("agent", "import", "api", "system", "person")
ACTIONS = ("insert", "update", "delete")


class Versioned(Counted):
    """A row that two people may edit, and write something down about."""

    note: Mapped[str] = mapped_column(Text, server_default="", sort_order=80)


class Archivable:
    """A row that is put away instead of deleted where history hangs on it; None means it is in use."""

    archived_at: Mapped[datetime | None] = mapped_column(sort_order=81)


def sort_key(expression: str) -> Mapped[str]:
    """What lists are ordered by: folded, numbers counting as numbers. The database computes it."""
    computed = Computed(f"natural_key({expression})", persisted=True)
    return mapped_column(Text(collation="C"), computed, sort_order=93, deferred=True)


def search_key(expression: str) -> Mapped[str]:
    """What a search looks into, folded, with a blank before the first word. The database computes it."""
    return mapped_column(
        Text, Computed(f"' ' || fold_text({expression})", persisted=True), sort_order=94, deferred=True
    )


def found_by_part() -> Index:
    """Any part of the search key is found by its trigrams."""
    return Index(
        None, "company_id", "search_key", postgresql_using="gin", postgresql_ops={"search_key": "gin_trgm_ops"}
    )


def put_away(table: str) -> Index:
    """The few rows of a table that are archived."""
    return Index(f"ix_{table}_archived", "company_id", "id", postgresql_where=text("archived_at is not null"))


class Property(CompanyOwned, Dated, Versioned, Archivable, Base):
    """A piece of the estate that is managed as one; `external_id` is its number in the company's own system."""

    __tablename__ = "property"
    __table_args__ = (
        of_company(),
        ForeignKeyConstraint(
            ["company_id", "picture_id"],
            ["stored_file.company_id", "stored_file.id"],
            ondelete="SET NULL (picture_id)",
            name="fk_property_company_id_picture_id",
        ),
        UniqueConstraint("company_id", "external_id"),
        Index(None, "company_id", "sort_key", "id"),
        put_away("property"),
        found_by_part(),
    )

    external_id: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    timezone: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(Text, server_default="")
    picture_id: Mapped[UUID | None]
    sort_key: Mapped[str] = sort_key("name")
    search_key: Mapped[str] = search_key("name || ' ' || coalesce(external_id, '') || ' ' || owner")


class Building(CompanyOwned, Dated, Versioned, Archivable, Base):
    """A house with an address."""

    __tablename__ = "building"
    __table_args__ = (
        of_company(),
        belongs_to("property", "property_id", ondelete="NO ACTION"),
        UniqueConstraint("company_id", "external_id"),
        Index(None, "company_id", "property_id", "sort_key", "id"),
        put_away("building"),
        found_by_part(),
    )

    property_id: Mapped[UUID]
    external_id: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    street: Mapped[str] = mapped_column(Text)
    house_number: Mapped[str] = mapped_column(Text)
    postal_code: Mapped[str] = mapped_column(Text)
    city: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = sort_key("name || ' ' || street || ' ' || house_number")
    search_key: Mapped[str] = search_key(
        "name || ' ' || street || ' ' || house_number || ' ' || postal_code || ' ' || city || ' ' "
        "|| coalesce(external_id, '')"
    )


def _by_kind(context: DefaultExecutionContext) -> bool:
    parameters: dict[str, Any] = context.get_current_parameters()  # type: ignore[no-untyped-call]
    return parameters["kind"] in COMMERCIAL_KINDS


class Unit(CompanyOwned, Dated, Versioned, Archivable, Base):
    """What is let or owned: a flat, a shop, a parking space. `name` is its number or name, `area_m2` in square metres.

    Units of a building stand in the order of `position`, then by name. `is_commercial` decides whether its tenants are
    a business; where nobody says, the kind does.
    """

    __tablename__ = "unit"
    __table_args__ = (
        belongs_to("building", "building_id", ondelete="NO ACTION"),  # which names the company as well
        UniqueConstraint("company_id", "external_id"),
        Index(None, "company_id", "building_id", "position", "sort_key", "id"),
        put_away("unit"),
        Index(
            "ix_unit_rentable",
            "company_id",
            "building_id",
            postgresql_where=text("archived_at is null and kind not in ('common_room', 'laundry', 'technical')"),
        ),
        Index("ix_unit_in_use", "company_id", postgresql_where=text("archived_at is null")),
        Index("ix_unit_not_a_flat", "company_id", "kind", "building_id", postgresql_where=text("kind <> 'flat'")),
        Index("ix_unit_business", "company_id", "building_id", postgresql_where=text("is_commercial")),
        found_by_part(),
        CheckConstraint(f"kind in {UNIT_KINDS}", name="kind"),
        CheckConstraint("area_m2 >= 0 and rooms >= 0", name="measures"),
    )

    building_id: Mapped[UUID]
    external_id: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    is_commercial: Mapped[bool] = mapped_column(default=_by_kind, server_default=text("false"))
    floor: Mapped[str | None] = mapped_column(Text)
    rooms: Mapped[Decimal | None] = mapped_column(Numeric(4, 1))
    area_m2: Mapped[Decimal | None] = mapped_column(Numeric(9, 2))
    position: Mapped[int] = mapped_column(server_default="0")
    sort_key: Mapped[str] = sort_key("name")
    search_key: Mapped[str] = search_key("name || ' ' || coalesce(external_id, '')")


class Occupancy(CompanyOwned, Dated, Versioned, Base):
    """Who uses a unit from when (inclusive) to when (exclusive). Tenancies of a unit never overlap; owners may."""

    __tablename__ = "occupancy"
    __table_args__ = (
        belongs_to("unit", "unit_id", ondelete="NO ACTION"),  # which names the company as well
        UniqueConstraint("company_id", "external_id"),
        Index(None, "company_id", "unit_id", "starts"),
        Index(None, "company_id", "starts"),
        Index("ix_occupancy_owned", "company_id", "unit_id", postgresql_where=text("kind = 'ownership'")),
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


class UnheldUnit(CompanyOwned, Base):
    """A unit that nobody uses without an end, or only from a day on (`until`); `id` is the unit's.

    Triggers write it. Each vacant unit is among these: lists of what is vacant look here first, and then at the
    periods.
    """

    __tablename__ = "unheld_unit"

    until: Mapped[date | None]


class Change(CompanyOwned, Base):
    """What happened to a row of the estate or to a person, with the fields that changed before and after.

    Triggers write it and the portal can only read it. `actor` and `source_*` are what `history.acting` said;
    `source_id` is the import, the token or the account behind the change, `work` the number of the transaction.
    Of people who are gone the values are emptied after a while: a side is `{}` then, and `actor` is empty where it was
    somebody who is gone. There is no reference to the company: a note follows a row that has one, and a trigger takes a
    company's notes with it.
    """

    __tablename__ = "change"
    __table_args__ = (
        Index(None, "company_id", "noun_id", "id"),
        Index(None, "company_id", "source_id", "id", postgresql_where=text("source_id is not null")),
        Index(
            "ix_change_gone",
            "company_id",
            "at",
            postgresql_where=text("noun = 'person' and action = 'delete' and before <> '{}'"),
        ),
        CheckConstraint(f"source_kind in {SOURCE_KINDS}", name="source_kind"),
        CheckConstraint(f"noun in {NOUNS}", name="noun"),
        CheckConstraint(f"action in {ACTIONS}", name="action"),
    )

    at: Mapped[datetime] = mapped_column(server_default=func.now())
    actor: Mapped[str] = mapped_column(Text)
    source_kind: Mapped[str] = mapped_column(Text)
    source_id: Mapped[UUID | None]
    noun: Mapped[str] = mapped_column(Text)
    noun_id: Mapped[UUID]
    action: Mapped[str] = mapped_column(Text)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    work: Mapped[int | None] = mapped_column(BigInteger, server_default=FetchedValue())
