"""What people have asked for: copies of their data, and to be forgotten."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company

STATES = ("waiting", "ready", "failed", "gone")
ERASURE_STATES = ("open", "review", "kept", "erasing", "partly", "done", "withdrawn")
PENDING = ("open", "review", "kept")
"""What somebody has asked for and may still take back."""


class DataExport(CompanyOwned, Dated, Base):
    """Everything about somebody, as a file for the owner of an account. It is `gone` some days after it was `ready`."""

    __tablename__ = "data_export"
    __table_args__ = (
        of_company(),
        belongs_to("account", "account_id"),
        belongs_to("stored_file", "file_id", ondelete="SET NULL"),
        Index(None, "company_id", "account_id", "id"),
        Index(None, "company_id", "file_id"),
        CheckConstraint(f"state in {STATES}", name="state"),
    )

    account_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(Text, server_default="waiting")
    file_id: Mapped[UUID | None]
    ended_at: Mapped[datetime | None]


class ErasureRequest(CompanyOwned, Dated, Base):
    """Somebody wants to be forgotten. When it is `done`, nothing says any more who it was.

    `kept` was told to the person and nothing is erased; `partly` is erased but for what has to be kept. Both come up
    again from `until` on, if a day is known. `own_reason` is what the team has to say itself, until `own_until`. In a
    request that is `partly` done, `with_contact` says that the person can still be reached, for a running contract.
    """

    __tablename__ = "erasure_request"
    __table_args__ = (
        of_company(),
        belongs_to("person", "person_id", ondelete="SET NULL"),
        Index(None, "company_id", "state", "id"),
        Index(None, "company_id", "person_id"),
        CheckConstraint(f"state in {ERASURE_STATES}", name="state"),
        CheckConstraint("(own_reason = '') = (own_until is null)", name="own_reason"),
    )

    person_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(Text, server_default="open")
    own_reason: Mapped[str] = mapped_column(Text, server_default="")
    own_until: Mapped[date | None]
    until: Mapped[date | None]
    with_contact: Mapped[bool] = mapped_column(server_default="false")
    reviewed_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(Text, server_default="")
    decided_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
