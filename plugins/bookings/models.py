"""Assets, who has them when, and what became of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Numeric, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from plugins.bookings.rules.repeating import WAYS
from quartier.sdk import (
    Base,
    CompanyOwned,
    Dated,
    HasAudience,
    LocalizedText,
    LocalizedTextType,
    belongs_to,
    of_company,
)

RESERVED = ("mine", "feed", "new", "assets")  # addresses of pages, so that no asset can have them
STATES = ("requested", "confirmed", "declined", "cancelled", "missed", "block")
HOLDS = ("requested", "confirmed", "block")
"""States in which a time is blocked for everybody else."""
WHATS = (
    "requested", "confirmed", "declined", "cancelled", "moved", "missed", "released", "blocked", "changed", "arrived",
)  # fmt: skip

WAITS = ("waiting", "offered", "accepted", "lapsed", "left", "removed", "dropped")
"""States of somebody on the waiting list; the first two are open."""

OF_THE_COMPANY = {"info": {"people": "what the company lets people use; nothing of people is in it"}}
MONEY = Numeric(10, 2)
A_DAY = "interval '1 day'"
COUNTED = ("ends", "state", "price", "fee", "created_at")  # figures and months read the index, and no rows
FEW = "state <> 'confirmed'"  # what lists look for among all that simply takes place


class Asset(CompanyOwned, Dated, HasAudience, Base):
    """Something that people book: a room, a guest flat, a machine. `key` names it in addresses and files.

    `rules` are those of `plugins.bookings.rules.Rules`, for all bookings to come: each booking keeps its own.
    `timezone` is that of the property; without one, of the company. `access` says how to get in, `code` opens the
    door; both are shown in the slot only. `capacity` is how many people it holds, 0 for any number.
    """

    __tablename__ = "bookings_asset"
    __table_args__ = (
        of_company(),
        belongs_to("property", "property_id", ondelete="SET NULL"),
        UniqueConstraint("company_id", "key"),
        Index(None, "company_id", "property_id"),
        OF_THE_COMPANY,
    )

    key: Mapped[str] = mapped_column(Text)
    name: Mapped[LocalizedText] = mapped_column(LocalizedTextType)
    description: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))
    place: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))
    house_rules: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))
    access: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))
    code: Mapped[str] = mapped_column(Text, server_default="")
    icon: Mapped[str] = mapped_column(Text, server_default="calendar")
    capacity: Mapped[int] = mapped_column(server_default=text("0"))
    property_id: Mapped[UUID | None]
    timezone: Mapped[str] = mapped_column(Text)
    rules: Mapped[dict[str, Any]] = mapped_column(JSONB)
    position: Mapped[int] = mapped_column(server_default=text("0"))
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Link(CompanyOwned, Base):
    """Two assets of which only one can be used at a time, such as a hall and each of its halves.

    The link is itself something that can be taken: a booking of either takes it. So the halves do not exclude each
    other, and the hall excludes both.
    """

    __tablename__ = "bookings_link"
    __table_args__ = (
        of_company(),
        belongs_to("bookings_asset", "one_id"),
        belongs_to("bookings_asset", "other_id"),
        UniqueConstraint("company_id", "one_id", "other_id"),
        Index(None, "company_id", "other_id"),
        CheckConstraint("one_id < other_id", name="order"),
        OF_THE_COMPANY,
    )

    one_id: Mapped[UUID]
    other_id: Mapped[UUID]


class Series(CompanyOwned, Dated, Base):
    """A booking that is repeated: from the first date's `starts` to its `ends`, in a `way` of `rules.WAYS`.

    It says what was asked for; what became of it are the bookings, which were all made together.
    """

    __tablename__ = "bookings_series"
    __table_args__ = (
        of_company(),
        belongs_to("bookings_asset", "asset_id", ondelete="NO ACTION"),
        belongs_to("person", "person_id"),
        CheckConstraint(f"way in {WAYS}", name="way"),
        Index(None, "company_id", "asset_id"),
        Index(None, "company_id", "person_id"),
    )

    asset_id: Mapped[UUID]
    person_id: Mapped[UUID]
    way: Mapped[str] = mapped_column(Text)
    starts: Mapped[datetime]
    ends: Mapped[datetime]
    until: Mapped[date | None]
    count: Mapped[int | None]


class Booking(CompanyOwned, Dated, Base):
    """Somebody has an asset from when to when; in the state "block" it is the company that keeps it from use.

    `household` is whose quota it counts against: a unit, or the person where there is none. Price, deposit, fee and
    `rules` are those of the moment it was made. `agreed` is when the house rules were accepted. `sequence` counts what
    calendars have to know of. `made_by` is the name of the colleague who booked, `override` why against the rules.
    """

    __tablename__ = "bookings_booking"
    __table_args__ = (
        of_company(),
        belongs_to("bookings_asset", "asset_id", ondelete="NO ACTION"),
        belongs_to("person", "person_id"),
        belongs_to("bookings_series", "series_id"),
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint("starts < ends", name="time"),
        CheckConstraint("(state = 'block') = (person_id is null)", name="person"),
        Index(None, "company_id", "asset_id", "starts", postgresql_include=COUNTED),
        Index(None, "company_id", "person_id", "starts"),
        Index(None, "company_id", "household", "asset_id", "starts"),
        Index(None, "company_id", "starts", "id", postgresql_include=("ends", "state", "asset_id")),
        Index(None, "company_id", "series_id"),
        Index("ix_bookings_booking_few", "company_id", "state", "starts", "id", postgresql_where=text(FEW)),
        Index(
            "ix_bookings_booking_long",
            "company_id",
            "ends",
            postgresql_where=text(f"(ends - starts) > {A_DAY}"),
            postgresql_include=("asset_id", "starts", "state", "price", "fee", "created_at"),
        ),
    )

    asset_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    household: Mapped[UUID | None]
    starts: Mapped[datetime]
    ends: Mapped[datetime]
    state: Mapped[str] = mapped_column(Text)
    people: Mapped[int] = mapped_column(server_default=text("1"))
    note: Mapped[str] = mapped_column(Text, server_default="")
    reason: Mapped[str] = mapped_column(Text, server_default="")
    price: Mapped[Decimal] = mapped_column(MONEY, server_default=text("0"))
    deposit: Mapped[Decimal] = mapped_column(MONEY, server_default=text("0"))
    vat: Mapped[Decimal] = mapped_column(MONEY, server_default=text("0"))
    fee: Mapped[Decimal] = mapped_column(MONEY, server_default=text("0"))
    currency: Mapped[str] = mapped_column(Text, server_default="CHF")
    rules: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    agreed: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    series_id: Mapped[UUID | None]
    made_by: Mapped[str] = mapped_column(Text, server_default="")
    override: Mapped[str] = mapped_column(Text, server_default="")
    sequence: Mapped[int] = mapped_column(server_default=text("0"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Waiter(CompanyOwned, Dated, Base):
    """Somebody who would like a time that is taken, with what they would have said when booking it.

    Once it is free it is offered to whoever waits the longest, and held (see `Blocking`) until `lapses`. `agreed` is
    when the house rules were accepted, `booking_id` what came of it. `made_by` is the colleague who put them on the
    list, `reason` what a colleague wrote who took them off it.
    """

    __tablename__ = "bookings_waiter"
    __table_args__ = (
        of_company(),
        belongs_to("bookings_asset", "asset_id"),
        belongs_to("person", "person_id"),
        belongs_to("bookings_booking", "booking_id"),
        CheckConstraint(f"state in {WAITS}", name="state"),
        CheckConstraint("starts < ends", name="time"),
        CheckConstraint("state <> 'offered' OR lapses IS NOT NULL", name="offer"),
        Index(None, "company_id", "asset_id", "starts"),
        Index(None, "company_id", "person_id"),
        Index(None, "company_id", "booking_id"),
    )

    asset_id: Mapped[UUID]
    person_id: Mapped[UUID]
    starts: Mapped[datetime]
    ends: Mapped[datetime]
    state: Mapped[str] = mapped_column(Text, server_default="waiting")
    people: Mapped[int] = mapped_column(server_default=text("1"))
    note: Mapped[str] = mapped_column(Text, server_default="")
    agreed: Mapped[datetime | None]
    lapses: Mapped[datetime | None]
    booking_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(Text, server_default="")
    made_by: Mapped[str] = mapped_column(Text, server_default="")
    ended_at: Mapped[datetime | None]


class Blocking(CompanyOwned, Base):
    """A time in which a resource (an asset, or a link of two) is taken by a booking or held for an offer, buffers
    included.

    Two that overlap cannot both be there: the constraint is what no double booking rests on, whoever writes.
    `starts` and `ends` stand in columns of their own because a range's operators find no index under row security.
    """

    __tablename__ = "bookings_blocking"
    __table_args__ = (
        of_company(),
        belongs_to("bookings_booking", "booking_id"),
        belongs_to("bookings_waiter", "waiter_id"),
        CheckConstraint("num_nonnulls(booking_id, waiter_id) = 1", name="one"),
        ExcludeConstraint(
            ("company_id", "="),
            ("resource_id", "="),
            (text("tstzrange(starts, ends)"), "&&"),
            name="ex_bookings_blocking_one_at_a_time",
            using="gist",
        ),
        Index(None, "company_id", "resource_id", "ends", postgresql_include=("starts", "booking_id")),
        Index(None, "company_id", "booking_id"),
        Index("ix_bookings_blocking_held", "company_id", "waiter_id", postgresql_where=text("waiter_id IS NOT NULL")),
    )

    booking_id: Mapped[UUID | None]
    waiter_id: Mapped[UUID | None]
    resource_id: Mapped[UUID]
    starts: Mapped[datetime]
    ends: Mapped[datetime]


class Event(CompanyOwned, Base):
    """What became of a booking; rows are only ever added. `by` is a colleague's name, empty for the person itself."""

    __tablename__ = "bookings_event"
    __table_args__ = (
        of_company(),
        belongs_to("bookings_booking", "booking_id"),
        CheckConstraint(f"what in {WHATS}", name="what"),
        Index(None, "company_id", "booking_id", "at"),
    )

    booking_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    what: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text, server_default="")
    reason: Mapped[str] = mapped_column(Text, server_default="")


class Feed(CompanyOwned, Dated, Base):
    """A secret address under which a calendar program reads bookings: of a person, of an asset, or of all assets.

    Only a hash of the secret is kept. Whoever revokes the address deletes the row. `names` says that it tells who has
    booked; without, it can hang at a door or be given to residents.
    """

    __tablename__ = "bookings_feed"
    __table_args__ = (
        of_company(),
        belongs_to("person", "person_id"),
        belongs_to("bookings_asset", "asset_id"),
        UniqueConstraint("company_id", "secret_hash"),
        Index(None, "company_id", "person_id"),
        Index(None, "company_id", "asset_id"),
        CheckConstraint("kind in ('person', 'asset', 'company')", name="kind"),
    )

    kind: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID]
    asset_id: Mapped[UUID | None]
    secret_hash: Mapped[bytes]
    names: Mapped[bool] = mapped_column(server_default=text("false"))
