"""The days on which members of the team are away."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company
from quartier.i18n.localized import LocalizedText, LocalizedTextType


class Absence(CompanyOwned, Dated, Base):
    """An agent is away from `starts` until the day before `ends`; `deputy_id` is the agent who stands in.

    `note` is for residents, beside the name.
    """

    __tablename__ = "absence"
    __table_args__ = (
        of_company(),
        belongs_to("agent", "agent_id"),
        belongs_to("agent", "deputy_id", ondelete="SET NULL"),
        Index(None, "company_id", "agent_id", "ends"),
        Index(None, "company_id", "deputy_id"),
        CheckConstraint("ends > starts", name="period"),
        CheckConstraint("deputy_id <> agent_id", name="deputy"),
    )

    agent_id: Mapped[UUID]
    starts: Mapped[date]
    ends: Mapped[date]
    deputy_id: Mapped[UUID | None]
    note: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))
