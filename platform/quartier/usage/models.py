"""How much of a module was used on a day."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, of_company


class UsageDay(CompanyOwned, Base):
    """One module on one day of the company: its measures by key, as numbers, for nothing else may stand there.

    `recent` are those of the thirty days that end with this one, where they were counted as a whole: different people
    of several days are not the sum of the days. Days that were counted long after have none.
    """

    __tablename__ = "usage_day"
    __table_args__ = (of_company(), UniqueConstraint("company_id", "module", "day"))

    module: Mapped[str] = mapped_column(Text)
    day: Mapped[date]
    counts: Mapped[dict[str, int]] = mapped_column(JSONB)
    recent: Mapped[dict[str, int] | None] = mapped_column(JSONB(none_as_null=True))
