"""Webhooks: who hears of changes of master data, which changes are still to be told, and the messages."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure
from quartier.db.engines import OWNER

revision = "core_0010"
down_revision = "core_0009"
branch_labels = None
depends_on = None

# Once per transaction, whatever its size: a note that it has changes which somebody wants to hear of, and a job. The
# note says in which transaction the changes were written, because others write at the same time and commit in another
# order. It runs as the owner: within `note_changes`, which wrote the history, and only there.
TELL_CHANGES = """
    CREATE FUNCTION tell_changes() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    DECLARE
        company uuid;
        noted uuid;
    BEGIN
        FOR company IN
            SELECT DISTINCT f.company_id FROM fresh f
            WHERE EXISTS (
                SELECT FROM webhook w WHERE w.company_id = f.company_id AND w.paused = '' AND f.noun = ANY (w.nouns))
        LOOP
            INSERT INTO webhook_pending (company_id, id, work)
            VALUES (company, ordered_uuid(), pg_current_xact_id()::text::bigint)
            ON CONFLICT (company_id, work) DO NOTHING RETURNING id INTO noted;
            CONTINUE WHEN noted IS NULL;
            PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW(
                'default', 'webhooks.gather', 0, company || ':webhooks', NULL,
                jsonb_build_object('company', company, 'arguments', '{}'::jsonb), NULL
            )::procrastinate_job_to_defer_v1]);
        END LOOP;
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    # Not in one step: a default that has to be worked out would write every row of the history anew.
    op.add_column("change", sa.Column("work", sa.BigInteger()))
    op.execute("ALTER TABLE change ALTER COLUMN work SET DEFAULT pg_current_xact_id()::text::bigint")
    _webhooks()
    _pending()
    _deliveries()
    op.execute(f"CREATE POLICY tell ON webhook FOR SELECT TO {OWNER} USING (true)")
    op.execute(f"CREATE POLICY tell ON webhook_pending TO {OWNER} USING (true)")
    op.get_bind().exec_driver_sql(TELL_CHANGES)  # as it stands: its colons name no parameters
    op.execute("REVOKE ALL ON FUNCTION tell_changes() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER tell_changes AFTER INSERT ON change REFERENCING NEW TABLE AS fresh "
        "FOR EACH STATEMENT EXECUTE FUNCTION tell_changes()"
    )


def _webhooks() -> None:
    _create(
        "webhook",
        *(_text(name) for name in ("name", "url", "secret", "created_by")),
        _texts("nouns"),
        sa.Column("with_api", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("old_secret", sa.Text()),
        _moment("old_until"),
        _text("paused", server_default=""),
        _moment("paused_at"),
        _count("failures"),
        _moment("failing_since"),
        _moment("delivered_at"),
        _now("created_at"),
        sa.CheckConstraint("paused in ('', 'agent', 'gone', 'failing')", name="paused"),
    )
    op.create_index(None, "webhook", ["company_id", "created_at"])


def _pending() -> None:
    _create(
        "webhook_pending",
        sa.Column("work", sa.BigInteger(), nullable=False),
        _now("since"),
        sa.UniqueConstraint("company_id", "work"),
    )


def _deliveries() -> None:
    _create(
        "webhook_delivery",
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        _texts("nouns"),
        sa.Column("changes", sa.Integer(), nullable=False),
        _text("body"),
        _text("status", server_default="waiting"),
        _count("attempts"),
        _now("begun_at"),
        _now("due_at"),
        _moment("tried_at"),
        sa.Column("answer", sa.Integer()),
        _text("error", server_default=""),
        _text("reply", server_default=""),
        sa.Column("took_ms", sa.Integer()),
        _now("created_at"),
        sa.CheckConstraint("status in ('waiting', 'delivered', 'failed')", name="status"),
        sa.ForeignKeyConstraint(["company_id", "webhook_id"], ["webhook.company_id", "webhook.id"], ondelete="CASCADE"),
    )
    op.create_index(None, "webhook_delivery", ["company_id", "webhook_id", "id"])
    op.create_index(
        "ix_webhook_delivery_waiting", "webhook_delivery", ["company_id", "webhook_id", "id"],
        postgresql_where=sa.text("status = 'waiting'"),
    )  # fmt: skip


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


def _text(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=False, **options)


def _texts(name: str) -> sa.Column[Any]:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False)


def _count(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), server_default="0", nullable=False)


def _now(name: str) -> sa.Column[Any]:
    return _moment(name, server_default=sa.text("now()"), nullable=False)


def _moment(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), **options)
