"""Events and who comes, polls and votes, and what was sent as important."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from quartier.sdk import CURRENT_COMPANY, belongs_to, of_company, secure

revision = "pinboard_0006"
down_revision = "pinboard_0005"
branch_labels = None
depends_on = None

ANSWERS = "('yes', 'maybe', 'no')"
RESULTS = "('always', 'voted', 'end')"


def upgrade() -> None:
    op.add_column("pinboard_post", _moment("important_at"))
    op.add_column("pinboard_post", sa.Column("important_id", sa.Uuid(), nullable=True))
    op.add_column("pinboard_spot", _moment("over"))
    op.create_index(
        "ix_pinboard_spot_events", "pinboard_spot", ["company_id", "key", "over", "post_id"],
        postgresql_where=text("over IS NOT NULL"),
    )  # fmt: skip
    _events()
    _polls()
    for table in ("event", "guest", "poll", "ballot"):
        secure(f"pinboard_{table}")


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("company_id", sa.Uuid(), server_default=text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *parts,
        _moment("created_at", now=True),
        of_company(),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )


def _column(name: str, kind: Any, default: str | None = None) -> sa.Column[Any]:
    return sa.Column(name, kind, server_default=None if default is None else text(default), nullable=False)


def _moment(name: str, *, now: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), server_default=text("now()") if now else None, nullable=not now)


def _events() -> None:
    _table(
        "pinboard_event",
        sa.Column("post_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        _column("title", JSONB()),
        _column("place", Text(), "''"),
        _column("timezone", Text()),
        _column("whole_day", sa.Boolean()),
        _column("starts", sa.DateTime(timezone=True)),
        _moment("ends"),
        _column("over", sa.DateTime(timezone=True)),
        _column("shown", sa.Boolean(), "true"),
        _moment("cancelled_at"),
        _column("sequence", sa.Integer(), "0"),
        _moment("changed_at", now=True),
        belongs_to("pinboard_post", "post_id", ondelete="SET NULL"),
        belongs_to("account", "author_id", ondelete="SET NULL"),
        sa.UniqueConstraint("company_id", "post_id"),
        sa.Index(None, "company_id", "author_id"),
        sa.CheckConstraint("ends is null or ends > starts", name="ends_after_it_starts"),
    )
    _table(
        "pinboard_guest",
        _column("event_id", sa.Uuid()),
        _column("account_id", sa.Uuid()),
        _column("answer", Text()),
        belongs_to("pinboard_event", "event_id"),
        belongs_to("account", "account_id"),
        sa.UniqueConstraint("company_id", "event_id", "account_id"),
        sa.CheckConstraint(f"answer in {ANSWERS}", name="answer"),
    )


def _polls() -> None:
    _table(
        "pinboard_poll",
        _column("post_id", sa.Uuid()),
        _column("choices", JSONB()),
        _column("several", sa.Boolean()),
        _column("named", sa.Boolean()),
        _column("results", Text()),
        _moment("ends"),
        belongs_to("pinboard_post", "post_id"),
        sa.UniqueConstraint("company_id", "post_id"),
        sa.CheckConstraint(f"results in {RESULTS}", name="results"),
    )
    _table(
        "pinboard_ballot",
        _column("post_id", sa.Uuid()),
        _column("account_id", sa.Uuid()),
        _column("picked", ARRAY(sa.SmallInteger())),
        belongs_to("pinboard_post", "post_id"),
        belongs_to("account", "account_id"),
        sa.UniqueConstraint("company_id", "post_id", "account_id"),
    )
