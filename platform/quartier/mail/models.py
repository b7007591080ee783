"""Mail as it was written: kept here until it is sent, and shown in the console where nothing sends."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, Dated, new_id


class OutboxMail(Dated, Base):
    """One mail to one address. `company_id` is null for the platform's own mail to operators.

    Without a mail server everything ends here. With one only the platform's own mail passes through: once it is sent
    its words are gone, and `reason` is what the server had against it. An `enclosure` (a PDF) goes with it, under a
    name in ASCII; an answer goes to `reply_to`, if anywhere.
    """

    __tablename__ = "outbox_mail"
    __table_args__ = (Index(None, "company_id", "created_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("company.id", ondelete="CASCADE"))
    sender: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    sent_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, server_default="")
    reply_to: Mapped[str | None] = mapped_column(Text)
    enclosure: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    enclosure_name: Mapped[str | None] = mapped_column(Text)
