"""What every table shares, and what every company's table shares on top of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import uuid_utils.compat as uuids
from sqlalchemy import DateTime, FetchedValue, ForeignKeyConstraint, MetaData, func, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

CURRENT_COMPANY = "(nullif(current_setting('app.company_id', true), ''))::uuid"
"""SQL for the company that the transaction is bound to: the server default of `company_id` in migrations."""

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """One registry for core and plugins: composite keys and the catalogue lint need to see all tables."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: DateTime(timezone=True)}


class CompanyOwned:
    """A row that belongs to one company.

    The key starts with the company, so a reference across companies is a foreign key error, not a leak, and so that
    the layout can be sharded by company one day. The column fills itself from the bound transaction.
    """

    company_id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text(CURRENT_COMPANY), sort_order=-20)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuids.uuid7, sort_order=-19)


class Dated:
    """A row that remembers when it was made."""

    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=90)


class Counted:
    """A row that two people may edit: the database counts `version` up with each change, whoever makes it."""

    version: Mapped[int] = mapped_column(server_default="1", server_onupdate=FetchedValue(), sort_order=91)
    changed_at: Mapped[datetime] = mapped_column(
        server_default=func.now(), server_onupdate=FetchedValue(), sort_order=92
    )


def belongs_to(table: str, column: str, *, ondelete: str = "CASCADE") -> ForeignKeyConstraint:
    """A reference inside one company.

    `ondelete` "SET NULL" names the column: without it PostgreSQL would null `company_id` as well, and fail.
    """
    rule = f"SET NULL ({column})" if ondelete == "SET NULL" else ondelete
    return ForeignKeyConstraint(["company_id", column], [f"{table}.company_id", f"{table}.id"], ondelete=rule)


def of_company() -> ForeignKeyConstraint:
    """The reference of each company-owned table to its company; a company goes with all its rows."""
    return ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE")


def new_id() -> UUID:
    """A UUIDv7: ordered by time of making, so that indexes stay tight and keyset pages follow creation."""
    return uuids.uuid7()
