"""Hosts that a company says are its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, of_company

STATES = ("waiting", "serving", "failing", "lost", "taken")


class OwnDomain(CompanyOwned, Dated, Base):
    """A host that a company wants to be reached under, in ASCII. What answers is the table `domain`; this is why.

    `waiting` for its records, `serving`, `failing` since `missing_since` (it still serves), `lost` after that, `taken`
    when another company has proved it. `proof` and `points` are what name servers said at `checked_at`, `found` where
    the host led, `apex` that it is a zone of its own. `token` is what the proof has to say.
    """

    __tablename__ = "own_domain"
    __table_args__ = (
        of_company(),
        UniqueConstraint("company_id", "host"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("proof in ('', 'there', 'missing', 'late')", name="proof"),
        CheckConstraint("points in ('', 'here', 'elsewhere', 'nowhere', 'late')", name="points"),
    )

    host: Mapped[str] = mapped_column(Text)
    token: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, server_default="waiting")
    proof: Mapped[str] = mapped_column(Text, server_default="")
    points: Mapped[str] = mapped_column(Text, server_default="")
    found: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    apex: Mapped[bool] = mapped_column(server_default=text("false"))
    checked_at: Mapped[datetime | None]
    missing_since: Mapped[datetime | None]
    created_by: Mapped[str] = mapped_column(Text)

    @property
    def serves(self) -> bool:
        """Whether the portal answers there."""
        return self.state in ("serving", "failing")
