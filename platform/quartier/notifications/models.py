"""Notifications, whom each was told to, what people want to hear of where, and the devices that ring."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company


class Notification(CompanyOwned, Dated, Base):
    """One event. It holds facts and no sentences: its kind makes those for each reader.

    `event` names it, so that nobody is told twice. `thing_id` is what it is about, in a table of the kind's module, and
    `path` where that is shown. `audience` is whom it is for, empty where people were named. `place` is where in the
    estate the team's permission is asked. `author_id` is who caused it and is not told; their name is looked up when
    somebody reads, so that it goes with them. An `important` one reaches everybody it can, by mail as well; `sent_by`
    is who of the team said so. `told_at` is when all of them were found.
    """

    __tablename__ = "notification"
    __table_args__ = (
        of_company(),
        belongs_to("person", "author_id", ondelete="SET NULL"),
        UniqueConstraint("company_id", "event"),
        Index(None, "company_id", "thing_id"),
        Index(None, "company_id", "author_id"),
        Index("ix_notification_important", "company_id", "id", postgresql_where=text("important")),
    )

    kind: Mapped[str] = mapped_column(Text)
    event: Mapped[str] = mapped_column(Text)
    thing_id: Mapped[UUID | None]
    path: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    audience: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    place: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    author_id: Mapped[UUID | None]
    important: Mapped[bool] = mapped_column(server_default="false")
    sent_by: Mapped[str] = mapped_column(Text, server_default="")
    told_at: Mapped[datetime | None]


class NotificationReceipt(CompanyOwned, Base):
    """That somebody is told of it: under the bell where they want it there, and by which address if by mail.

    `rung_at` is when one of their devices was first rung, and `letter_id` names the letters of which one is theirs;
    `printed_at` is when somebody opened that one last by itself.
    """

    __tablename__ = "notification_receipt"
    __table_args__ = (
        of_company(),
        belongs_to("notification", "notification_id"),
        belongs_to("person", "person_id"),
        belongs_to("letter_batch", "letter_id", ondelete="SET NULL"),
        UniqueConstraint("company_id", "person_id", "notification_id"),
        Index(
            None,
            "company_id", "notification_id", "person_id",
            postgresql_include=["read_at", "rung_at", "letter_id", "address_key"],
        ),
        Index(
            "ix_notification_receipt_letter_id",
            "company_id", "letter_id",
            postgresql_where=text("letter_id IS NOT NULL"),
        ),
        Index(
            "ix_notification_receipt_unread",
            "company_id", "person_id", "notification_id",
            postgresql_where=text("in_app AND read_at IS NULL"),
        ),
    )  # fmt: skip

    notification_id: Mapped[UUID]
    person_id: Mapped[UUID]
    in_app: Mapped[bool] = mapped_column(server_default="true")
    read_at: Mapped[datetime | None]
    address_key: Mapped[str | None] = mapped_column(Text)
    rung_at: Mapped[datetime | None]
    letter_id: Mapped[UUID | None]
    printed_at: Mapped[datetime | None]
    printed_by: Mapped[str] = mapped_column(Text, server_default="")


class NotificationChoice(CompanyOwned, Base):
    """What somebody wants to hear of under the bell and on their devices, kind by kind, where they have chosen.

    How soon mails come is chosen for an address (`mail_address.paces`), for that also those can who have no account.
    """

    __tablename__ = "notification_choice"
    __table_args__ = (of_company(), belongs_to("person", "person_id"), UniqueConstraint("company_id", "person_id"))

    person_id: Mapped[UUID]
    in_app: Mapped[dict[str, bool]] = mapped_column(JSONB, server_default=text("'{}'"))
    push: Mapped[dict[str, bool]] = mapped_column(JSONB, server_default=text("'{}'"))


class PushDevice(CompanyOwned, Dated, Base):
    """A browser that wants to be rung (RFC 8030, RFC 8291). It goes with its session: who signs out hears no more.

    `failures` counts messages in a row that its push service did not take, after all tries.
    """

    __tablename__ = "push_device"
    __table_args__ = (
        of_company(),
        belongs_to("account", "account_id"),
        belongs_to("account_session", "session_id"),
        UniqueConstraint("company_id", "endpoint_hash"),
        Index(None, "company_id", "account_id"),
        Index(None, "company_id", "session_id"),
    )

    account_id: Mapped[UUID]
    session_id: Mapped[UUID]
    endpoint: Mapped[str] = mapped_column(Text)
    endpoint_hash: Mapped[bytes] = mapped_column(LargeBinary)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    failures: Mapped[int] = mapped_column(server_default="0")
