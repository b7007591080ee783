"""Imports as things: what was sent, what was chosen, what came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company

STATUSES = (
    "new", "checking", "checked", "applying", "applied", "failed", "undoing", "undone", "discarded",
)  # fmt: skip
SOURCES = ("cockpit", "command", "api")
BUSY = ("checking", "applying", "undoing")


class ImportRun(CompanyOwned, Dated, Base):
    """One import, from the upload to the undo.

    `files`: [{"id", "name", "size"}] of stored files. `choices`: columns per table, fixes, decisions and options.
    `report`: counts, problems, a preview, and what is gone. `done` of `total` rows are worked on while it is busy.
    `error` is why the last step failed, as a code for the page to put into words.
    """

    __tablename__ = "import_run"
    __table_args__ = (
        of_company(),
        Index(None, "company_id", "created_at"),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint(f"source in {SOURCES}", name="source"),
    )

    created_by: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="new")
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    counts: Mapped[dict[str, dict[str, int]]] = mapped_column(JSONB, server_default=text("'{}'"))
    choices: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"), deferred=True)
    report: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"), deferred=True)
    done: Mapped[int] = mapped_column(server_default="0")
    total: Mapped[int] = mapped_column(server_default="0")
    error: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None]


class ImportMapping(CompanyOwned, Base):
    """How this company's tables with a certain header are read; `signature` is that of the header."""

    __tablename__ = "import_mapping"
    __table_args__ = (of_company(), UniqueConstraint("company_id", "signature"))

    signature: Mapped[str] = mapped_column(Text)
    columns: Mapped[dict[str, Any]] = mapped_column(JSONB)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ExchangeRecord(CompanyOwned, Base):
    """A row of the exchange set that has no place of its own yet, kept for the module that will want it."""

    __tablename__ = "exchange_record"
    __table_args__ = (of_company(), UniqueConstraint("company_id", "resource", "key"))

    resource: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)


class ExchangeChange(CompanyOwned, Base):
    """What an import did to such a row, as a whole before and after. The database writes it."""

    __tablename__ = "exchange_change"
    __table_args__ = (
        of_company(),
        belongs_to("import_run", "import_id"),
        Index(None, "company_id", "import_id"),
        Index(None, "company_id", "record_id"),
    )

    import_id: Mapped[UUID]
    record_id: Mapped[UUID]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    after: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
