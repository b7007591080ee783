"""Versions of modules' contents, so that what was read of them can be kept until they change."""

import sqlalchemy as sa
from alembic import op

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = None

# Deferred: it takes the one row that all writers of a module share when everything else is locked already, so that it
# is held for a moment and no two of them ever wait for each other. Once per transaction is enough.
COUNT = """
    CREATE FUNCTION count_contents() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    DECLARE
        changed uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.company_id ELSE NEW.company_id END;
        this text := changed || '/' || TG_ARGV[0];
        counted text := coalesce(current_setting('app.counted', true), '');
    BEGIN
        IF strpos(counted, this) = 0 AND EXISTS (SELECT FROM public.company c WHERE c.id = changed) THEN
            PERFORM set_config('app.counted', counted || ' ' || this, true);
            INSERT INTO public.content_version AS v (company_id, id, module, version)
            VALUES (changed, gen_random_uuid(), TG_ARGV[0], 1)
            ON CONFLICT (company_id, module) DO UPDATE SET version = v.version + 1;
        END IF;
        RETURN NULL;
    END $$
"""


def upgrade() -> None:
    op.create_table(
        "content_version",
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("company_id", "id"),
        sa.UniqueConstraint("company_id", "module"),
    )
    secure("content_version", app="SELECT, INSERT, UPDATE")
    op.execute(COUNT)


def downgrade() -> None:
    op.drop_table("content_version")
    op.execute("DROP FUNCTION count_contents()")
