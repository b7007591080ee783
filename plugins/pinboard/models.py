"""Categories, posts, where each is seen, what people answered, and what a post was before."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, Text, UniqueConstraint, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from plugins.pinboard.manifest import DECISIONS, REASONS
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

STATUSES = ("shown", "withdrawn", "held", "hidden", "removed")
SAID = ("shown", "hidden", "removed")
REACHES = ("address", "property", "area", "all", "chosen")
REACTIONS = ("like", "heart", "laugh", "cheer", "join")
EVENTS = ("created", "edited", "withdrawn", "restored")
ANSWERS = ("yes", "maybe", "no")
RESULTS = ("always", "voted", "end")

OF_THE_COMPANY = {"info": {"people": "nothing of people stands here"}}
BY_PEOPLE = {"info": {"people": "what residents wrote goes with them (erase_person); what staff wrote stays, unsigned"}}


class Category(CompanyOwned, Dated, Base):
    """What a post is about. `key` names it in files and in the API; `staff_only` keeps it for the company's posts."""

    __tablename__ = "pinboard_category"
    __table_args__ = (of_company(), UniqueConstraint("company_id", "key"), OF_THE_COMPANY)

    key: Mapped[str] = mapped_column(Text)
    name: Mapped[LocalizedText] = mapped_column(LocalizedTextType)
    icon: Mapped[str] = mapped_column(Text, server_default="board")
    position: Mapped[int] = mapped_column(server_default=text("0"))
    staff_only: Mapped[bool] = mapped_column(server_default=text("false"))


class Post(CompanyOwned, Dated, HasAudience, Base):
    """Something for others to read: of a resident (`author_id`), or of the company (`by_staff`, signed with its name).

    `body` is as written (of staff: Markdown), `html` as rendered when it was saved, `plain` its words alone. A resident
    writes one language, staff write several. `from_where` is the author's address and `property_id` the author's
    property when the post was written: both stay when the author moves. `search_key` has every word, as it is
    searched. `version` grows with every edit. What was sent as important has the
    notification that proves it (`important_id`): it is sent once.
    """

    __tablename__ = "pinboard_post"
    __table_args__ = (
        of_company(),
        belongs_to("pinboard_category", "category_id", ondelete="NO ACTION"),
        belongs_to("account", "author_id", ondelete="SET NULL"),
        belongs_to("property", "property_id", ondelete="SET NULL"),
        Index(None, "company_id", "author_id", "id"),
        Index(None, "company_id", "category_id"),
        Index(None, "company_id", "show_from", "id"),
        Index("ix_pinboard_post_ends", "company_id", "show_until", postgresql_where=text("show_until IS NOT NULL")),
        Index(
            None,
            "company_id",
            "search_key",
            postgresql_using="gin",
            postgresql_ops={"search_key": "gin_trgm_ops"},
            postgresql_with={"fastupdate": "off"},
        ),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint(f"reach in {REACHES}", name="reach"),
        CheckConstraint("show_until is null or show_until > show_from", name="shown_for_a_while"),
        BY_PEOPLE,
    )

    category_id: Mapped[UUID]
    author_id: Mapped[UUID | None]
    by_staff: Mapped[bool] = mapped_column(server_default=text("false"))
    property_id: Mapped[UUID | None]
    from_where: Mapped[str] = mapped_column(Text, server_default="")
    reach: Mapped[str] = mapped_column(Text)
    title: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))
    body: Mapped[LocalizedText] = mapped_column(LocalizedTextType)
    html: Mapped[LocalizedText] = mapped_column(LocalizedTextType)
    plain: Mapped[LocalizedText] = mapped_column(LocalizedTextType)
    search_key: Mapped[str] = mapped_column(Text, server_default="")
    status: Mapped[str] = mapped_column(Text, server_default="shown")
    show_from: Mapped[datetime] = mapped_column(server_default=func.now())
    show_until: Mapped[datetime | None]
    pinned: Mapped[bool] = mapped_column(server_default=text("false"))
    comments_open: Mapped[bool] = mapped_column(server_default=text("true"))
    edited_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    important_at: Mapped[datetime | None]
    important_id: Mapped[UUID | None]
    link: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))


