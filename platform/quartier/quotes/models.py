"""What was offered to whom, in which words, and who said yes or no.

A quote has one draft that sales works at, and versions that were sent. A version is what the company reads and accepts:
nobody may change or delete one, nor an acceptance or a refusal, the console neither.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company

STAGES = ("draft", "sent", "accepted", "declined", "withdrawn", "undone")


class Quote(CompanyOwned, Dated, Base):
    """An offer on its way. `draft` is a `content.Content` that nobody but sales sees; `mark` is another one with every
    save. `version` is the number of the last one that was sent, 0 for none.

    `undone` means: it was accepted, and sales has taken that back.
    """

    __tablename__ = "quote"
    __table_args__ = (
        of_company(),
        belongs_to("contract", "contract_id", ondelete="SET NULL"),
        UniqueConstraint("company_id", "number"),
        Index(None, "company_id", "contract_id"),
        CheckConstraint("stage in ('draft', 'sent', 'accepted', 'declined', 'withdrawn', 'undone')", name="stage"),
        CheckConstraint("version >= 0", name="version"),
    )

    number: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text, server_default="draft")
    draft: Mapped[dict[str, Any]] = mapped_column(JSONB)
    mark: Mapped[UUID]
    version: Mapped[int] = mapped_column(server_default="0")
    owner_id: Mapped[UUID | None] = mapped_column(ForeignKey("operator.id", ondelete="SET NULL"))
    owner: Mapped[str] = mapped_column(Text)
    contract_id: Mapped[UUID | None]
    changed_by: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class QuoteVersion(CompanyOwned, Dated, Base):
    """What was sent, for good: the content, the PDF that says it, and the SHA-256 of the PDF's bytes in hex.

    `valid_until` is the last day, in the zone of the content, on which it can be accepted.
    """

    __tablename__ = "quote_version"
    __table_args__ = (
        of_company(),
        belongs_to("quote", "quote_id"),
        UniqueConstraint("company_id", "quote_id", "number"),
        CheckConstraint("number > 0", name="number"),
    )

    quote_id: Mapped[UUID]
    number: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    valid_until: Mapped[date]
    pdf: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    digest: Mapped[str] = mapped_column(Text)
    sent_by: Mapped[str] = mapped_column(Text)
    sent_to: Mapped[str] = mapped_column(Text, server_default="")


class QuoteLink(CompanyOwned, Dated, Base):
    """A secret address of a version, for who has no account. Only the hash of it is known here."""

    __tablename__ = "quote_link"
    __table_args__ = (
        of_company(),
        belongs_to("quote_version", "version_id"),
        UniqueConstraint("company_id", "token_hash"),
        Index(None, "company_id", "version_id"),
    )

    version_id: Mapped[UUID]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    revoked_at: Mapped[datetime | None]


class QuoteAcceptance(CompanyOwned, Base):
    """Who said yes to which version, when, and to which bytes. `switched` are the modules that it switched on."""

    __tablename__ = "quote_acceptance"
    __table_args__ = (
        of_company(),
        belongs_to("quote_version", "version_id"),
        UniqueConstraint("company_id", "version_id"),
    )

    version_id: Mapped[UUID]
    accepted_at: Mapped[datetime] = mapped_column(server_default=func.now())
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    network: Mapped[str] = mapped_column(Text, server_default="")
    switched: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")

    @property
    def signed(self) -> str:
        """Who it was, as the history has it."""
        return f"{self.name}, {self.role}"


class QuoteRefusal(CompanyOwned, Base):
    """That a version was declined, when, and why where that was said; whoever has the link may, so it has no name."""

    __tablename__ = "quote_refusal"
    __table_args__ = (
        of_company(),
        belongs_to("quote_version", "version_id"),
        UniqueConstraint("company_id", "version_id"),
    )

    version_id: Mapped[UUID]
    declined_at: Mapped[datetime] = mapped_column(server_default=func.now())
    reason: Mapped[str] = mapped_column(Text, server_default="")
