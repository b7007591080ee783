"""Batches that came in, and messages that go out."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company

BATCH_STATES = ("waiting", "running", "done", "failed")
DELIVERY_STATES = ("waiting", "delivered", "failed")


class ErpBatch(CompanyOwned, Dated, Base):
    """Rows of one noun as a program sent them. `body` goes when the batch is done; counts and problems stay."""

    __tablename__ = "erp_batch"
    __table_args__ = (
        of_company(),
        Index(None, "company_id", "created_at"),
        CheckConstraint(f"status in {BATCH_STATES}", name="status"),
    )

    noun: Mapped[str] = mapped_column(Text)
    sent_by: Mapped[str] = mapped_column(Text)
    lines: Mapped[bool]
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(Text, server_default="waiting")
    received: Mapped[int] = mapped_column(server_default="0")
    created: Mapped[int] = mapped_column(server_default="0")
    updated: Mapped[int] = mapped_column(server_default="0")
    unchanged: Mapped[int] = mapped_column(server_default="0")
    problems: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    problem_count: Mapped[int] = mapped_column(server_default="0")
    finished_at: Mapped[datetime | None]


class Webhook(CompanyOwned, Dated, Base):
    """Where a program wants to hear of changes. `secret` signs the messages and is shown once, when it is made."""

    __tablename__ = "webhook"
    __table_args__ = (of_company(), Index(None, "company_id", "created_at"))

    name: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    nouns: Mapped[list[str]] = mapped_column(ARRAY(Text))
    secret: Mapped[str] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column(server_default="true")
    created_by: Mapped[str] = mapped_column(Text)


class WebhookDelivery(CompanyOwned, Dated, Base):
    """One message to one subscriber, and what became of it."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        of_company(),
        belongs_to("webhook", "webhook_id"),
        Index(None, "company_id", "webhook_id", "id"),
        CheckConstraint(f"status in {DELIVERY_STATES}", name="status"),
    )

    webhook_id: Mapped[UUID]
    body: Mapped[str] = mapped_column(Text)
    changes: Mapped[int]
    status: Mapped[str] = mapped_column(Text, server_default="waiting")
    attempts: Mapped[int] = mapped_column(server_default="0")
    begun_at: Mapped[datetime] = mapped_column(server_default=func.now())
    answer: Mapped[int | None]
    error: Mapped[str] = mapped_column(Text, server_default="")
    tried_at: Mapped[datetime | None]