class Spot(CompanyOwned, Base):
    """A post under one of the keys by which readers find it: each reads the newest of a few keys from an index.

    An overlap of arrays would let in the same readers, but under row security no index serves it, and in the largest
    circle everything overlaps. `queries.circles` makes the readers' keys, `services.placing` the posts'. `over` is when
    an event is over: the index by it finds what lies ahead.
    """

    __tablename__ = "pinboard_spot"
    __table_args__ = (
        of_company(),
        belongs_to("pinboard_post", "post_id"),
        UniqueConstraint("company_id", "post_id", "key"),
        Index("ix_pinboard_spot_feed", "company_id", "key", "rank", "at", "post_id"),
        Index("ix_pinboard_spot_topic", "company_id", "key", "category_id", "rank", "at", "post_id"),
        Index(
            "ix_pinboard_spot_events", "company_id", "key", "over", "post_id", postgresql_where=text("over IS NOT NULL")
        ),
        OF_THE_COMPANY,
    )

    post_id: Mapped[UUID]
    key: Mapped[str] = mapped_column(Text)
    category_id: Mapped[UUID]
    rank: Mapped[int] = mapped_column(SmallInteger)
    at: Mapped[datetime]
    until: Mapped[datetime | None]
    over: Mapped[datetime | None]


class Revision(CompanyOwned, Base):
    """What a post was after a change; rows are only ever added. `number` is the post's version.

    Who did it is an account, so that a person who goes takes the name along, or else a machine's name.
    """

    __tablename__ = "pinboard_revision"
    __table_args__ = (
        of_company(),
        belongs_to("pinboard_post", "post_id"),
        belongs_to("account", "author_id", ondelete="SET NULL"),
        UniqueConstraint("company_id", "post_id", "number"),
        CheckConstraint(f"event in {EVENTS}", name="event"),
        BY_PEOPLE,
    )

    post_id: Mapped[UUID]
    number: Mapped[int]
    event: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    author_id: Mapped[UUID | None]
    machine: Mapped[str] = mapped_column(Text, server_default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)


class Comment(CompanyOwned, Dated, Base):
    """An answer below a post, by a resident or in the company's name.

    `earlier` is what it said before it was edited, the first version first: objects of `at` (ISO) and `body`.
    """

    __tablename__ = "pinboard_comment"
    __table_args__ = (
        of_company(),
        belongs_to("pinboard_post", "post_id"),
        belongs_to("account", "author_id", ondelete="SET NULL"),
        Index(None, "company_id", "post_id", "id"),
        Index(None, "company_id", "author_id"),
        CheckConstraint(f"status in {SAID}", name="status"),
        BY_PEOPLE,
    )

    post_id: Mapped[UUID]
    author_id: Mapped[UUID | None]
    by_staff: Mapped[bool] = mapped_column(server_default=text("false"))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="shown")
    edited_at: Mapped[datetime | None]
    earlier: Mapped[list[dict[str, str]]] = mapped_column(JSONB, server_default=text("'[]'"))


class Reaction(CompanyOwned, Dated, Base):
    """One of a few signs by somebody who read a post; another one takes its place."""

    __tablename__ = "pinboard_reaction"
    __table_args__ = (
        of_company(),
        belongs_to("pinboard_post", "post_id"),
        belongs_to("account", "account_id"),
        UniqueConstraint("company_id", "post_id", "account_id"),
        CheckConstraint(f"kind in {REACTIONS}", name="kind"),
    )

    post_id: Mapped[UUID]
    account_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)


class Follow(CompanyOwned, Dated, Base):
    """Somebody wants to hear of new comments; who wrote or commented follows without asking."""

    __tablename__ = "pinboard_follow"
    __table_args__ = (
        of_company(),
        belongs_to("pinboard_post", "post_id"),
        belongs_to("account", "account_id"),
        UniqueConstraint("company_id", "post_id", "account_id"),
    )

    post_id: Mapped[UUID]
    account_id: Mapped[UUID]


class Case(CompanyOwned, Dated, Base):
    """A post or a comment that somebody reported, or in which a listed word was `found`, and what became of it.

    `words` are what it said then: so it can be decided also when its author has deleted it. `decision` is None while
    it waits; an `appeal` opens it once more, until it is settled. `version` lets the second of two who decide see it.
    """

    __tablename__ = "pinboard_case"
    __table_args__ = (
        of_company(),
        belongs_to("pinboard_post", "post_id", ondelete="SET NULL"),
        belongs_to("pinboard_comment", "comment_id", ondelete="SET NULL"),
        belongs_to("account", "author_id", ondelete="SET NULL"),
        belongs_to("account", "decided_by", ondelete="SET NULL"),
        belongs_to("property", "property_id", ondelete="SET NULL"),
        Index(None, "company_id", "post_id"),
        Index(None, "company_id", "comment_id"),
        Index(None, "company_id", "author_id"),
        Index(None, "company_id", "created_at", "id"),
        CheckConstraint("kind in ('post', 'comment')", name="kind"),
        CheckConstraint(f"decision in {DECISIONS}", name="decision"),
        BY_PEOPLE,
    )

    post_id: Mapped[UUID | None]
    comment_id: Mapped[UUID | None]
    author_id: Mapped[UUID | None]
    property_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    found: Mapped[str] = mapped_column(Text, server_default="")
    decision: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, server_default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    appeal: Mapped[str] = mapped_column(Text, server_default="")
    appealed_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))


