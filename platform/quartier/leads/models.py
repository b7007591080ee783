"""A chance to sell something, and what was done about it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from quartier.accounts.models import Operator
from quartier.db.base import Base, Dated, new_id
from quartier.tenancy.models import Company

SOURCES = ("console", "marketplace", "quota", "approval")
STATES = ("open", "won", "lost")


class Lead(Dated, Base):
    """Somebody wants something, or might: a customer (`customer_id`), or somebody who is none yet (`prospect`).

    `topic` is a product's key where it is about one, `amount` how much of it; `title` are the words of who opened it.
    What a company asks for itself (`source` is not "console") is open once per topic: asking again adds to it.
    `version` lets the second of two who change it see the first.
    """

    __tablename__ = "lead"
    __table_args__ = (
        CheckConstraint(f"source in {SOURCES}", name="source"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("(customer_id is null) = (prospect <> '')", name="whose"),
        CheckConstraint("(state = 'open') = (closed_at is null)", name="closed"),
        Index(None, "state", "due", "id"),
        Index(None, "customer_id", "state"),
        Index(None, "owner_id", "state"),
        Index(
            "uq_lead_asked_once",
            "customer_id",
            "source",
            "topic",
            unique=True,
            postgresql_where=text("state = 'open' AND source <> 'console'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey(Company.id, ondelete="CASCADE"))
    prospect: Mapped[str] = mapped_column(Text, server_default="")
    contact: Mapped[str] = mapped_column(Text, server_default="")
    source: Mapped[str] = mapped_column(Text)
    topic: Mapped[str] = mapped_column(Text, server_default="")
    amount: Mapped[int | None]
    title: Mapped[str] = mapped_column(Text, server_default="")
    state: Mapped[str] = mapped_column(Text, server_default="open")
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey(Operator.id, ondelete="SET NULL"))
    due: Mapped[date | None]
    created_by: Mapped[str] = mapped_column(Text)
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class LeadNote(Base):
    """What happened with a lead: somebody asked, wrote something down, or changed it (`changes`: field → was, is).

    Rows are added, never changed: the console's role may nothing else.
    """

    __tablename__ = "lead_note"
    __table_args__ = (
        CheckConstraint("kind in ('asked', 'opened', 'note', 'changed')", name="kind"),
        Index(None, "lead_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    lead_id: Mapped[UUID] = mapped_column(ForeignKey(Lead.id, ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    kind: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column("text", Text, server_default="")
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
