"""Documents with their versions, and who agreed to which."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, func
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company
from quartier.i18n.localized import LocalizedText, LocalizedTextType


class LegalDocument(CompanyOwned, Dated, Base):
    """A document, and the draft of its next version: Markdown by language, with who saved it and when.

    `title` is empty for the documents that the product knows by itself (`kinds`). `version` grows with every save, so
    that nobody writes over a colleague's draft. With `ended_at` it is not in force any more; its versions stay.
    """

    __tablename__ = "legal_document"
    __table_args__ = (of_company(), UniqueConstraint("company_id", "key"))

    key: Mapped[str] = mapped_column(Text)
    title: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=sql("'{}'"))
    position: Mapped[int] = mapped_column(server_default=sql("0"))
    draft: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=sql("'{}'"))
    draft_at: Mapped[datetime | None]
    draft_by: Mapped[str] = mapped_column(Text, server_default="")
    version: Mapped[int] = mapped_column(server_default=sql("1"))
    ended_at: Mapped[datetime | None]


class LegalVersion(CompanyOwned, Base):
    """What was published, as it was: the portal may add versions and change none.

    It holds from the day `starts`, in the company's zone, until a later one does. With `needs_agreement` nobody goes
    on without having agreed. `note` says what changed, for the people who are asked.
    """

    __tablename__ = "legal_version"
    __table_args__ = (
        of_company(),
        belongs_to("legal_document", "document_id", ondelete="NO ACTION"),
        UniqueConstraint("company_id", "document_id", "number"),
    )

    document_id: Mapped[UUID]
    number: Mapped[int]
    text: Mapped[LocalizedText] = mapped_column(LocalizedTextType)
    note: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=sql("'{}'"))
    starts: Mapped[date]
    needs_agreement: Mapped[bool] = mapped_column(server_default=sql("false"))
    published_at: Mapped[datetime] = mapped_column(server_default=func.now())
    published_by: Mapped[str] = mapped_column(Text, server_default="")


class LegalConsent(CompanyOwned, Base):
    """That somebody agreed to a version, or declined: rows are only ever added.

    A merge of two entries hands a row over, and a person who is forgotten leaves it without an account: it is the
    company's proof. `subject` is made of the e-mail address and the installation's key, so that the proof can be found
    by whoever knows the address, and by nobody else.
    """

    __tablename__ = "legal_consent"
    __table_args__ = (
        of_company(),
        belongs_to("account", "account_id", ondelete="SET NULL"),
        belongs_to("legal_document", "document_id", ondelete="NO ACTION"),
        belongs_to("legal_version", "version_id", ondelete="NO ACTION"),
        Index(None, "company_id", "account_id", "document_id", "number"),
        Index(None, "company_id", "document_id", "id"),
        Index(None, "company_id", "version_id"),
        Index(None, "company_id", "subject"),
        CheckConstraint("answer in ('agreed', 'declined')", name="answer"),
        CheckConstraint("asked in ('registration', 'visit')", name="asked"),
    )

    account_id: Mapped[UUID | None]
    document_id: Mapped[UUID]
    version_id: Mapped[UUID]
    document: Mapped[str] = mapped_column(Text)
    number: Mapped[int]
    answer: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    asked: Mapped[str] = mapped_column(Text)
    subject: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
