"""The company's own system, and what it owns."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, of_company


class ErpLink(CompanyOwned, Base):
    """At most one per company. `owned` are fields such as "unit.area_m2"; wishes for them go to `correction_email`."""

    __tablename__ = "erp_link"
    __table_args__ = (of_company(), UniqueConstraint("company_id"))

    system: Mapped[str] = mapped_column(Text)
    correction_email: Mapped[str | None] = mapped_column(Text)
    owned: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())
