"""What is known of a sandbox besides its company, and which rows of it are samples."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, Text, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, of_company

OF_THE_PLATFORM = {"info": {"people": "names made-up people by account; it goes when the company becomes a real one"}}


class Sandbox(CompanyOwned, Dated, Base):
    """Beside a company that has `demo_ends`, and gone when it has none any more. Who looks after it, its company says.

    `serial` is part of the secret link: another number, and the links so far open nothing. `resident_id` and
    `manager_id` are the accounts that it opens; no references, for whoever they name may be merged or erased, and then
    the link opens nothing. `steps` are the parts that a worker plants after the form, `planted` those that are
    there. `becomes_at` is when it becomes the real company, once somebody has said yes.
    """

    __tablename__ = "sandbox"
    __table_args__ = (of_company(), UniqueConstraint("company_id"), OF_THE_PLATFORM)

    segment: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(Text)
    serial: Mapped[int] = mapped_column(server_default=text("1"))
    resident_id: Mapped[UUID | None]
    manager_id: Mapped[UUID | None]
    steps: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    planted: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    visits: Mapped[int] = mapped_column(server_default=text("0"))
    visited_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    becomes_at: Mapped[datetime | None]


class SandboxSample(CompanyOwned, Base):
    """The rows of one table that were planted, by id; `versions` are theirs at that time, where the table counts them.

    Whoever changes such a row raises its version: so it is known afterwards what is still as it was planted.
    """

    __tablename__ = "sandbox_sample"
    __table_args__ = (of_company(), UniqueConstraint("company_id", "table_name"), OF_THE_PLATFORM)

    table_name: Mapped[str] = mapped_column(Text)
    rows: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    versions: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default=text("'{}'"))
