"""What was said about two entries: that they are not the same person, or that they are."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from quartier.db.base import Base, CompanyOwned, Dated, belongs_to, of_company


class PersonApart(CompanyOwned, Dated, Base):
    """Two people who look alike and are not the same; `one_id` is the smaller of the two ids."""

    __tablename__ = "person_apart"
    __table_args__ = (
        of_company(),
        belongs_to("person", "one_id"),
        belongs_to("person", "other_id"),
        UniqueConstraint("company_id", "one_id", "other_id"),
        Index(None, "company_id", "other_id"),
        CheckConstraint("one_id < other_id", name="in_order"),
    )

    one_id: Mapped[UUID]
    other_id: Mapped[UUID]
    said_by: Mapped[str] = mapped_column(Text)


class PersonPair(CompanyOwned, Base):
    """Two people who look alike, kept by the nightly look through a large company; `key` is where they stand."""

    __tablename__ = "person_pair"
    __table_args__ = (
        of_company(),
        belongs_to("person", "one_id"),
        belongs_to("person", "other_id"),
        UniqueConstraint("company_id", "one_id", "other_id"),
        Index(None, "company_id", "other_id"),
        Index(None, "company_id", "key", "one_id", "other_id"),
    )

    one_id: Mapped[UUID]
    other_id: Mapped[UUID]
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    key: Mapped[str] = mapped_column(Text(collation="C"))


class PersonLook(CompanyOwned, Base):
    """When a large company was last looked through."""

    __tablename__ = "person_look"
    __table_args__ = (of_company(), UniqueConstraint("company_id"))

    at: Mapped[datetime] = mapped_column(server_default=func.now())


class PersonMerge(CompanyOwned, Base):
    """One merge. `gone` are the ids of the entries that went into the survivor, `names` what they were called.

    `journal` is every step in its order (see `journal.Journal`); it is emptied when the merge is undone. The row goes
    with the survivor: it holds what was known of the others.
    """

    __tablename__ = "person_merge"
    __table_args__ = (of_company(), belongs_to("person", "survivor_id"), Index(None, "company_id", "survivor_id"))

    survivor_id: Mapped[UUID]
    gone: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    journal: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, deferred=True)
    undone_by: Mapped[str | None] = mapped_column(Text)
    undone_at: Mapped[datetime | None]
