"""What an import did to rows of the exchange set that have no place of their own, so that it can be undone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0018"
down_revision = "core_0017"
branch_labels = None
depends_on = None

NOTE = """
    CREATE FUNCTION note_exchange() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    BEGIN
        IF current_setting('app.source_kind', true) = 'import' THEN
            INSERT INTO exchange_change (company_id, id, import_id, record_id, before, after)
            VALUES (coalesce(NEW.company_id, OLD.company_id), ordered_uuid(),
                current_setting('app.source_id', true)::uuid, coalesce(NEW.id, OLD.id), to_jsonb(OLD), to_jsonb(NEW));
        END IF;
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    op.create_table(
        "exchange_change",
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("before", postgresql.JSONB()),
        sa.Column("after", postgresql.JSONB()),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name="fk_exchange_change_company_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["company_id", "import_id"],
            ["import_run.company_id", "import_run.id"],
            name="fk_exchange_change_company_id_import_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("company_id", "id", name="pk_exchange_change"),
    )
    op.create_index(None, "exchange_change", ["company_id", "import_id"])
    op.create_index(None, "exchange_change", ["company_id", "record_id"])
    secure("exchange_change")
    op.execute(NOTE)
    op.execute(
        "CREATE TRIGGER note_exchange AFTER INSERT OR UPDATE OR DELETE ON exchange_record "
        "FOR EACH ROW EXECUTE FUNCTION note_exchange()"
    )
