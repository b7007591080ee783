"""Mails to people of a company, the addresses they go to, and how the company signs."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company

STATES = ("waiting", "collected", "summed_up", "sent", "kept", "withheld", "bounced", "failed")
"""`collected`: waits for its reader's next summary, and `summed_up` since it stood in one. `kept`: shown to operators,
because no mail server is set up. `withheld`: the reader wants no such mail."""


OPEN = ("waiting", "collected")
"""What is still to come."""


class MailDelivery(CompanyOwned, Dated, Base):
    """One mail to one address, for one event. `event` names what it tells of, so that nobody is told twice.

    `letter` are its words, until it is sent if it is `secret`. `queued_at` is from when it is tried, `copies` how often
    it was sent on purpose. `reason` is a key of the wording, or what the mail server said.
    """

    __tablename__ = "mail_delivery"
    __table_args__ = (
        of_company(),
        belongs_to("person", "person_id"),
        UniqueConstraint("company_id", "event", "address_key"),
        Index(None, "company_id", "person_id", "id"),
        Index(None, "company_id", "address_key"),
        Index(None, "company_id", "state", "ended_at"),
        Index(
            "ix_mail_delivery_not_sent",
            "company_id",
            "event",
            "address_key",
            postgresql_where=text("state NOT IN ('sent', 'kept')"),
        ),
        CheckConstraint(f"state in {STATES}", name="state"),
    )

    kind: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    address_key: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text, server_default="")
    person_id: Mapped[UUID | None]
    language: Mapped[str] = mapped_column(Text)
    essential: Mapped[bool] = mapped_column(server_default="false")
    secret: Mapped[bool] = mapped_column(server_default="false")
    subject: Mapped[str] = mapped_column(Text)
    letter: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(Text, server_default="waiting")
    reason: Mapped[str] = mapped_column(Text, server_default="")
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    copies: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    queued_at: Mapped[datetime] = mapped_column(server_default=func.now())
    ended_at: Mapped[datetime | None]


class MailAddress(CompanyOwned, Dated, Base):
    """An address that was written to. `paces` is how soon mails of a kind come, where its reader has chosen.

    `token` stands in links at the foot of mails: whoever has it may choose for this address without signing in.
    """

    __tablename__ = "mail_address"
    __table_args__ = (
        of_company(),
        UniqueConstraint("company_id", "address_key"),
        UniqueConstraint("company_id", "token"),
    )

    address_key: Mapped[str] = mapped_column(Text)
    token: Mapped[str] = mapped_column(Text)
    paces: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    bounced_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, server_default="")


class MailSettings(CompanyOwned, Base):
    """How the company signs its mails; at most one row. What is empty falls back to the company's own name.

    `paces` is how soon mails of a kind come to who has not chosen, where the company has; `in_app` and `push` whether a
    kind of notification stands under their bell and rings their devices.
    """

    __tablename__ = "mail_settings"
    __table_args__ = (of_company(), UniqueConstraint("company_id"))

    sender_name: Mapped[str] = mapped_column(Text, server_default="")
    reply_to: Mapped[str | None] = mapped_column(Text)
    paces: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    in_app: Mapped[dict[str, bool]] = mapped_column(JSONB, server_default="{}")
    push: Mapped[dict[str, bool]] = mapped_column(JSONB, server_default="{}")
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class OwnSender(CompanyOwned, Dated, Base):
    """The address that the company's mails come from, where it is not the platform's; at most one row.

    `private_key` signs them (PEM, sealed), `public_key` is what the name server of the domain has to say under
    `selector` (DER in base64). `dkim`, `spf` and `dmarc` are what it said at `checked_at`: "ok", "missing", "wrong" or
    "late". `wanted` is the company's will; mails come from there while that and `dkim` hold.
    """

    __tablename__ = "own_sender"
    __table_args__ = (of_company(), UniqueConstraint("company_id"))

    local: Mapped[str] = mapped_column(Text)
    domain: Mapped[str] = mapped_column(Text)
    selector: Mapped[str] = mapped_column(Text)
    private_key: Mapped[str] = mapped_column(Text)
    public_key: Mapped[str] = mapped_column(Text)
    dkim: Mapped[str] = mapped_column(Text, server_default="")
    spf: Mapped[str] = mapped_column(Text, server_default="")
    dmarc: Mapped[str] = mapped_column(Text, server_default="")
    checked_at: Mapped[datetime | None]
    wanted: Mapped[bool] = mapped_column(server_default=text("false"))
    created_by: Mapped[str] = mapped_column(Text)

    @property
    def address(self) -> str:
        """As it stands in the From line."""
        return f"{self.local}@{self.domain}"

    @property
    def is_used(self) -> bool:
        """Whether mails come from there now."""
        return self.wanted and self.dkim == "ok"
