"""Who looked at whose portal, why, and what was looked at."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, belongs_to, of_company


class Viewing(CompanyOwned, Base):
    """A look at a resident's portal. It goes on while the agent's own session does, until `ends_at` or `ended_at`."""

    __tablename__ = "viewing"
    __table_args__ = (
        of_company(),
        belongs_to("person", "person_id"),
        UniqueConstraint("company_id", "token_hash"),
        Index(None, "company_id", "person_id"),
    )

    person_id: Mapped[UUID]
    agent_name: Mapped[str] = mapped_column(Text)
    session_id: Mapped[UUID]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(Text)
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ViewedPage(CompanyOwned, Base):
    """A page that was looked at: its path, without what was asked for there."""

    __tablename__ = "viewed_page"
    __table_args__ = (of_company(), belongs_to("viewing", "viewing_id"), Index(None, "company_id", "viewing_id"))

    viewing_id: Mapped[UUID]
    path: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
