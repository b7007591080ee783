"""Changes in the estate and of people are counted as those of modules are, so that their lists can be kept."""

import sqlalchemy as sa
from alembic import op

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import counted, secure
from quartier.db.engines import OWNER

revision = "core_0190"
down_revision = "core_0120"
branch_labels = None
depends_on = None

# What it leaves is a row that only this transaction ever sees; the trigger on that one is deferred, so that the lock
# which all writers share is taken last.
TOUCH = """
    CREATE FUNCTION touch_contents(company uuid, module text) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        noted text := coalesce(current_setting('app.noted', true), '');
        this text := company || '/' || module;
    BEGIN
        IF strpos(noted, this) = 0 THEN
            PERFORM set_config('app.noted', noted || ' ' || this, true);
            INSERT INTO content_touched (company_id, id, module) VALUES (company, gen_random_uuid(), module);
        END IF;
    END $$
"""
NOTE = """
    CREATE FUNCTION note_contents() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public AS $$
    BEGIN
        PERFORM touch_contents(r.company_id, TG_ARGV[0]) FROM (SELECT DISTINCT company_id FROM changed_rows) r;
        RETURN NULL;
    END $$
"""
NOTE_ROW = """
    CREATE FUNCTION note_content() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public AS $$
    BEGIN
        PERFORM touch_contents(CASE TG_OP WHEN 'DELETE' THEN OLD.company_id ELSE NEW.company_id END, TG_ARGV[0]);
        RETURN NULL;
    END $$
"""
# Whoever counts anything of a company takes one lock first, for the length of a commit. Without it two that count
# people and bookings, one of them the other way round, would wait for each other.
ALONE = "PERFORM pg_advisory_xact_lock(hashtextextended('content_version:' || {}, 0));"
COUNT_NOTED = f"""
    CREATE FUNCTION count_noted() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public AS $$
    DECLARE
        noted record;
    BEGIN
        FOR noted IN SELECT DISTINCT t.company_id, t.module FROM content_touched t
                      WHERE EXISTS (SELECT FROM company c WHERE c.id = t.company_id) ORDER BY 1, 2 LOOP
            {ALONE.format("noted.company_id")}
            INSERT INTO content_version AS v (company_id, id, module, version)
            VALUES (noted.company_id, gen_random_uuid(), noted.module, 1)
            ON CONFLICT (company_id, module) DO UPDATE SET version = v.version + 1;
        END LOOP;
        DELETE FROM content_touched;
        RETURN NULL;
    END $$
"""  # noqa: S608 - our own words
COUNT = f"""
    CREATE OR REPLACE FUNCTION count_contents() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public AS $$
    DECLARE
        changed uuid := CASE TG_OP WHEN 'DELETE' THEN OLD.company_id ELSE NEW.company_id END;
        this text := changed || '/' || TG_ARGV[0];
        counted text := coalesce(current_setting('app.counted', true), '');
    BEGIN
        IF strpos(counted, this) = 0 AND EXISTS (SELECT FROM public.company c WHERE c.id = changed) THEN
            PERFORM set_config('app.counted', counted || ' ' || this, true);
            {ALONE.format("changed")}
            INSERT INTO public.content_version AS v (company_id, id, module, version)
            VALUES (changed, gen_random_uuid(), TG_ARGV[0], 1)
            ON CONFLICT (company_id, module) DO UPDATE SET version = v.version + 1;
        END IF;
        RETURN NULL;
    END $$
"""  # noqa: S608
MODULES = {
    "places": {"property": "", "building": "", "unit": ""},
    "periods": {"occupancy": "", "occupant": ""},
    "people": {"person": "", "account": "email, person_id", "invitation": "", "agent": ""},
    "contracts": {"contract": "", "contract_line": ""},
    "residents": {
        "invitation_sending": "", "mail_address": "bounced_at, address_key", "resident_figures": "figures, counted_at",
    },
}  # fmt: skip
BEFORE = (
    "person", "occupant", "occupancy", "unit", "building", "property", "agent", "invitation", "invitation_sending",
    "account", "mail_address", "resident_figures",
)  # fmt: skip
FIRST = """
    INSERT INTO content_version (company_id, id, module, version)
    SELECT c.id, gen_random_uuid(), m.module, 1 FROM company c, unnest(CAST(:modules AS text[])) m (module)
    ON CONFLICT DO NOTHING
"""


def upgrade() -> None:
    op.create_table(
        "content_touched",
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )
    secure("content_touched", app="SELECT")
    for table in ("content_touched", "content_version"):
        op.execute(f"CREATE POLICY count ON {table} TO {OWNER} USING (true)")
    for function in (TOUCH, NOTE, NOTE_ROW, COUNT_NOTED, COUNT):
        op.execute(function)
    op.execute("REVOKE ALL ON FUNCTION note_contents(), note_content(), count_noted() FROM PUBLIC")
    op.execute(
        "CREATE CONSTRAINT TRIGGER count_noted AFTER INSERT ON content_touched DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION count_noted()"
    )
    for table in BEFORE:
        for row in ("new", "old"):
            op.execute(f'DROP TRIGGER count_residents_{row} ON "{table}"')
    for module, tables in MODULES.items():
        for table, columns in tables.items():
            counted(table, module, columns=columns)
    op.execute(sa.text(FIRST).bindparams(modules=list(MODULES)))
