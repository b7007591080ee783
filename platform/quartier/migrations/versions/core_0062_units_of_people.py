"""A search finds the units of a thousand people in one index, and rights of single units and buildings by key."""

import sqlalchemy as sa
from alembic import op

revision = "core_0062"
down_revision = "core_0063"
branch_labels = None
depends_on = None

PLACES = "".join(
    f"""
            IF '{noun}' = ANY (nouns) THEN
                found := ARRAY(SELECT t.id FROM public.{noun} t
                    WHERE t.company_id = company AND t.search_key LIKE pattern LIMIT most);
                IF found <> '{{}}' THEN
                    RETURN QUERY SELECT i - 1, '{noun}', cardinality(found), found;
                    here := true;
                END IF;
            END IF;"""  # noqa: S608 - names of our own tables
    for noun in ("property", "building", "unit")
)
LOOSE = "".join(
    f"""
                IF '{noun}' = ANY (nouns) THEN
                    likely := ARRAY(SELECT t.id FROM public.{noun} t
                        WHERE t.company_id = company AND words[i] <% t.search_key LIMIT most - 1);
                    IF likely <> '{{}}' THEN
                        RETURN QUERY SELECT i - 1, '{noun}', cardinality(likely), likely;
                    END IF;
                END IF;"""  # noqa: S608 - names of our own tables
    for noun in ("property", "building")
)
# A word of one or two letters must begin a word; one that nothing contains is looked for with its typing errors.
# `most` ids per word and noun: who gets that many knows that there may be more. `use` are units that found people use;
# where units are asked for, people are given as these only, and where there are too many people without ids.
ESTATE_FIND = f"""
    CREATE OR REPLACE FUNCTION estate_find(words text[], nouns text[], most int)
    RETURNS TABLE (word int, noun text, hits int, ids uuid[])
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 10
    SET search_path = pg_catalog, public SET pg_trgm.word_similarity_threshold = 0.55
    SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
    DECLARE
        company uuid := nullif(current_setting('app.company_id', true), '')::uuid;
        by_people boolean := 'person' = ANY (nouns);
        i int; pattern text; patterns text[] := '{{}}'; here boolean; nowhere boolean[] := '{{}}';
        -- the words that no place has, who has all of them, and who has the word at hand
        together text[] := '{{}}'; everybody uuid[] := '{{}}'; found uuid[]; likely uuid[];
        who uuid[] := '{{}}'; whose int[] := '{{}}';
    BEGIN
        IF company IS NULL THEN RAISE EXCEPTION 'no company is bound'; END IF;
        FOR i IN 1 .. cardinality(words) LOOP
            pattern := CASE WHEN length(words[i]) < 3 THEN '% ' ELSE '%' END || words[i] || '%';
            patterns := patterns || pattern;
            here := false;{PLACES}
            nowhere := nowhere || NOT here;
            IF NOT here THEN together := together || pattern; END IF;
        END LOOP;
        IF by_people AND together <> '{{}}' THEN
            everybody := ARRAY(SELECT t.id FROM public.person t WHERE t.company_id = company
                AND t.search_key LIKE together[1] AND t.search_key LIKE coalesce(together[2], together[1])
                AND t.search_key LIKE coalesce(together[3], together[1]) AND t.search_key LIKE ALL (together)
                LIMIT most);
        END IF;
        FOR i IN 1 .. cardinality(words) LOOP
            found := '{{}}';
            IF by_people AND everybody = '{{}}' AND NOT (nowhere[i] AND cardinality(together) = 1) THEN
                found := ARRAY(SELECT t.id FROM public.person t
                    WHERE t.company_id = company AND t.search_key LIKE patterns[i] LIMIT most);
            ELSIF nowhere[i] OR cardinality(everybody) = most THEN
                found := everybody;
            ELSIF by_people THEN
                found := ARRAY(SELECT t.id FROM public.person t
                    WHERE t.company_id = company AND t.id = ANY (everybody) AND t.search_key LIKE patterns[i]);
            END IF;
            IF nowhere[i] AND found = '{{}}' AND length(words[i]) > 3 THEN
                IF by_people THEN
                    found := ARRAY(SELECT t.id FROM public.person t WHERE t.company_id = company
                        AND words[i] <% t.search_key ORDER BY words[i] <<-> t.search_key
                        LIMIT least(50, most - 1));
                END IF;{LOOSE}
            END IF;
            IF found <> '{{}}' AND NOT 'unit' = ANY (nouns) THEN
                RETURN QUERY SELECT i - 1, 'person', cardinality(found), found;
            ELSIF cardinality(found) = most THEN
                RETURN QUERY SELECT i - 1, 'use', most, NULL::uuid[];
            ELSIF found <> '{{}}' THEN
                who := who || found;
                whose := whose || array_fill(i - 1, ARRAY[cardinality(found)]);
            END IF;
        END LOOP;
        IF who <> '{{}}' THEN
            RETURN QUERY SELECT u.word, 'use', least(count(*)::int, most - 1), array_agg(u.unit_id) FROM (
                SELECT DISTINCT x.word, o.unit_id FROM unnest(whose, who) x (word, person_id)
                JOIN public.occupant o ON o.company_id = company AND o.person_id = x.person_id) u GROUP BY u.word;
        END IF;
    END $$
"""  # noqa: S608 - names of our own tables
# Whoever puts somebody on a period that is just going to another unit waits for that.
OF_UNIT = """
    CREATE FUNCTION occupant_of_unit() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    BEGIN
        SELECT y.unit_id INTO NEW.unit_id FROM occupancy y
         WHERE y.company_id = NEW.company_id AND y.id = NEW.occupancy_id FOR SHARE;
        RETURN NEW;
    END $$
"""
TO_UNIT = """
    CREATE FUNCTION occupancy_to_unit() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    BEGIN
        UPDATE occupant o SET unit_id = NEW.unit_id WHERE o.company_id = NEW.company_id AND o.occupancy_id = NEW.id;
        RETURN NULL;
    END $$
"""
# An import says the units itself, many at once. Where a period goes to another unit, its people go along.
TRIGGERS = """
    CREATE TRIGGER of_unit BEFORE INSERT ON occupant FOR EACH ROW
        WHEN (NEW.unit_id IS NULL OR current_setting('app.source_kind', true) IS DISTINCT FROM 'import')
        EXECUTE FUNCTION occupant_of_unit();
    CREATE TRIGGER of_other_unit BEFORE UPDATE OF occupancy_id ON occupant FOR EACH ROW
        EXECUTE FUNCTION occupant_of_unit();
    CREATE TRIGGER to_unit AFTER UPDATE OF unit_id ON occupancy FOR EACH ROW
        WHEN (OLD.unit_id <> NEW.unit_id) EXECUTE FUNCTION occupancy_to_unit()
"""
# With row security the planner looks up by key only what it knows to give nothing away. That is so of CASE and not of
# coalesce, for which it read all buildings at the beginning of each page.
GRANTS_OF = """
    CREATE OR REPLACE FUNCTION grants_of(company uuid, agent uuid, today date) RETURNS jsonb
    LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public AS $$
    BEGIN
        RETURN (
            SELECT coalesce(jsonb_agg(jsonb_build_object('may', r.permissions, 'at',
                array_remove(ARRAY[coalesce(r.property_id, b.property_id), b.id, u.id], NULL))), '[]')
            FROM agent_grant r
            LEFT JOIN LATERAL (
                SELECT x.id, x.building_id FROM unit x WHERE x.company_id = company AND x.id = r.unit_id LIMIT 1
            ) u ON true
            LEFT JOIN LATERAL (
                SELECT x.id, x.property_id FROM building x
                WHERE x.company_id = company
                    AND x.id = CASE WHEN r.building_id IS NULL THEN u.building_id ELSE r.building_id END LIMIT 1
            ) b ON true
            WHERE r.company_id = company AND r.agent_id = agent AND r.ended_at IS NULL
                AND (r.starts IS NULL OR r.starts <= today) AND (r.ends IS NULL OR today < r.ends)
        );
    END $$
"""
CHANGE_ID = """
    encode(substring(int8send(t.us / 1000) FROM 3)
        || substring(int4send((28672 + (t.us % 1000) * 4096 / 1000)::int) FROM 3)
        || substring(uuid_send(gen_random_uuid()) FROM 9), 'hex')::uuid
"""
MOMENT = "CROSS JOIN LATERAL (SELECT (date_part('epoch', clock_timestamp()) * 1000000)::bigint AS us OFFSET 0) t"
# What the database keeps by itself is nobody's change: a unit's new name for an occupant stands in no history.
NOTE_CHANGES = f"""
    CREATE OR REPLACE FUNCTION note_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public AS $$
    DECLARE
        silent text[] := '{{company_id,id,search_key,sort_key,version,changed_at,created_at}}'::text[]
            || CASE WHEN TG_TABLE_NAME = 'occupant' THEN '{{unit_id}}' ELSE '{{}}' END::text[];
        who text := coalesce(nullif(current_setting('app.actor', true), ''), 'system');
        whence text := coalesce(nullif(current_setting('app.source_kind', true), ''), 'system');
        source uuid := nullif(current_setting('app.source_id', true), '')::uuid;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO public.change (company_id, id, actor, source_kind, source_id, noun, noun_id, action, after)
            SELECT n.company_id, {CHANGE_ID}, who, whence, source, TG_TABLE_NAME, n.id, 'insert',
                jsonb_strip_nulls(to_jsonb(n) - silent)
            FROM new_rows n {MOMENT};
        ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO public.change (company_id, id, actor, source_kind, source_id, noun, noun_id, action, before)
            SELECT o.company_id, {CHANGE_ID}, who, whence, source, TG_TABLE_NAME, o.id, 'delete',
                jsonb_strip_nulls(to_jsonb(o) - silent)
            FROM old_rows o {MOMENT} WHERE EXISTS (SELECT FROM public.company c WHERE c.id = o.company_id);
        ELSE
            INSERT INTO public.change
                (company_id, id, actor, source_kind, source_id, noun, noun_id, action, before, after)
            SELECT d.company_id, {CHANGE_ID}, who, whence, source, TG_TABLE_NAME, d.id, 'update', d.was, d.now
            FROM (
                SELECT p.company_id, p.id, x.was, x.now
                FROM (
                    SELECT n.company_id, n.id, to_jsonb(n) - silent AS now, to_jsonb(o) - silent AS was
                    FROM new_rows n JOIN old_rows o ON o.company_id = n.company_id AND o.id = n.id
                    OFFSET 0
                ) p
                CROSS JOIN LATERAL (
                    SELECT jsonb_object_agg(a.key, p.was -> a.key) AS was, jsonb_object_agg(a.key, a.value) AS now
                    FROM jsonb_each(p.now) a WHERE a.value IS DISTINCT FROM p.was -> a.key
                ) x
                WHERE x.now IS NOT NULL
            ) d {MOMENT};
        END IF;
        RETURN NULL;
    END $$
"""  # noqa: S608 - our own words only
FILL = """
    UPDATE occupant o SET unit_id = y.unit_id FROM occupancy y
     WHERE y.company_id = o.company_id AND y.id = o.occupancy_id
"""
# core_0050 looked for units that nobody holds as the owner, who saw none: those of an older database are found now.
UNHELD = """
    INSERT INTO unheld_unit (company_id, id, until)
    SELECT u.company_id, u.id, min(y.starts) FROM unit u
      LEFT JOIN occupancy y ON y.company_id = u.company_id AND y.unit_id = u.id AND y.ends IS NULL
     GROUP BY u.company_id, u.id HAVING coalesce(min(y.starts) > current_date - 7, true)
    ON CONFLICT DO NOTHING
"""
READ = ("unit", "occupancy", "occupant")


def upgrade() -> None:
    op.execute(GRANTS_OF)
    op.execute(NOTE_CHANGES)
    op.add_column("occupant", sa.Column("unit_id", sa.Uuid()))
    for table in READ:
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')  # else the owner sees no rows
    op.execute("ALTER TABLE occupant DISABLE TRIGGER USER")  # nobody changed anything, so no note is made
    op.execute(FILL)
    op.execute("ALTER TABLE occupant ENABLE TRIGGER USER")
    op.execute(UNHELD)
    for table in READ:
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    op.alter_column("occupant", "unit_id", nullable=False)
    op.drop_index(op.f("ix_occupant_company_id_person_id"), "occupant")
    op.create_index(None, "occupant", ["company_id", "person_id"], postgresql_include=["unit_id"])
    for statement in (OF_UNIT, TO_UNIT, TRIGGERS):
        op.execute(statement)
    op.execute("SELECT show_limit()")  # loads the extension, so that the function may set its threshold
    op.execute(ESTATE_FIND)