class Report(CompanyOwned, Dated, Base):
    """Somebody says that something should not stand there."""

    __tablename__ = "pinboard_report"
    __table_args__ = (
        of_company(),
        belongs_to("pinboard_case", "case_id"),
        belongs_to("account", "account_id"),
        UniqueConstraint("company_id", "case_id", "account_id"),
        Index(None, "company_id", "account_id"),
        CheckConstraint(f"reason in {REASONS}", name="reason"),
    )

    case_id: Mapped[UUID]
    account_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text, server_default="")


class Rules(CompanyOwned, Base):
    """What a company asks of those who write: one row. `number` grows when the house rules change."""

    __tablename__ = "pinboard_rules"
    __table_args__ = (of_company(), UniqueConstraint("company_id"), OF_THE_COMPANY)

    words: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    rules: Mapped[LocalizedText] = mapped_column(LocalizedTextType, server_default=text("'{}'"))
    number: Mapped[int] = mapped_column(server_default=text("0"))


class Agreed(CompanyOwned, Dated, Base):
    """Somebody agreed to the house rules of this number."""

    __tablename__ = "pinboard_agreed"
    __table_args__ = (of_company(), belongs_to("account", "account_id"), UniqueConstraint("company_id", "account_id"))

    account_id: Mapped[UUID]
    number: Mapped[int]


class Event(CompanyOwned, Dated, Base):
    """When and where something happens. Its id is its name in calendars for good; `sequence` counts what changed there.

    It outlives its post: whoever wanted to come finds that it does not take place. `title` is what calendars call it,
    `timezone` that of the property, `over` the moment from which it is past, `shown` whether its post could be read.
    """

    __tablename__ = "pinboard_event"
    __table_args__ = (
        of_company(),
        belongs_to("pinboard_post", "post_id", ondelete="SET NULL"),
        belongs_to("account", "author_id", ondelete="SET NULL"),
        UniqueConstraint("company_id", "post_id"),
        Index(None, "company_id", "author_id"),
        CheckConstraint("ends is null or ends > starts", name="ends_after_it_starts"),
        BY_PEOPLE,
    )

    post_id: Mapped[UUID | None]
    author_id: Mapped[UUID | None]
    title: Mapped[LocalizedText] = mapped_column(LocalizedTextType)
    place: Mapped[str] = mapped_column(Text, server_default="")
    timezone: Mapped[str] = mapped_column(Text)
    whole_day: Mapped[bool]
    starts: Mapped[datetime]
    ends: Mapped[datetime | None]
    over: Mapped[datetime]
    shown: Mapped[bool] = mapped_column(server_default=text("true"))
    cancelled_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(server_default=text("0"))
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Guest(CompanyOwned, Dated, Base):
    """Whether somebody comes."""

    __tablename__ = "pinboard_guest"
    __table_args__ = (
        of_company(),
        belongs_to("pinboard_event", "event_id"),
        belongs_to("account", "account_id"),
        UniqueConstraint("company_id", "event_id", "account_id"),
        CheckConstraint(f"answer in {ANSWERS}", name="answer"),
    )

    event_id: Mapped[UUID]
    account_id: Mapped[UUID]
    answer: Mapped[str] = mapped_column(Text)


class Poll(CompanyOwned, Dated, Base):
    """A question to the readers of a post. Votes name a choice by its place: once somebody has voted, none moves.

    `results` says when they are shown: always, to who has voted, or at the end. Who voted what is shown if `named`.
    """

    __tablename__ = "pinboard_poll"
    __table_args__ = (
        of_company(),
        belongs_to("pinboard_post", "post_id"),
        UniqueConstraint("company_id", "post_id"),
        CheckConstraint(f"results in {RESULTS}", name="results"),
        BY_PEOPLE,
    )

    post_id: Mapped[UUID]
    choices: Mapped[list[dict[str, str]]] = mapped_column(JSONB)
    several: Mapped[bool]
    named: Mapped[bool]
    results: Mapped[str] = mapped_column(Text)
    ends: Mapped[datetime | None]


class Ballot(CompanyOwned, Dated, Base):
    """What somebody voted: one row each, so that two votes at once are one."""

    __tablename__ = "pinboard_ballot"
    __table_args__ = (
        of_company(),
        belongs_to("pinboard_post", "post_id"),
        belongs_to("account", "account_id"),
        UniqueConstraint("company_id", "post_id", "account_id"),
    )

    post_id: Mapped[UUID]
    account_id: Mapped[UUID]
    picked: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger))
