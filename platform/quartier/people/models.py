"""A person, and the periods this person is part of."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company

SALUTATIONS = ("ms", "mr", "none")
OCCUPANT_ROLES = ("main", "household")


class Person(CompanyOwned, Dated, Base):
    """Somebody the company knows; perhaps by name only. Residents and staff alike."""

    __tablename__ = "person"
    __table_args__ = (
        of_company(),
        UniqueConstraint("company_id", "external_id"),
        CheckConstraint(f"salutation in {SALUTATIONS}", name="salutation"),
    )

    external_id: Mapped[str | None] = mapped_column(Text)
    given_name: Mapped[str] = mapped_column(Text, server_default="")
    family_name: Mapped[str] = mapped_column(Text)
    salutation: Mapped[str] = mapped_column(Text, server_default="none")
    email: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)

    @property
    def name(self) -> str:
        """Given name and family name, as one writes them in Europe."""
        return f"{self.given_name} {self.family_name}".strip()


class Occupant(CompanyOwned, Base):
    """A person on an occupancy."""

    __tablename__ = "occupant"
    __table_args__ = (
        of_company(),
        belongs_to("occupancy", "occupancy_id"),
        belongs_to("person", "person_id"),
        UniqueConstraint("company_id", "occupancy_id", "person_id"),
        Index(None, "company_id", "person_id"),
        CheckConstraint(f"role in {OCCUPANT_ROLES}", name="role"),
    )

    occupancy_id: Mapped[UUID]
    person_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(Text, server_default="main")
