"""Assets and their links, bookings with what became of them, and the times that nobody else can have."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, ExcludeConstraint

from quartier.sdk import CURRENT_COMPANY, of_company, secure, versioned
from quartier.sdk import belongs_to as reference

revision = "bookings_0001"
down_revision = None
branch_labels = None
depends_on = None

STATES = "('requested', 'confirmed', 'declined', 'cancelled', 'missed', 'block')"
WHATS = (
    "('requested', 'confirmed', 'declined', 'cancelled', 'moved', 'missed', 'released', 'blocked', 'changed', "
    "'arrived')"
)
MONEY = sa.Numeric(10, 2)
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    _assets()
    _bookings()
    for table in ("bookings_asset", "bookings_link", "bookings_booking", "bookings_blocking", "bookings_event"):
        secure(table)
    for table in ("bookings_asset", "bookings_link"):
        versioned(table, "bookings")


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    """A company's table: the two columns of its key, its reference to the company, and what it is about."""
    op.create_table(
        name,
        sa.Column("company_id", sa.Uuid(), server_default=text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *parts,
        of_company(),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )


def _column(name: str, kind: Any, default: str | None = None, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, server_default=None if default is None else text(default), nullable=optional)


def _now(name: str) -> sa.Column[Any]:
    return _column(name, INSTANT, "now()")


def _assets() -> None:
    _table(
        "bookings_asset",
        _column("key", Text()),
        _column("name", JSONB()),
        *(_column(name, JSONB(), "'{}'") for name in ("description", "place", "house_rules", "access")),
        _column("code", Text(), "''"),
        _column("icon", Text(), "'calendar'"),
        _column("capacity", sa.Integer(), "0"),
        _column("property_id", sa.Uuid(), optional=True),
        _column("timezone", Text()),
        _column("rules", JSONB()),
        _column("position", sa.Integer(), "0"),
        _column("archived_at", INSTANT, optional=True),
        _column("version", sa.Integer(), "1"),
        _now("changed_at"),
        _column("audience", JSONB(), "'{}'"),
        _column("audience_keys", ARRAY(Text()), "'{*:*}'"),
        _now("created_at"),
        reference("property", "property_id", ondelete="SET NULL"),
        sa.UniqueConstraint("company_id", "key"),
        sa.Index(None, "company_id", "property_id"),
    )
    _table(
        "bookings_link",
        _column("one_id", sa.Uuid()),
        _column("other_id", sa.Uuid()),
        reference("bookings_asset", "one_id"),
        reference("bookings_asset", "other_id"),
        sa.UniqueConstraint("company_id", "one_id", "other_id"),
        sa.Index(None, "company_id", "other_id"),
        sa.CheckConstraint("one_id < other_id", name="order"),
    )


def _bookings() -> None:
    _table(
        "bookings_booking",
        _column("asset_id", sa.Uuid()),
        _column("person_id", sa.Uuid(), optional=True),
        _column("household", sa.Uuid(), optional=True),
        _column("starts", INSTANT),
        _column("ends", INSTANT),
        _column("state", Text()),
        _column("people", sa.Integer(), "1"),
        _column("note", Text(), "''"),
        _column("reason", Text(), "''"),
        *(_column(name, MONEY, "0") for name in ("price", "deposit", "vat", "fee")),
        _column("currency", Text(), "'CHF'"),
        _column("rules", JSONB(), "'{}'"),
        _column("agreed", INSTANT, optional=True),
        _column("arrived_at", INSTANT, optional=True),
        _column("series_id", sa.Uuid(), optional=True),
        _column("made_by", Text(), "''"),
        _column("override", Text(), "''"),
        _column("sequence", sa.Integer(), "0"),
        _column("version", sa.Integer(), "1"),
        _now("changed_at"),
        _now("created_at"),
        reference("bookings_asset", "asset_id", ondelete="NO ACTION"),
        reference("person", "person_id"),
        sa.CheckConstraint(f"state in {STATES}", name="state"),
        sa.CheckConstraint("starts < ends", name="time"),
        sa.CheckConstraint("(state = 'block') = (person_id is null)", name="person"),
        sa.Index(None, "company_id", "asset_id", "starts"),
        sa.Index(None, "company_id", "person_id", "starts"),
        sa.Index(None, "company_id", "household", "asset_id", "starts"),
        sa.Index(None, "company_id", "starts", "id"),
        sa.Index(None, "company_id", "series_id"),
        sa.Index("ix_bookings_booking_requested", "company_id", "starts", postgresql_where=text("state = 'requested'")),
    )
    _table(
        "bookings_blocking",
        _column("booking_id", sa.Uuid()),
        _column("resource_id", sa.Uuid()),
        _column("starts", INSTANT),
        _column("ends", INSTANT),
        reference("bookings_booking", "booking_id"),
        ExcludeConstraint(
            (sa.column("company_id"), "="),
            (sa.column("resource_id"), "="),
            (text("tstzrange(starts, ends)"), "&&"),
            name="ex_bookings_blocking_one_at_a_time",
            using="gist",
        ),
        sa.Index(None, "company_id", "resource_id", "ends"),
        sa.Index(None, "company_id", "booking_id"),
    )
    _table(
        "bookings_event",
        _column("booking_id", sa.Uuid()),
        _now("at"),
        _column("what", Text()),
        _column("by", Text(), "''"),
        _column("reason", Text(), "''"),
        reference("bookings_booking", "booking_id"),
        sa.CheckConstraint(f"what in {WHATS}", name="what"),
        sa.Index(None, "company_id", "booking_id", "at"),
    )
