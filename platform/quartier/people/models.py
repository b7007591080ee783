"""A person, and the periods this person is part of."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, FetchedValue, Index, LargeBinary, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company
from quartier.estate.models import Archivable, Versioned, found_by_part, put_away, search_key, sort_key

SALUTATIONS = ("ms", "mr", "none")
CONTACT_CHANNELS = ("online", "paper")
OCCUPANT_ROLES = ("main", "co_tenant", "partner", "child", "subtenant", "carer", "household")


class Person(CompanyOwned, Dated, Versioned, Archivable, Base):
    """Somebody the company knows; perhaps by name only. Residents and staff alike.

    A business has a `company_name`, and the names of whom one talks to there if they are known. Street to country are
    where letters go when that is not the unit. `phone` and `mobile` are E.164 where they could be understood.

    `contact_channel`, `lives_here` and `contact_confirmed_at` are answers of the person's own (see `answers`).
    """

    __tablename__ = "person"
    __table_args__ = (
        of_company(),
        UniqueConstraint("company_id", "external_id"),
        Index(None, "company_id", "sort_key", "id"),
        Index("ix_person_business", "company_id", "sort_key", "id", postgresql_where=text("company_name <> ''")),
        Index(
            "ix_person_silent",
            "company_id",
            "sort_key",
            "id",
            postgresql_where=text("email IS NULL AND phone IS NULL AND mobile IS NULL AND street = ''"),
        ),
        put_away("person"),
        found_by_part(),
        CheckConstraint(f"salutation in {SALUTATIONS}", name="salutation"),
        CheckConstraint(f"contact_channel in {CONTACT_CHANNELS}", name="contact_channel"),
        CheckConstraint("family_name <> '' or company_name <> ''", name="has_a_name"),
    )

    external_id: Mapped[str | None] = mapped_column(Text)
    given_name: Mapped[str] = mapped_column(Text, server_default="")
    family_name: Mapped[str] = mapped_column(Text)
    salutation: Mapped[str] = mapped_column(Text, server_default="none")
    title: Mapped[str] = mapped_column(Text, server_default="")
    company_name: Mapped[str] = mapped_column(Text, server_default="")
    email: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    mobile: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(Text)
    street: Mapped[str] = mapped_column(Text, server_default="")
    postal_code: Mapped[str] = mapped_column(Text, server_default="")
    city: Mapped[str] = mapped_column(Text, server_default="")
    country: Mapped[str] = mapped_column(Text, server_default="")
    contact_channel: Mapped[str | None] = mapped_column(Text)
    lives_here: Mapped[bool | None]
    contact_confirmed_at: Mapped[datetime | None]
    sort_key: Mapped[str] = sort_key("family_name || ' ' || given_name || ' ' || company_name")
    search_key: Mapped[str] = search_key(
        "given_name || ' ' || family_name || ' ' || company_name || ' ' || coalesce(email, '') || ' ' "
        "|| coalesce(external_id, '') || ' ' || regexp_replace(coalesce(phone, ''), '\\D', '', 'g') || ' ' "
        "|| regexp_replace(coalesce(mobile, ''), '\\D', '', 'g')"
    )

    @property
    def name(self) -> str:
        """Given name and family name, as one writes them in Europe; that of a business where it has no other."""
        return f"{self.given_name} {self.family_name}".strip() or self.company_name


class Occupant(CompanyOwned, Base):
    """A person on an occupancy, perhaps only until a day (`ends`, exclusive) before the occupancy's own.

    `host_id` is the resident who has brought this person in; the company's own system knows nothing of them. `unit_id`
    is the occupancy's and kept by triggers, so that a search finds the units of a thousand people in one index.
    What it refers to names the company, so it does not refer to that once more.
    """

    __tablename__ = "occupant"
    __table_args__ = (
        belongs_to("occupancy", "occupancy_id"),
        belongs_to("person", "person_id"),
        belongs_to("person", "host_id", ondelete="SET NULL"),
        UniqueConstraint("company_id", "occupancy_id", "person_id"),
        Index(None, "company_id", "host_id"),
        Index(None, "company_id", "person_id", postgresql_include=["unit_id"]),
        CheckConstraint(f"role in {OCCUPANT_ROLES}", name="role"),
    )

    occupancy_id: Mapped[UUID]
    unit_id: Mapped[UUID] = mapped_column(server_default=FetchedValue())
    person_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(Text, server_default="main")
    ends: Mapped[date | None]
    host_id: Mapped[UUID | None]


class UnplacedPerson(CompanyOwned, Base):
    """Somebody on no period of whom neither an address nor a number is known; `id` is the person's.

    Triggers write it, so that lists of who is known by name only look at nobody's periods.
    """

    __tablename__ = "unplaced_person"


class PersonAlias(CompanyOwned, Dated, Base):
    """A number of the company's own system that means this person since two entries became one.

    Imports and batches look here after the persons' own numbers, so that the system may go on sending the old one.
    """

    __tablename__ = "person_alias"
    __table_args__ = (
        of_company(),
        belongs_to("person", "person_id"),
        UniqueConstraint("company_id", "external_id"),
        Index(None, "company_id", "person_id"),
    )

    external_id: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID]


class ErasedNumber(CompanyOwned, Dated, Base):
    """Somebody whom the company's own system calls so was erased wholly; see `erased`. It refers to nobody."""

    __tablename__ = "erased_number"
    __table_args__ = (of_company(), UniqueConstraint("company_id", "number_hash"))

    number_hash: Mapped[bytes] = mapped_column(LargeBinary)


class EmailMoved(CompanyOwned, Dated, Base):
    """Somebody with an account or an open invitation has another e-mail address in the books, and was not told yet.

    The database writes it, whoever changes the entry; `was` is the address that was there when somebody last looked.
    """

    __tablename__ = "email_moved"
    __table_args__ = (of_company(), belongs_to("person", "person_id"), UniqueConstraint("company_id", "person_id"))

    person_id: Mapped[UUID]
    was: Mapped[str | None] = mapped_column(Text)


class PersonPicture(CompanyOwned, Dated, Base):
    """How somebody wants to be seen; at most one per person."""

    __tablename__ = "person_picture"
    __table_args__ = (
        of_company(),
        belongs_to("person", "person_id"),
        belongs_to("stored_file", "file_id"),
        UniqueConstraint("company_id", "person_id"),
        Index(None, "company_id", "file_id"),
    )

    person_id: Mapped[UUID]
    file_id: Mapped[UUID]


class ResidentFigures(CompanyOwned, Base):
    """How many people of a large list have come how far, kept because counting takes a second (`figures`).

    `key` names the list, `asked` says what it is narrowed down to. Nobody has counted yet while `figures` is empty.
    """

    __tablename__ = "resident_figures"
    __table_args__ = (of_company(), UniqueConstraint("company_id", "key"))

    key: Mapped[str] = mapped_column(Text)
    asked: Mapped[dict[str, Any]] = mapped_column(JSONB)
    figures: Mapped[dict[str, int] | None] = mapped_column(JSONB)
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    counted_at: Mapped[datetime | None]
