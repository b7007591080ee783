"""After a large import the planner learns at once how much there is, and not when the database next looks.

A company's first import turns four properties into a hundred thousand units. Until the tables are analysed, which the
database does by itself within a minute or two, every list is planned for four.
"""

from alembic import op

from quartier.db.engines import APP

revision = "core_0076"
down_revision = "core_0066"
branch_labels = None
depends_on = None

# Only who owns a table may have it analysed. It shows nothing and changes nothing that anybody sees, waits for nobody,
# and does nothing where little was written: the database's own measure is a tenth of a table.
FRESHEN = """
    CREATE FUNCTION freshen_statistics() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
    AS $$
    DECLARE one regclass;
    BEGIN
        FOR one IN SELECT relid FROM pg_stat_user_tables
                    WHERE schemaname = 'public' AND n_mod_since_analyze > 1000 + n_live_tup / 10 LOOP
            EXECUTE format('ANALYZE (SKIP_LOCKED) %s', one);
        END LOOP;
    END $$
"""


def upgrade() -> None:
    op.execute(FRESHEN)
    op.execute("REVOKE ALL ON FUNCTION freshen_statistics() FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION freshen_statistics() TO {APP}")
