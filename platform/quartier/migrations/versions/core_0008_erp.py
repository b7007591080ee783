"""The ERP interface: who owns which fields, batches that come in, and webhooks that tell of changes."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure
from quartier.db.engines import OWNER

revision = "core_0008"
down_revision = "core_0007"
branch_labels = None
depends_on = None

# A job per statement that wrote history, in the same transaction. It names that transaction's number and the first and
# last of its rows: so it finds exactly them, whatever else was written at the same time and committed in another order.
TELL_CHANGES = """
    CREATE FUNCTION tell_changes() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    DECLARE
        batch record;
    BEGIN
        FOR batch IN
            SELECT f.company_id, min(f.id::text) AS first, max(f.id::text) AS last FROM fresh f
            WHERE EXISTS (SELECT FROM webhook w WHERE w.company_id = f.company_id AND w.is_active
                AND f.noun = ANY (w.nouns))
            GROUP BY f.company_id
        LOOP
            PERFORM procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'erp.gather', 0, NULL, NULL,
                jsonb_build_object('company', batch.company_id, 'arguments', jsonb_build_object(
                    'first', batch.first, 'last', batch.last, 'transaction', pg_current_xact_id()::xid::text)),
                NULL)::procrastinate_job_to_defer_v1]);
        END LOOP;
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    _create(
        "erp_link",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("correction_email", sa.Text()),
        _texts("owned"),
        _moment("changed_at", server_default=sa.text("now()"), nullable=False),
        sa.UniqueConstraint("company_id"),
    )
    _create(
        "erp_batch",
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("lines", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("status", sa.Text(), server_default="waiting", nullable=False),
        *(sa.Column(name, sa.Integer(), server_default="0", nullable=False)
          for name in ("received", "created", "updated", "unchanged")),
        sa.Column("problems", postgresql.JSONB(), server_default="[]", nullable=False),
        sa.Column("problem_count", sa.Integer(), server_default="0", nullable=False),
        _moment("finished_at"),
        _moment("created_at", server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('waiting', 'running', 'done', 'failed')", name="status"),
    )  # fmt: skip
    op.create_index(None, "erp_batch", ["company_id", "created_at"])
    _create(
        "webhook",
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("name", "url", "secret", "created_by")),
        sa.Column("nouns", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("is_active", sa.Boolean(), server_default=sa.true(), nullable=False),
        _moment("created_at", server_default=sa.text("now()"), nullable=False),
    )
    op.create_index(None, "webhook", ["company_id", "created_at"])
    _create(
        "webhook_delivery",
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        _moment("begun_at", server_default=sa.text("now()"), nullable=False),
        sa.Column("answer", sa.Integer()),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        _moment("tried_at"),
        _moment("created_at", server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('waiting', 'delivered', 'failed')", name="status"),
        sa.ForeignKeyConstraint(["company_id", "webhook_id"], ["webhook.company_id", "webhook.id"], ondelete="CASCADE"),
    )
    op.create_index(None, "webhook_delivery", ["company_id", "webhook_id", "id"])
    op.execute(f"CREATE POLICY tell ON webhook FOR SELECT TO {OWNER} USING (true)")
    op.execute(TELL_CHANGES)
    op.execute("REVOKE ALL ON FUNCTION tell_changes() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER tell_changes AFTER INSERT ON change REFERENCING NEW TABLE AS fresh "
        "FOR EACH STATEMENT EXECUTE FUNCTION tell_changes()"
    )


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


def _texts(name: str) -> sa.Column[Any]:
    return sa.Column(name, postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False)


def _moment(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), **options)
