"""An invitation, what was sent of it, and letters that are printed together."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company

CHANNELS = ("mail", "letter", "phone")
KINDS = ("invitation", "reminder")
PLANS = (*KINDS, "withdrawal")
PLAN_STATES = ("shown", "waiting", "failed")
BATCH_STATES = ("waiting", "ready", "failed", "gone")
LIVE = "accepted_at IS NULL AND withdrawn_at IS NULL"


class Invitation(CompanyOwned, Dated, Base):
    """A person may register. Code and link follow from the installation's key and the id (`codes`): nothing readable
    is kept, only what finds them again. `own_code` is a code that the company chose, sealed.

    It lives until somebody accepts it or the company withdraws it; `expires_at` only makes it pause, for whoever is
    reminded may come again. A person has one that lives (two, if two entries with one each became one person).
    `placed` says that it was for a home: whoever has none any more cannot use it (see `leaving`).
    """

    __tablename__ = "invitation"
    __table_args__ = (
        of_company(),
        belongs_to("person", "person_id"),
        belongs_to("account", "account_id", ondelete="SET NULL"),
        UniqueConstraint("company_id", "code_hash"),
        UniqueConstraint("company_id", "token_hash"),
        Index(None, "company_id", "person_id"),
        Index(None, "company_id", "account_id"),
        Index("ix_invitation_live", "company_id", "person_id", postgresql_where=text(LIVE)),
    )

    person_id: Mapped[UUID]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    own_code: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_by: Mapped[str] = mapped_column(Text)
    placed: Mapped[bool] = mapped_column(server_default=text("false"))
    expires_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    account_id: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[str] = mapped_column(Text, server_default="")


class InvitationSending(CompanyOwned, Dated, Base):
    """An invitation went out, or somebody was reminded of it. `event` is the act of which it is a part, such as a click
    on "invite all": whoever does it twice sends nothing twice. `printed_at` is when somebody opened this letter last by
    itself; when it was opened with others, the batch says."""

    __tablename__ = "invitation_sending"
    __table_args__ = (
        of_company(),
        belongs_to("invitation", "invitation_id"),
        UniqueConstraint("company_id", "invitation_id", "event"),
        Index(None, "company_id", "event"),
        CheckConstraint(f"channel in {CHANNELS}", name="channel"),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
    )

    invitation_id: Mapped[UUID]
    event: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    sent_by: Mapped[str] = mapped_column(Text)
    printed_at: Mapped[datetime | None]
    printed_by: Mapped[str] = mapped_column(Text, server_default="")


class LetterBatch(CompanyOwned, Dated, Base):
    """Letters of one act. Its `id` is the `event` of what was sent; many are set by a job and kept as a file.

    With a `notification_id` they say to those whom something important did not reach what it was, and the receipts
    name the batch. `printed_at` is when somebody opened them last. `properties` are the places that whoever made it is
    limited to; empty means none.
    """

    __tablename__ = "letter_batch"
    __table_args__ = (
        of_company(),
        belongs_to("stored_file", "file_id", ondelete="SET NULL"),
        belongs_to("notification", "notification_id"),
        Index(None, "company_id", "file_id"),
        Index(None, "company_id", "notification_id"),
        CheckConstraint(f"state in {BATCH_STATES}", name="state"),
    )

    created_by: Mapped[str] = mapped_column(Text)
    properties: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    state: Mapped[str] = mapped_column(Text, server_default="waiting")
    letters: Mapped[int] = mapped_column(server_default="0")
    notification_id: Mapped[UUID | None]
    file_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]
    printed_at: Mapped[datetime | None]
    printed_by: Mapped[str] = mapped_column(Text, server_default="")


class InvitationPlan(CompanyOwned, Dated, Base):
    """Whom a preview has shown, so that confirming does that and nothing else, however many they are.

    Its `id` is that of the act. `mail`, `letter` and `left_out` are people; of a withdrawal all stand in `mail`.
    `properties` are the places that whoever confirms is limited to. It goes when the act is done, or after a day.
    """

    __tablename__ = "invitation_plan"
    __table_args__ = (
        of_company(),
        CheckConstraint(f"kind in {PLANS}", name="kind"),
        CheckConstraint(f"state in {PLAN_STATES}", name="state"),
    )

    kind: Mapped[str] = mapped_column(Text)
    way: Mapped[str] = mapped_column(Text, server_default="auto")
    created_by: Mapped[str] = mapped_column(Text)
    mail: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    letter: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    left_out: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    properties: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default=text("'{}'"))
    state: Mapped[str] = mapped_column(Text, server_default="shown")
