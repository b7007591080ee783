"""Reports, what was decided about them, house rules, and who agreed to them."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from quartier.sdk import CURRENT_COMPANY, belongs_to, of_company, secure, versioned

revision = "pinboard_0002"
down_revision = "pinboard_0001"
branch_labels = None
depends_on = None

STATUSES = "('shown', 'withdrawn', 'held', 'hidden', 'removed')"
SAID = "('shown', 'hidden', 'removed')"
REASONS = "('insult', 'private', 'advert', 'fraud', 'false', 'other')"
DECISIONS = "('kept', 'removed')"


def _key() -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("company_id", sa.Uuid(), server_default=text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        of_company(),
        sa.PrimaryKeyConstraint("company_id", "id"),
    ]


def _moment(name: str, *, now: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=text("now()") if now else None, nullable=not now)


def upgrade() -> None:
    op.execute("ALTER TABLE pinboard_post DROP CONSTRAINT ck_pinboard_post_status")
    op.create_check_constraint("status", "pinboard_post", f"status in {STATUSES}")
    op.add_column("pinboard_comment", sa.Column("status", Text(), server_default=text("'shown'"), nullable=False))
    op.create_check_constraint("status", "pinboard_comment", f"status in {SAID}")
    op.create_table(
        "pinboard_case",
        *_key(),
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("comment_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("property_id", sa.Uuid(), nullable=True),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("words", Text(), nullable=False),
        sa.Column("found", Text(), server_default=text("''"), nullable=False),
        sa.Column("decision", Text(), nullable=True),
        sa.Column("reason", Text(), server_default=text("''"), nullable=False),
        _moment("decided_at"),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("appeal", Text(), server_default=text("''"), nullable=False),
        _moment("appealed_at"),
        _moment("settled_at"),
        sa.Column("version", sa.Integer(), server_default=text("1"), nullable=False),
        _moment("created_at", now=True),
        belongs_to("pinboard_post", "post_id", ondelete="SET NULL"),
        belongs_to("pinboard_comment", "comment_id", ondelete="SET NULL"),
        belongs_to("account", "author_id", ondelete="SET NULL"),
        belongs_to("account", "decided_by", ondelete="SET NULL"),
        belongs_to("property", "property_id", ondelete="SET NULL"),
        sa.Index(None, "company_id", "post_id"),
        sa.Index(None, "company_id", "comment_id"),
        sa.Index(None, "company_id", "author_id"),
        sa.Index(None, "company_id", "created_at", "id"),
        sa.CheckConstraint("kind in ('post', 'comment')", name="kind"),
        sa.CheckConstraint(f"decision in {DECISIONS}", name="decision"),
    )
    op.create_table(
        "pinboard_report",
        *_key(),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reason", Text(), nullable=False),
        sa.Column("note", Text(), server_default=text("''"), nullable=False),
        _moment("created_at", now=True),
        belongs_to("pinboard_case", "case_id"),
        belongs_to("account", "account_id"),
        sa.UniqueConstraint("company_id", "case_id", "account_id"),
        sa.Index(None, "company_id", "account_id"),
        sa.CheckConstraint(f"reason in {REASONS}", name="reason"),
    )
    op.create_table(
        "pinboard_rules",
        *_key(),
        sa.Column("words", ARRAY(Text()), server_default=text("'{}'"), nullable=False),
        sa.Column("rules", JSONB(), server_default=text("'{}'"), nullable=False),
        sa.Column("number", sa.Integer(), server_default=text("0"), nullable=False),
        sa.UniqueConstraint("company_id"),
    )
    op.create_table(
        "pinboard_agreed",
        *_key(),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _moment("created_at", now=True),
        belongs_to("account", "account_id"),
        sa.UniqueConstraint("company_id", "account_id"),
    )
    for table in ("case", "report", "rules", "agreed"):
        secure(f"pinboard_{table}")
    versioned("pinboard_rules", "pinboard")
