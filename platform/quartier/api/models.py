"""What the API remembers between requests: answers already given, and how often a token has asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company


class ApiAnswer(CompanyOwned, Dated, Base):
    """The answer to a POST with an Idempotency-Key, kept for a day: a repeated request gets it again."""

    __tablename__ = "api_answer"
    __table_args__ = (
        of_company(),
        belongs_to("api_token", "token_id"),
        UniqueConstraint("company_id", "token_id", "key"),
        Index(None, "company_id", "created_at"),
    )

    token_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)


class ApiWindow(CompanyOwned, Base):
    """How many requests a token has made in the minute that began at `began_at`."""

    __tablename__ = "api_window"
    __table_args__ = (
        of_company(),
        belongs_to("api_token", "token_id"),
        UniqueConstraint("company_id", "token_id"),
    )

    token_id: Mapped[UUID]
    began_at: Mapped[datetime]
    requests: Mapped[int]
