"""A search for a word that thousands of posts have stops looking: then the newest posts are looked through instead."""

from alembic import op

revision = "pinboard_0007"
down_revision = "pinboard_0006"
branch_labels = None
depends_on = None

FIND = """
    CREATE FUNCTION pinboard_find(words text[], most int DEFAULT NULL) RETURNS SETOF uuid
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public AS $$
    DECLARE
        company uuid := nullif(current_setting('app.company_id', true), '')::uuid;
        wish text;
    BEGIN
        IF company IS NULL THEN RAISE EXCEPTION 'no company is bound'; END IF;
        SELECT string_agg(
            format('search_key LIKE %L', CASE WHEN length(w) < 3 THEN '% ' ELSE '%' END || w || '%'), ' AND ')
        INTO wish FROM unnest(words) w;
        IF wish IS NOT NULL THEN
            RETURN QUERY EXECUTE
                'SELECT id FROM public.pinboard_post WHERE company_id = $1 AND ' || wish || ' LIMIT $2'
                USING company, most;
        END IF;
    END $$
"""


def upgrade() -> None:
    op.execute("DROP FUNCTION pinboard_find(text[])")
    op.execute(FIND)
    op.execute("REVOKE ALL ON FUNCTION pinboard_find(text[], int) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION pinboard_find(text[], int) TO quartier_app")
