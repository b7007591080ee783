"""Categories, posts and where they are seen, their history, comments, reactions, and who follows."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from quartier.sdk import CURRENT_COMPANY, of_company, secure, versioned
from quartier.sdk import belongs_to as reference

revision = "pinboard_0001"
down_revision = None
branch_labels = None
depends_on = None

STATUSES = "('shown', 'withdrawn')"
REACHES = "('address', 'property', 'area', 'all', 'chosen')"
REACTIONS = "('like', 'heart', 'laugh', 'cheer', 'join')"
EVENTS = "('created', 'edited', 'withdrawn', 'restored')"


def upgrade() -> None:
    _posts()
    _answers()
    for table in ("category", "post", "spot", "comment", "reaction", "follow"):
        secure(f"pinboard_{table}")
    secure("pinboard_revision", app="SELECT, INSERT, UPDATE (author_id)")
    versioned("pinboard_category", "pinboard")


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


def _moment(name: str, *, optional: bool = False) -> sa.Column[Any]:
    return _column(name, sa.DateTime(timezone=True), None if optional else "now()", optional=optional)


def _posts() -> None:
    _table(
        "pinboard_category",
        _column("key", Text()),
        _column("name", JSONB()),
        _column("icon", Text(), "'board'"),
        _column("position", sa.Integer(), "0"),
        _column("staff_only", sa.Boolean(), "false"),
        _moment("created_at"),
        sa.UniqueConstraint("company_id", "key"),
    )
    _table(
        "pinboard_post",
        _column("category_id", sa.Uuid()),
        _column("author_id", sa.Uuid(), optional=True),
        _column("by_staff", sa.Boolean(), "false"),
        _column("property_id", sa.Uuid(), optional=True),
        _column("from_where", Text(), "''"),
        _column("reach", Text()),
        _column("title", JSONB(), "'{}'"),
        *(_column(name, JSONB()) for name in ("body", "html", "plain")),
        _column("status", Text(), "'shown'"),
        _moment("show_from"),
        _moment("show_until", optional=True),
        _column("pinned", sa.Boolean(), "false"),
        _column("comments_open", sa.Boolean(), "true"),
        _moment("edited_at", optional=True),
        _column("version", sa.Integer(), "1"),
        _column("audience", JSONB(), "'{}'"),
        _column("audience_keys", ARRAY(Text()), "'{*:*}'"),
        _moment("created_at"),
        reference("pinboard_category", "category_id", ondelete="NO ACTION"),
        reference("account", "author_id", ondelete="SET NULL"),
        reference("property", "property_id", ondelete="SET NULL"),
        sa.Index(None, "company_id", "author_id", "id"),
        sa.Index(None, "company_id", "category_id"),
        sa.Index(None, "company_id", "show_from", "id"),
        sa.CheckConstraint(f"status in {STATUSES}", name="status"),
        sa.CheckConstraint(f"reach in {REACHES}", name="reach"),
        sa.CheckConstraint("show_until is null or show_until > show_from", name="shown_for_a_while"),
    )
    _table(
        "pinboard_spot",
        _column("post_id", sa.Uuid()),
        _column("key", Text()),
        _column("category_id", sa.Uuid()),
        _column("rank", sa.SmallInteger()),
        _column("at", sa.DateTime(timezone=True)),
        _moment("until", optional=True),
        reference("pinboard_post", "post_id"),
        sa.UniqueConstraint("company_id", "post_id", "key"),
        sa.Index("ix_pinboard_spot_feed", "company_id", "key", "rank", "at", "post_id"),
        sa.Index("ix_pinboard_spot_topic", "company_id", "key", "category_id", "rank", "at", "post_id"),
    )
    _table(
        "pinboard_revision",
        _column("post_id", sa.Uuid()),
        _column("number", sa.Integer()),
        _column("event", Text()),
        _moment("at"),
        _column("author_id", sa.Uuid(), optional=True),
        _column("machine", Text(), "''"),
        _column("content", JSONB()),
        reference("pinboard_post", "post_id"),
        reference("account", "author_id", ondelete="SET NULL"),
        sa.UniqueConstraint("company_id", "post_id", "number"),
        sa.CheckConstraint(f"event in {EVENTS}", name="event"),
    )


def _answers() -> None:
    _table(
        "pinboard_comment",
        _column("post_id", sa.Uuid()),
        _column("author_id", sa.Uuid(), optional=True),
        _column("by_staff", sa.Boolean(), "false"),
        _column("body", Text()),
        _moment("created_at"),
        reference("pinboard_post", "post_id"),
        reference("account", "author_id", ondelete="SET NULL"),
        sa.Index(None, "company_id", "post_id", "id"),
        sa.Index(None, "company_id", "author_id"),
    )
    _table(
        "pinboard_reaction",
        _column("post_id", sa.Uuid()),
        _column("account_id", sa.Uuid()),
        _column("kind", Text()),
        _moment("created_at"),
        reference("pinboard_post", "post_id"),
        reference("account", "account_id"),
        sa.UniqueConstraint("company_id", "post_id", "account_id"),
        sa.CheckConstraint(f"kind in {REACTIONS}", name="kind"),
    )
    _table(
        "pinboard_follow",
        _column("post_id", sa.Uuid()),
        _column("account_id", sa.Uuid()),
        _moment("created_at"),
        reference("pinboard_post", "post_id"),
        reference("account", "account_id"),
        sa.UniqueConstraint("company_id", "post_id", "account_id"),
    )
