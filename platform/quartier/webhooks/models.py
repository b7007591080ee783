"""Subscribers, what is still to be told, and the messages."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company

DELIVERY_STATES = ("waiting", "delivered", "failed", "missed")
PAUSES = ("", "agent", "gone", "failing", "backlog", "key")


class Webhook(CompanyOwned, Dated, Base):
    """Where a program wants to hear of changes, and of which nouns.

    `secret` signs the messages; it is sealed (see `sealing`), and `shown_secret` has it in plain in the one request
    that made it. `old_secret` signs too, until `old_until`. `with_api` is whether changes that came over the API are
    told as well. `paused` says why nothing is sent: by an agent, because the receiver said 410, after days of nothing
    but failures, because too much waited, or because the secret cannot be read any more; empty while it works.
    `failures` counts those in a row, the first of them at `failing_since`.
    """

    shown_secret = ""

    __tablename__ = "webhook"
    __table_args__ = (
        of_company(),
        Index(None, "company_id", "created_at"),
        CheckConstraint(f"paused in {PAUSES}", name="paused"),
    )

    name: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    nouns: Mapped[list[str]] = mapped_column(ARRAY(Text))
    with_api: Mapped[bool] = mapped_column(server_default=text("true"))
    secret: Mapped[str] = mapped_column(Text)
    old_secret: Mapped[str | None] = mapped_column(Text)
    old_until: Mapped[datetime | None]
    paused: Mapped[str] = mapped_column(Text, server_default="")
    paused_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default="0")
    failing_since: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(Text)


class WebhookPending(CompanyOwned, Base):
    """A transaction with changes that a webhook wants to hear of. `work` is its number in `change`, `since` its begin.

    The database writes it, once per transaction; it goes when messages are made of the changes.
    """

    __tablename__ = "webhook_pending"
    __table_args__ = (of_company(), UniqueConstraint("company_id", "work"))

    work: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[datetime] = mapped_column(server_default=func.now())


class WebhookDelivery(CompanyOwned, Dated, Base):
    """One message to one subscriber, and what became of it. Messages of a `batch` are counted by `page`.

    `missed` is no message: so many `changes` were not collected while the webhook was paused, from `due_at` on.

    The seven days of trying run from `begun_at`; the next try is at `due_at`. `answer`, `error`, `reply` and `took_ms`
    are those of the last one, at `tried_at`.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        of_company(),
        belongs_to("webhook", "webhook_id"),
        Index(None, "company_id", "webhook_id", "id"),
        Index(
            "ix_webhook_delivery_waiting", "company_id", "webhook_id", "id", postgresql_where=text("status = 'waiting'")
        ),
        CheckConstraint(f"status in {DELIVERY_STATES}", name="status"),
    )

    webhook_id: Mapped[UUID]
    batch: Mapped[UUID]
    page: Mapped[int]
    nouns: Mapped[list[str]] = mapped_column(ARRAY(Text))
    changes: Mapped[int]
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="waiting")
    attempts: Mapped[int] = mapped_column(server_default="0")
    begun_at: Mapped[datetime] = mapped_column(server_default=func.now())
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    tried_at: Mapped[datetime | None]
    answer: Mapped[int | None]
    error: Mapped[str] = mapped_column(Text, server_default="")
    reply: Mapped[str] = mapped_column(Text, server_default="")
    took_ms: Mapped[int | None]
