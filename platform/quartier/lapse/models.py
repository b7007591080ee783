"""Which ends people were told of."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, of_company


class LapseReminder(CompanyOwned, Dated, Base):
    """That a product of the company ends on the day before `ends` was told, `days` before it, once.

    What was told together has one `told_id`; an end that moves is another one, and `is_stale` says that it was moved.
    """

    __tablename__ = "lapse_reminder"
    __table_args__ = (
        of_company(),
        UniqueConstraint("company_id", "module", "ends", "days"),
        CheckConstraint("days in (30, 7, 1)", name="days"),
    )

    module: Mapped[str] = mapped_column(Text)
    ends: Mapped[date]
    days: Mapped[int]
    told_id: Mapped[UUID]
    is_stale: Mapped[bool] = mapped_column(server_default="false")
