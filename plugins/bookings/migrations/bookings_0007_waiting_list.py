"""Who waits for a time that is taken, and times that are held for them while they have an offer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

from quartier.sdk import CURRENT_COMPANY, belongs_to, of_company, secure

revision = "bookings_0007"
down_revision = "bookings_0006"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
STATES = "('waiting', 'offered', 'accepted', 'lapsed', 'left', 'removed', 'dropped')"
OPEN = text("state IN ('waiting', 'offered')")


def upgrade() -> None:
    op.create_table(
        "bookings_waiter",
        sa.Column("company_id", sa.Uuid(), server_default=text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("starts", INSTANT, nullable=False),
        sa.Column("ends", INSTANT, nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("people", sa.Integer(), server_default=text("1"), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("agreed", INSTANT),
        sa.Column("lapses", INSTANT),
        sa.Column("booking_id", sa.Uuid()),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("made_by", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("created_at", INSTANT, server_default=text("now()"), nullable=False),
        of_company(),
        belongs_to("bookings_asset", "asset_id"),
        belongs_to("person", "person_id"),
        belongs_to("bookings_booking", "booking_id"),
        sa.PrimaryKeyConstraint("company_id", "id"),
        sa.CheckConstraint(f"state in {STATES}", name="state"),
        sa.CheckConstraint("starts < ends", name="time"),
        sa.CheckConstraint("state <> 'offered' OR lapses IS NOT NULL", name="offer"),
        sa.Index(None, "company_id", "asset_id", "starts"),
        sa.Index(None, "company_id", "person_id"),
        sa.Index(None, "company_id", "booking_id"),
        sa.Index(
            "uq_bookings_waiter_open", "company_id", "person_id", "asset_id", "starts", "ends", unique=True,
            postgresql_where=OPEN,
        ),
    )  # fmt: skip
    secure("bookings_waiter")
    op.add_column("bookings_blocking", sa.Column("waiter_id", sa.Uuid()))
    op.alter_column("bookings_blocking", "booking_id", nullable=True)
    reference = belongs_to("bookings_waiter", "waiter_id")
    op.create_foreign_key(
        "fk_bookings_blocking_company_id_waiter_id", "bookings_blocking", "bookings_waiter",
        ["company_id", "waiter_id"], ["company_id", "id"], ondelete=reference.ondelete,
    )  # fmt: skip
    op.create_check_constraint(
        "ck_bookings_blocking_one", "bookings_blocking", "num_nonnulls(booking_id, waiter_id) = 1"
    )
    op.create_index(
        "ix_bookings_blocking_held", "bookings_blocking", ["company_id", "waiter_id"],
        postgresql_where=text("waiter_id IS NOT NULL"),
    )  # fmt: skip
