"""A search for what many have does not collect all who have it; lists of what few have find these by an index.

The planner knew of no index for what is no flat, for what belongs to owners and for what important was sent, and read
everything to show nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "core_0081"
down_revision = "core_0083"
branch_labels = None
depends_on = None

# The first rows and the last ones by their numbers, in which they came. A word that many have at both ends is so common
# that nobody looks it up in an index, which would collect all that have it before the first is given: fifty rows are
# soon found in the order of the list.
CROWD = 10_000  # people; of fewer all who have a word are found in no time, and lists can say how many they are
COMMON_UNIT = """
                IF (SELECT count(*) > 20 AND count(DISTINCT s.part) = 2 FROM (
                    (SELECT 1 AS part, t.search_key FROM public.unit t WHERE t.company_id = company
                      ORDER BY t.company_id, t.building_id LIMIT 100)
                    UNION ALL
                    (SELECT 2, t.search_key FROM public.unit t WHERE t.company_id = company
                      ORDER BY t.company_id DESC, t.building_id DESC LIMIT 100)) s WHERE s.search_key LIKE pattern)
                THEN
                    RETURN QUERY SELECT i - 1, 'unit', most, NULL::uuid[];
                    here := true;
                ELSE"""
COMMON_PERSON = """
            IF by_people THEN
                common := common || (crowd AND (SELECT count(*) > 10 AND count(DISTINCT s.part) = 2 FROM (
                    (SELECT 1 AS part, t.search_key FROM public.person t WHERE t.company_id = company
                      ORDER BY t.company_id, t.id LIMIT 160)
                    UNION ALL
                    (SELECT 2, t.search_key FROM public.person t WHERE t.company_id = company
                      ORDER BY t.company_id DESC, t.id DESC LIMIT 160)) s WHERE s.search_key LIKE patterns[i]));
            END IF;"""
PLACES = "".join(
    f"""
            IF '{noun}' = ANY (nouns) THEN{common}
                found := ARRAY(SELECT t.id FROM public.{noun} t
                    WHERE t.company_id = company AND t.search_key LIKE pattern LIMIT most);
                IF found <> '{{}}' THEN
                    RETURN QUERY SELECT i - 1, '{noun}', cardinality(found), found;
                    here := true;
                END IF;{end}
            END IF;"""  # noqa: S608 - names of our own tables
    for noun, common, end in (
        ("property", "", ""),
        ("building", "", ""),
        ("unit", COMMON_UNIT, "\n                END IF;"),
    )
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
        -- whether people are many, which words many of them have, and those that few have
        crowd boolean; common boolean[] := '{{}}'; rare text[] := '{{}}';
        -- the words that no place has, who has all of them, and who has the word at hand
        together text[] := '{{}}'; everybody uuid[] := '{{}}'; found uuid[]; likely uuid[];
    BEGIN
        IF company IS NULL THEN RAISE EXCEPTION 'no company is bound'; END IF;
        crowd := by_people AND EXISTS (
            SELECT FROM public.person t WHERE t.company_id = company OFFSET {CROWD} LIMIT 1);
        FOR i IN 1 .. cardinality(words) LOOP
            pattern := CASE WHEN length(words[i]) < 3 THEN '% ' ELSE '%' END || words[i] || '%';
            patterns := patterns || pattern;{COMMON_PERSON}
            here := false;{PLACES}
            nowhere := nowhere || NOT here;
            IF NOT here THEN
                together := together || pattern;
                IF by_people AND NOT common[i] THEN rare := rare || pattern; END IF;
            END IF;
        END LOOP;
        IF by_people AND together <> '{{}}' AND (rare <> '{{}}' OR cardinality(together) > 1) THEN
            IF rare = '{{}}' THEN rare := together; END IF;
            everybody := ARRAY(SELECT t.id FROM public.person t WHERE t.company_id = company
                AND t.search_key LIKE rare[1] AND t.search_key LIKE coalesce(rare[2], rare[1])
                AND t.search_key LIKE coalesce(rare[3], rare[1]) AND t.search_key || '' LIKE ALL (together)
                LIMIT most);
        END IF;
        FOR i IN 1 .. cardinality(words) LOOP
            found := '{{}}';
            IF by_people AND common[i] AND (NOT nowhere[i] OR cardinality(together) = 1) THEN
                IF 'unit' = ANY (nouns) THEN
                    RETURN QUERY SELECT i - 1, 'use', most, NULL::uuid[];
                ELSE
                    RETURN QUERY SELECT i - 1, 'person', most, NULL::uuid[];
                END IF;
                CONTINUE;
            ELSIF by_people AND everybody = '{{}}' AND NOT (nowhere[i] AND cardinality(together) = 1) THEN
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
                found := ARRAY(SELECT DISTINCT o.unit_id FROM public.occupant o
                    WHERE o.company_id = company AND o.person_id = ANY (found));
                IF found <> '{{}}' THEN
                    RETURN QUERY SELECT i - 1, 'use', least(cardinality(found), most - 1), found;
                END IF;
            END IF;
        END LOOP;
    END $$
"""  # noqa: S608 - names of our own tables


def upgrade() -> None:
    op.create_index(
        "ix_unit_not_a_flat", "unit", ["company_id", "kind", "building_id"], postgresql_where=sa.text("kind <> 'flat'")
    )
    op.create_index(
        "ix_unit_business", "unit", ["company_id", "building_id"], postgresql_where=sa.text("is_commercial")
    )
    op.create_index(
        "ix_occupancy_owned", "occupancy", ["company_id", "unit_id"], postgresql_where=sa.text("kind = 'ownership'")
    )
    op.create_index(
        "ix_notification_important", "notification", ["company_id", "id"], postgresql_where=sa.text("important")
    )
    op.execute("SELECT show_limit()")  # loads the extension, so that the function may set its threshold
    op.execute(ESTATE_FIND)
