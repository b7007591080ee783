"""What is known of a stored file; its bytes lie in the storage under a key that starts with the company."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company

STATES = ("waiting", "ready", "refused", "failed")


class Attachment(CompanyOwned, Dated, Base):
    """A file that somebody sent for a module's thing: a draft of whoever sent it until it has a `thing_id`.

    `purpose` is the key of a `FilePurpose`. It is `waiting`, in quarantine, until it is checked; then `ready`, or
    `refused` for a `reason` (a key of `attachments.wording.REASONS`), or `failed` when it could not be checked. `alt`
    says what is to be seen. Width and height are those of a picture's largest size; `digest` is the SHA-256 in hex of
    what was sent, which of a picture is not what is kept.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        of_company(),
        belongs_to("account", "account_id", ondelete="SET NULL"),
        belongs_to("api_token", "token_id", ondelete="SET NULL"),
        Index(None, "company_id", "thing_id", "position"),
        Index(None, "company_id", "account_id"),
        Index(None, "company_id", "token_id"),
        CheckConstraint(f"state in {STATES}", name="state"),
    )

    purpose: Mapped[str] = mapped_column(Text)
    thing_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    token_id: Mapped[UUID | None]
    position: Mapped[int] = mapped_column(server_default=text("0"))
    name: Mapped[str] = mapped_column(Text)
    alt: Mapped[str] = mapped_column(Text, server_default="")
    content_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    width: Mapped[int] = mapped_column(server_default=text("0"))
    height: Mapped[int] = mapped_column(server_default=text("0"))
    state: Mapped[str] = mapped_column(Text, server_default="waiting")
    reason: Mapped[str] = mapped_column(Text, server_default="")
    digest: Mapped[str] = mapped_column(Text, server_default="")


class StoredFile(CompanyOwned, Dated, Base):
    """`purpose` names the module or mechanism that may hand it out; `digest` is the SHA-256 of its bytes in hex.

    What was sent as a file of a module's thing has its `attachment_id`, and goes with that row; `fits` is the width in
    pixels that this size of a picture fits into, and 0 for what is no picture.
    """

    __tablename__ = "stored_file"
    __table_args__ = (
        of_company(),
        belongs_to("attachment", "attachment_id"),
        Index(None, "company_id", "purpose", "digest"),
        Index(None, "company_id", "attachment_id", "fits"),
    )

    purpose: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    digest: Mapped[str] = mapped_column(Text)
    attachment_id: Mapped[UUID | None]
    fits: Mapped[int] = mapped_column(server_default=text("0"))

    @property
    def key(self) -> str:
        """Where the bytes are."""
        return f"{self.company_id}/{self.id}"
