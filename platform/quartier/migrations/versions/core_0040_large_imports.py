"""Large imports write less: rows that cannot be without their company do not ask for it one by one.

What an occupant is part of names the company already, and a note in the history only ever follows a row that does; each
asked for the same company once more, seven hundred thousand times in an import of 100,000 units. The history of a
company that goes is removed by a trigger instead. And an import that has told the search's indexes to collect more
before they are sorted can have them sorted at its end.
"""

from alembic import op

from quartier.db.engines import APP

revision = "core_0040"
down_revision = "core_0044"
branch_labels = None
depends_on = None

# After the database's own triggers, whose names come first: what they delete is no longer noted by then.
FORGET_CHANGES = """
    CREATE FUNCTION forget_changes() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    BEGIN
        DELETE FROM public.change WHERE company_id = OLD.id;
        RETURN NULL;
    END $$
"""
# Only who owns an index may have it sorted. It shows nothing and changes nothing that anybody sees.
SORT_SEARCH = """
    CREATE FUNCTION sort_search() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
    BEGIN
        PERFORM gin_clean_pending_list(i.indexrelid::regclass) FROM pg_index i
            JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am a ON a.oid = x.relam AND a.amname = 'gin'
            WHERE i.indrelid = ANY ('{public.property,public.building,public.unit,public.person}'::regclass[]);
    END $$
"""


def upgrade() -> None:
    op.drop_constraint("fk_change_company_id", "change")
    op.drop_constraint(op.f("fk_occupant_company_id"), "occupant")
    op.execute(FORGET_CHANGES)
    op.execute("REVOKE ALL ON FUNCTION forget_changes() FROM PUBLIC")
    op.execute("CREATE TRIGGER forget_changes AFTER DELETE ON company FOR EACH ROW EXECUTE FUNCTION forget_changes()")
    op.execute(SORT_SEARCH)
    op.execute("REVOKE ALL ON FUNCTION sort_search() FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION sort_search() TO {APP}")
