"""Corrections: what people wish that the ERP changes, and the database noting when it has."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure
from quartier.db.engines import OWNER

revision = "core_0015"
down_revision = "core_0014"
branch_labels = None
depends_on = None

# It runs as the owner, within `note_changes` which wrote the history: so a correction is closed in the transaction that
# brings the value, whoever does it. The first look is for the usual case, in which nobody wishes anything.
CLOSE_CORRECTIONS = """
    CREATE FUNCTION close_corrections() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM correction_field f WHERE f.arrived_at IS NULL
                AND f.company_id IN (SELECT DISTINCT n.company_id FROM fresh n)
        ) THEN
            RETURN NULL;
        END IF;
        UPDATE correction_field f SET arrived_at = now() FROM fresh n
        WHERE f.company_id = n.company_id AND f.noun_id = n.noun_id AND f.arrived_at IS NULL
            AND n.action = 'update' AND n.after -> f.field = f.proposed;
        UPDATE correction c SET closed_at = now(), closed_as = 'arrived' FROM fresh n
        WHERE c.company_id = n.company_id AND c.noun_id = n.noun_id AND c.closed_at IS NULL AND n.action = 'update'
            AND NOT EXISTS (
                SELECT FROM correction_field f
                WHERE f.company_id = c.company_id AND f.correction_id = c.id AND f.arrived_at IS NULL);
        UPDATE correction c SET closed_at = now(), closed_as = 'gone' FROM fresh n
        WHERE c.company_id = n.company_id AND c.noun_id = n.noun_id AND c.closed_at IS NULL AND n.action = 'delete';
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    _corrections()
    _fields()
    for table in ("correction", "correction_field"):
        op.execute(f"CREATE POLICY close ON {table} TO {OWNER} USING (true)")
    op.execute(CLOSE_CORRECTIONS)
    op.execute("REVOKE ALL ON FUNCTION close_corrections() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER close_corrections AFTER INSERT ON change REFERENCING NEW TABLE AS fresh "
        "FOR EACH STATEMENT EXECUTE FUNCTION close_corrections()"
    )


def _corrections() -> None:
    _create(
        "correction",
        *(_text(name) for name in ("noun", "label", "recipient", "proposed_by")),
        *(_text(name, server_default="") for name in ("note", "closed_as", "closed_by")),
        sa.Column("noun_id", sa.Uuid(), nullable=False),
        sa.Column("property_id", sa.Uuid()),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("closed_as in ('', 'arrived', 'gone', 'agent')", name="closed_as"),
    )
    op.create_index(None, "correction", ["company_id", "created_at"])
    op.create_index(
        "ix_correction_open", "correction", ["company_id", "noun_id"], postgresql_where=sa.text("closed_at is null")
    )


def _fields() -> None:
    _create(
        "correction_field",
        sa.Column("correction_id", sa.Uuid(), nullable=False),
        sa.Column("noun_id", sa.Uuid(), nullable=False),
        _text("field"),
        sa.Column("present", postgresql.JSONB(), nullable=False),
        sa.Column("proposed", postgresql.JSONB(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["company_id", "correction_id"], ["correction.company_id", "correction.id"], ondelete="CASCADE"
        ),
    )
    op.create_index(None, "correction_field", ["company_id", "correction_id"])
    op.create_index(
        "ix_correction_field_open", "correction_field", ["company_id", "noun_id"],
        postgresql_where=sa.text("arrived_at is null"),
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
