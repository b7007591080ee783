"""A company in numbers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, of_company


class CompanyHealth(CompanyOwned, Base):
    """What was counted of a company last night: numbers, and never whose.

    `addressable` are the people who can be reached and have not moved out, those with an account (`registered`)
    included; `active` are residents who used the portal in thirty days.
    """

    __tablename__ = "company_health"
    __table_args__ = (of_company(), UniqueConstraint("company_id"))

    addressable: Mapped[int]
    registered: Mapped[int]
    active: Mapped[int]
    units: Mapped[int]
    counted_at: Mapped[datetime] = mapped_column(server_default=func.now())
