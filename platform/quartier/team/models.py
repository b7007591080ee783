"""Links for new colleagues, and who answers for what in a property."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, LargeBinary, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Counted, Dated, belongs_to, of_company
from quartier.i18n.localized import LocalizedText, LocalizedTextType


class TeamInvitation(CompanyOwned, Dated, Base):
    """The link by which a new colleague chooses a password: once, for three days. Sent again, it is another link."""

    __tablename__ = "team_invitation"
    __table_args__ = (
        of_company(),
        belongs_to("agent", "agent_id"),
        UniqueConstraint("company_id", "agent_id"),
        UniqueConstraint("company_id", "token_hash"),
    )

    agent_id: Mapped[UUID]
    email: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    sent_at: Mapped[datetime] = mapped_column(server_default=func.now())
    sent_by: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]


class JobRole(CompanyOwned, Dated, Counted, Base):
    """What somebody answers for, in the company's own words: heating, keys, lettings.

    By its `key` modules and folders know it, whatever it is called.
    """

    __tablename__ = "job_role"
    __table_args__ = (of_company(), UniqueConstraint("company_id", "key"))

    key: Mapped[str] = mapped_column(Text)
    name: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))


class PropertyRole(CompanyOwned, Base):
    """Who has a role in a property: one agent at most, so that a matter has one address."""

    __tablename__ = "property_role"
    __table_args__ = (
        of_company(),
        belongs_to("property", "property_id"),
        belongs_to("job_role", "role_id"),
        belongs_to("agent", "agent_id"),
        UniqueConstraint("company_id", "property_id", "role_id"),
        Index(None, "company_id", "role_id"),
        Index(None, "company_id", "agent_id"),
    )

    property_id: Mapped[UUID]
    role_id: Mapped[UUID]
    agent_id: Mapped[UUID]
