"""Batches that came in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, of_company

BATCH_STATES = ("waiting", "running", "done", "failed")


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
