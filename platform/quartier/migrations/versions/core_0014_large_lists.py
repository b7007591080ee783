"""Lists of large estates: what is archived is found without reading all there is; common names are not followed.

`estate_find` looked up the units of as many people as it may return, however many there are. Where it found that many,
those units are only some of them: nobody can use them, and looking them up took longer than the list itself.
"""

import sqlalchemy as sa
from alembic import op

revision = "core_0014"
down_revision = "core_0013"
branch_labels = None
depends_on = None

NOUNS = ("property", "building", "unit")
WHERE = {"true": "w <% t.search_key", "false": "t.search_key LIKE pattern"}
ROWS = """
                IF '{noun}' = ANY (nouns) THEN
                    RETURN QUERY SELECT i, '{noun}', t.id FROM public.{noun} t
                        WHERE t.company_id = company AND {where} LIMIT most;
                    GET DIAGNOSTICS one = ROW_COUNT; hits := hits + one;
                END IF;
"""
LOOSE = "".join(ROWS.format(noun=noun, where=WHERE["true"]) for noun in NOUNS[:2])
STRICT = "".join(ROWS.format(noun=noun, where=WHERE["false"]) for noun in NOUNS)
# A word of one or two letters must begin a word; one that nothing contains is looked for with its typing errors.
# `most` rows per word and noun: who gets that many knows that there may be more. `use` are units that found people use,
# unless there are so many people that these would be some of them only.
ESTATE_FIND = f"""
    CREATE OR REPLACE FUNCTION estate_find(words text[], nouns text[], most int)
    RETURNS TABLE (word int, noun text, id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 200
    SET search_path = pg_catalog, public SET pg_trgm.word_similarity_threshold = 0.55
    SET enable_seqscan = off SET plan_cache_mode = force_custom_plan AS $$
    DECLARE
        company uuid := nullif(current_setting('app.company_id', true), '')::uuid;
        w text; pattern text; i int := 0; hits int; one int; loose boolean; people uuid[];
    BEGIN
        IF company IS NULL THEN RAISE EXCEPTION 'no company is bound'; END IF;
        FOREACH w IN ARRAY words LOOP
            pattern := CASE WHEN length(w) < 3 THEN '% ' || w || '%' ELSE '%' || w || '%' END;
            hits := 0;
            FOREACH loose IN ARRAY CASE WHEN length(w) > 3 THEN '{{false,true}}' ELSE '{{false}}' END::boolean[] LOOP
                EXIT WHEN hits > 0;
                people := '{{}}';
                IF loose THEN
                    IF 'person' = ANY (nouns) THEN
                        people := ARRAY(SELECT t.id FROM public.person t WHERE t.company_id = company
                            AND {WHERE["true"]} ORDER BY w <<-> t.search_key LIMIT 50);
                    END IF;
                    {LOOSE}
                ELSE
                    IF 'person' = ANY (nouns) THEN
                        people := ARRAY(SELECT t.id FROM public.person t WHERE t.company_id = company
                            AND {WHERE["false"]} LIMIT most);
                    END IF;
                    {STRICT}
                    hits := hits + cardinality(people);
                END IF;
                RETURN QUERY SELECT i, 'person', p FROM unnest(people) p;
                IF cardinality(people) BETWEEN 1 AND most - 1 THEN
                    RETURN QUERY SELECT DISTINCT i, 'use', y.unit_id
                        FROM public.occupant o
                        JOIN public.occupancy y ON y.company_id = company AND y.id = o.occupancy_id
                        WHERE o.company_id = company AND o.person_id = ANY (people) LIMIT most;
                END IF;
            END LOOP;
            i := i + 1;
        END LOOP;
    END $$
"""  # noqa: S608 - names of our own tables


def upgrade() -> None:
    for table in ("property", "building", "unit", "person"):
        where = sa.text("archived_at is not null")
        op.create_index(f"ix_{table}_archived", table, ["company_id", "id"], postgresql_where=where)
    op.execute("SELECT show_limit()")  # loads the extension, so that the function may set its threshold
    op.execute(ESTATE_FIND)
