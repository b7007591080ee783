"""What was sold and what the company chose: contracts, dated lines, overrides, switches, and what happened to them."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Numeric,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quartier.catalogue.models import ProductVersion
from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company


class Contract(CompanyOwned, Dated, Base):
    """An agreement with a company. Dates of its lines are local dates of `timezone`; ends are exclusive.

    `unit_quota` is how many units it covers, None as many as they like; `file_quota` how many gigabytes of files, None
    the usual amount (`attachments.quota`). What was only drafted or offered gives nobody anything (`contracts.stages`).
    What ends of it still works for `grace_days`, and can then be read for `read_only_days`. On its first day it begins
    at `begins_at`, by the clocks of its zone.
    """

    __tablename__ = "contract"
    __table_args__ = (
        of_company(),
        UniqueConstraint("company_id", "number"),
        UniqueConstraint("company_id", "id", "stage"),
        CheckConstraint("stage in ('draft', 'offered', 'accepted')", name="stage"),
        CheckConstraint("currency in ('CHF', 'EUR')", name="currency"),
        CheckConstraint("ends is null or ends > starts", name="ends_after_start"),
        CheckConstraint("unit_quota >= 0", name="unit_quota"),
        CheckConstraint("file_quota >= 0", name="file_quota"),
        CheckConstraint("grace_days between 0 and 3650", name="grace_days"),
        CheckConstraint("read_only_days between 0 and 3650", name="read_only_days"),
    )

    number: Mapped[str] = mapped_column(Text)
    timezone: Mapped[str] = mapped_column(Text)
    starts: Mapped[date]
    begins_at: Mapped[time] = mapped_column(server_default="00:00")
    ends: Mapped[date | None]
    unit_quota: Mapped[int | None]
    file_quota: Mapped[int | None]
    stage: Mapped[str] = mapped_column(Text, server_default="accepted")
    currency: Mapped[str] = mapped_column(Text, server_default="CHF")
    grace_days: Mapped[int] = mapped_column(server_default="30")
    read_only_days: Mapped[int] = mapped_column(server_default="60")


class ContractLine(CompanyOwned, Dated, Base):
    """One product, from when (inclusive) to when (exclusive). Accepted lines of a product never overlap in a company.

    `module` is the product's key, for a module its slug. `price` is for one `period` and the whole `quantity`, in the
    contract's currency, as it was agreed: None where nobody wrote one down. `needs` is the expression that held when it
    was sold. `stage` is the contract's, kept in step by the reference.
    """

    __tablename__ = "contract_line"
    __table_args__ = (
        of_company(),
        ForeignKeyConstraint(
            ["company_id", "contract_id", "stage"],
            ["contract.company_id", "contract.id", "contract.stage"],
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        Index(None, "company_id", "contract_id"),
        CheckConstraint("ends is null or ends > starts", name="ends_after_start"),
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("price > 0", name="price"),
        CheckConstraint("period in ('month', 'year', 'once')", name="period"),
        CheckConstraint("(price is null) = (period is null)", name="price_has_a_period"),
        ExcludeConstraint(
            ("company_id", "="),
            ("module", "="),
            (text("daterange(starts, ends)"), "&&"),
            name="one_line_at_a_time",
            where=text("stage = 'accepted'"),
        ),
    )

    contract_id: Mapped[UUID]
    module: Mapped[str] = mapped_column(Text)
    starts: Mapped[date]
    ends: Mapped[date | None]
    stage: Mapped[str] = mapped_column(Text, server_default="accepted")
    version_id: Mapped[UUID | None] = mapped_column(ForeignKey(ProductVersion.id))
    quantity: Mapped[int] = mapped_column(server_default="1")
    price: Mapped[Decimal | None] = mapped_column(Numeric(12, 2))
    period: Mapped[str | None] = mapped_column(Text)
    needs: Mapped[str] = mapped_column(Text, server_default="")


class EntitlementOverride(CompanyOwned, Dated, Base):
    """A grant or a denial beside the contract, with its reason and author. Deny wins over grant, grant over lines."""

    __tablename__ = "entitlement_override"
    __table_args__ = (
        of_company(),
        CheckConstraint("effect in ('grant', 'deny')", name="effect"),
        CheckConstraint("ends is null or ends > starts", name="ends_after_start"),
    )

    module: Mapped[str] = mapped_column(Text)
    effect: Mapped[str] = mapped_column(Text)
    starts: Mapped[date]
    ends: Mapped[date | None]
    reason: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)


class ModuleTrial(CompanyOwned, Dated, Base):
    """A module tried beside the contract, once in a company's life: rows are never deleted, only ended earlier."""

    __tablename__ = "module_trial"
    __table_args__ = (
        of_company(),
        UniqueConstraint("company_id", "module"),
        CheckConstraint("ends >= starts", name="ends_after_start"),
        CheckConstraint("ends <= starts + 92", name="length"),
    )

    module: Mapped[str] = mapped_column(Text)
    starts: Mapped[date]
    ends: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)


class ModuleSwitch(CompanyOwned, Base):
    """The company's own choice for a module. `everywhere` false means: only in the properties of `ModuleScope`."""

    __tablename__ = "module_switch"
    __table_args__ = (of_company(), UniqueConstraint("company_id", "module"))

    module: Mapped[str] = mapped_column(Text)
    is_on: Mapped[bool]
    everywhere: Mapped[bool] = mapped_column(server_default=text("true"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ModuleScope(CompanyOwned, Base):
    """One property in which a module is on."""

    __tablename__ = "module_scope"
    __table_args__ = (
        of_company(),
        belongs_to("property", "property_id"),
        UniqueConstraint("company_id", "module", "property_id"),
    )

    module: Mapped[str] = mapped_column(Text)
    property_id: Mapped[UUID]


class ContractEvent(CompanyOwned, Base):
    """What was changed, by whom, why, before and after. Rows are added, never changed."""

    __tablename__ = "contract_event"
    __table_args__ = (of_company(), Index(None, "company_id", "happened_at"))

    happened_at: Mapped[datetime] = mapped_column(server_default=func.now())
    kind: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, server_default="")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
