"""What is known of a prospect besides its company."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, of_company


class Prospect(CompanyOwned, Dated, Base):
    """Beside a company whose status is "prospect", and gone with the yes.

    `units` is how many they say they have; prices follow from it. `address` is what stands below the name on a letter.
    The contact may be nobody yet (all three ""); with `invite` they manage the team first, once a quote is accepted.
    """

    __tablename__ = "prospect"
    __table_args__ = (
        of_company(),
        UniqueConstraint("company_id"),
        CheckConstraint("units > 0", name="units"),
        {"info": {"people": "names who decides at a company that is none yet; it goes when the company says yes"}},
    )

    units: Mapped[int]
    address: Mapped[str] = mapped_column(Text, server_default="")
    given_name: Mapped[str] = mapped_column(Text, server_default="")
    family_name: Mapped[str] = mapped_column(Text, server_default="")
    email: Mapped[str] = mapped_column(Text, server_default="")
    invite: Mapped[bool] = mapped_column(server_default=text("false"))
    lead_id: Mapped[UUID | None] = mapped_column(ForeignKey("lead.id", ondelete="SET NULL"))
    made_by: Mapped[str] = mapped_column(Text)

    @property
    def contact(self) -> str:
        """Who decides, by name."""
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def invites(self) -> bool:
        """Whether the contact is invited with the yes."""
        return bool(self.invite and self.email and self.family_name)
