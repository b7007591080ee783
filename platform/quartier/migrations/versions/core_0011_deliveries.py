"""Mails to people: what was written to whom and what became of it, addresses, and how a company signs."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure
from quartier.db.engines import APP, PLATFORM

revision = "core_0011"
down_revision = "core_0010"
branch_labels = None
depends_on = None

BEFORE = "queue_job(text, jsonb, timestamptz, text, text, bigint)"
SIGNATURE = "queue_job(text, jsonb, timestamptz, text, text, integer, bigint)"
# As in core_0005, and with a priority: a letter to one person does not wait behind a mailing to thousands.
QUEUE_JOB = f"""
    CREATE PROCEDURE queue_job(
        job text, arguments jsonb, due timestamptz, once text, alone text, priority integer, INOUT queued bigint
    ) LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DECLARE
        company uuid := {CURRENT_COMPANY};
        entry procrastinate_job_to_defer_v1;
    BEGIN
        IF company IS NULL THEN
            RAISE EXCEPTION 'no company is bound' USING ERRCODE = 'insufficient_privilege';
        END IF;
        entry := ROW('default', job, priority, company || ':' || alone, company || ':' || job || ':' || once,
            jsonb_build_object('company', company, 'arguments', arguments), due);
        IF once IS NULL THEN
            queued := (procrastinate_defer_jobs_v1(ARRAY[entry]))[1];
            RETURN;
        END IF;
        BEGIN
            queued := (procrastinate_defer_jobs_v1(ARRAY[entry]))[1];
        EXCEPTION WHEN unique_violation THEN
            queued := NULL;
        END;
    END $$
"""


def upgrade() -> None:
    op.execute(f"DROP PROCEDURE {BEFORE}")
    op.execute(QUEUE_JOB)
    op.execute(f"REVOKE ALL ON PROCEDURE {SIGNATURE} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON PROCEDURE {SIGNATURE} TO {APP}, {PLATFORM}")
    op.add_column("outbox_mail", _text("reason"))
    _addresses()
    _deliveries()
    _create(
        "mail_settings",
        _text("sender_name"),
        sa.Column("reply_to", sa.Text()),
        sa.Column("footer", postgresql.JSONB(), server_default="{}", nullable=False),
        _now("changed_at"),
        sa.UniqueConstraint("company_id"),
    )


def _addresses() -> None:
    _create(
        "mail_address",
        sa.Column("address_key", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("off", postgresql.ARRAY(sa.Text()), server_default="{}", nullable=False),
        _moment("bounced_at"),
        _text("reason"),
        _now("created_at"),
        sa.UniqueConstraint("company_id", "address_key"),
        sa.UniqueConstraint("company_id", "token"),
    )


def _deliveries() -> None:
    _create(
        "mail_delivery",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("kind", "event", "address", "address_key")),
        _text("name"),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("language", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Boolean(), server_default="false", nullable=False) for name in ("essential", "secret")),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("letter", postgresql.JSONB()),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        _text("reason"),
        sa.Column("attempts", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("copies", sa.SmallInteger(), server_default="1", nullable=False),
        _now("queued_at"),
        _moment("ended_at"),
        _now("created_at"),
        sa.UniqueConstraint("company_id", "event", "address_key"),
        sa.CheckConstraint("state in ('waiting', 'sent', 'kept', 'withheld', 'bounced', 'failed')", name="state"),
        sa.ForeignKeyConstraint(["company_id", "person_id"], ["person.company_id", "person.id"], ondelete="CASCADE"),
    )
    for columns in (["person_id", "id"], ["address_key"], ["state", "ended_at"]):
        op.create_index(None, "mail_delivery", ["company_id", *columns])


def _create(table: str, *columns: Any) -> None:
    op.create_table(
        table,
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )
    secure(table)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def _moment(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def _now(name: str) -> sa.Column[Any]:
    return _moment(name, server_default=sa.text("now()"), nullable=False)
