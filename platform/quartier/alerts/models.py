"""What an operator was told of."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from quartier.accounts.models import Operator
from quartier.db.base import Base, Dated, new_id
from quartier.tenancy.models import Company


class OperatorAlert(Dated, Base):
    """One thing under one operator's bell: facts, and no sentence, so that each reads it in their language.

    `event` is told once to each reader. `path` is where it is shown in the console. Names of a company's
    people are no facts.
    """

    __tablename__ = "operator_alert"
    __table_args__ = (
        UniqueConstraint("operator_id", "event"),
        Index(None, "operator_id", "id"),
        Index("ix_operator_alert_unread", "operator_id", postgresql_where=text("read_at IS NULL")),
        Index(None, "customer_id"),
        Index(None, "event"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    operator_id: Mapped[UUID] = mapped_column(ForeignKey(Operator.id, ondelete="CASCADE"))
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey(Company.id, ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    path: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(Text)
    read_at: Mapped[datetime | None]
