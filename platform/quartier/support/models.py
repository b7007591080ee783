"""Who of the platform may look into a company, why, until when, and what was looked at."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, belongs_to, of_company


class SupportAccess(CompanyOwned, Base):
    """A wish to look, and what became of it: declined, or agreed to until `ends_at`, and perhaps ended earlier;
    `ended_by` is "" where its time was over.

    It is for one operator (`operator_id`, a name for those who read it) and of no use to another. `ticket_hash` is a
    ticket from the console to the company's host, good once and for a minute; `token_hash` what the operator's browser
    holds there, and `session_id` the session at the console that it hangs on.
    """

    __tablename__ = "support_access"
    __table_args__ = (
        of_company(),
        UniqueConstraint("company_id", "ticket_hash"),
        UniqueConstraint("company_id", "token_hash"),
        Index(None, "company_id", "asked_at"),
        CheckConstraint("hours between 1 and 72", name="hours"),
        CheckConstraint("agreed_at is null or declined_at is null", name="one_answer"),
        CheckConstraint("(agreed_at is null) = (ends_at is null)", name="agreed_for_a_time"),
        CheckConstraint("ends_at <= agreed_at + interval '72 hours'", name="not_for_longer"),
    )

    operator_id: Mapped[UUID]
    operator_name: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    hours: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    agreed_at: Mapped[datetime | None]
    agreed_by: Mapped[str] = mapped_column(Text, server_default="")
    ends_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    declined_by: Mapped[str] = mapped_column(Text, server_default="")
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(Text, server_default="")
    ticket_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    ticket_until: Mapped[datetime | None]
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    session_id: Mapped[UUID | None]


class SupportPage(CompanyOwned, Base):
    """A page that support opened: its path, without what was asked for there. Rows are added, never changed."""

    __tablename__ = "support_page"
    __table_args__ = (
        of_company(), belongs_to("support_access", "access_id"), Index(None, "company_id", "access_id", "at"),
    )  # fmt: skip

    access_id: Mapped[UUID]
    path: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
