"""The company's own system, what it owns, and what people wish that it changes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company

CLOSED_AS = ("", "arrived", "gone", "agent", "declined")


class ErpLink(CompanyOwned, Base):
    """At most one per company. `owned` are fields such as "unit.area_m2"; wishes for them go to `correction_email`."""

    __tablename__ = "erp_link"
    __table_args__ = (of_company(), UniqueConstraint("company_id"))

    system: Mapped[str] = mapped_column(Text)
    correction_email: Mapped[str | None] = mapped_column(Text)
    owned: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Correction(CompanyOwned, Dated, Base):
    """A wish that the ERP changes some fields of a thing. `label` is what the thing was called then.

    It is open until `closed_at`; `closed_as` says why it is not any more: all values have `arrived`, the thing is
    `gone`, an `agent` has put it aside, or the ERP's keepers have `declined`. Their `answer` came at `answered_at`; one
    that is still open then is in hand. `property_id` is where an estate's thing stands, for who may see it.
    What somebody tells the team in words (`note`) has no `recipient` and no fields, and is closed by its answer alone.
    """

    __tablename__ = "correction"
    __table_args__ = (
        of_company(),
        Index(None, "company_id", "created_at"),
        Index("ix_correction_open", "company_id", "noun_id", postgresql_where=text("closed_at is null")),
        CheckConstraint(f"closed_as in {CLOSED_AS}", name="closed_as"),
    )

    noun: Mapped[str] = mapped_column(Text)
    noun_id: Mapped[UUID]
    property_id: Mapped[UUID | None]
    label: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default="")
    recipient: Mapped[str] = mapped_column(Text)
    proposed_by: Mapped[str] = mapped_column(Text)
    account_id: Mapped[UUID | None]
    answer: Mapped[str] = mapped_column(Text, server_default="")
    answered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_as: Mapped[str] = mapped_column(Text, server_default="")
    closed_by: Mapped[str] = mapped_column(Text, server_default="")


class CorrectionField(CompanyOwned, Base):
    """One field of a correction: what it was, and what it should be, as the history writes values.

    The database notes when the value arrives, whoever brings it.
    """

    __tablename__ = "correction_field"
    __table_args__ = (
        of_company(),
        belongs_to("correction", "correction_id"),
        Index(None, "company_id", "correction_id"),
        Index("ix_correction_field_open", "company_id", "noun_id", postgresql_where=text("arrived_at is null")),
    )

    correction_id: Mapped[UUID]
    noun_id: Mapped[UUID]
    field: Mapped[str] = mapped_column(Text)
    present: Mapped[Any] = mapped_column(JSONB, nullable=False)
    proposed: Mapped[Any] = mapped_column(JSONB, nullable=False)
    arrived_at: Mapped[datetime | None]
