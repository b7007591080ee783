"""A search looks at each index once: words that no place has are looked for in one person, and ids travel unread.

`estate_find` gave a row per hit, thousands for two common words, and followed all people of each word to their units.
Now there is a row per word and noun. Its statements are planned once per connection: what a plan for these very words
could know better never pays for making it anew.
"""

from alembic import op

from quartier.db.engines import APP

revision = "core_0024"
down_revision = "core_0022"
branch_labels = None
depends_on = None

FIND = "estate_find(text[], text[], int)"
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
    CREATE FUNCTION estate_find(words text[], nouns text[], most int)
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
                SELECT DISTINCT x.word, y.unit_id FROM unnest(whose, who) x (word, person_id)
                JOIN public.occupant o ON o.company_id = company AND o.person_id = x.person_id
                JOIN public.occupancy y ON y.company_id = company AND y.id = o.occupancy_id) u GROUP BY u.word;
        END IF;
    END $$
"""  # noqa: S608 - names of our own tables


def upgrade() -> None:
    op.execute(f"DROP FUNCTION {FIND}")
    op.execute("SELECT show_limit()")  # loads the extension, so that the function may set its threshold
    op.execute(ESTATE_FIND)
    op.execute(f"REVOKE ALL ON FUNCTION {FIND} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {FIND} TO {APP}")
