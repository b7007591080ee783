"""A search looks whether a company knows many people only where a word is one that many could have.

It counted ten thousand of them for each search. And who has the one word that is looked for is asked for it once, not
four times, as for several.
"""

from alembic import op

revision = "core_0191"
down_revision = "core_0144"
branch_labels = None
depends_on = None

CROWD = """
        crowd := by_people AND EXISTS (
            SELECT FROM public.person t WHERE t.company_id = company OFFSET 10000 LIMIT 1);"""
SAMPLE = "common := common || (crowd AND (SELECT count(*) > 10"
SAMPLED = "LIMIT 160)) s WHERE s.search_key LIKE patterns[i]));"
ALL_WORDS = """
            everybody := ARRAY(SELECT t.id FROM public.person t WHERE t.company_id = company
                AND t.search_key LIKE rare[1] AND"""
SEVERAL = "LIKE ALL (together)\n                LIMIT most);"
LESS = {
    CROWD: "",
    SAMPLE: "common := common || (SELECT count(*) > 10",
    SAMPLED: """LIMIT 160)) s WHERE s.search_key LIKE patterns[i]);
                IF common[i] THEN
                    common[i] := EXISTS (
                        SELECT FROM public.person t WHERE t.company_id = company OFFSET 10000 LIMIT 1);
                END IF;""",
    ALL_WORDS: f"""
            IF cardinality(together) = 1 THEN
                everybody := ARRAY(SELECT t.id FROM public.person t WHERE t.company_id = company
                    AND t.search_key LIKE rare[1] LIMIT most);
            ELSE{ALL_WORDS}""",  # noqa: S608 - our own words
    SEVERAL: f"{SEVERAL}\n            END IF;",
    "        crowd boolean; common": "        common",
    "-- whether people are many, which words": "-- which words",
}


def upgrade() -> None:
    """The rest of the function stays as it is, so it is taken from the database."""
    connection = op.get_bind()
    connection.exec_driver_sql("SELECT show_trgm('')")  # loads the module whose setting the function has
    (find,) = connection.exec_driver_sql("SELECT pg_get_functiondef('estate_find'::regproc)").one()
    for before, now in LESS.items():
        if find.count(before) != 1:
            raise ValueError(f"estate_find is another one than this migration knows: {before}")
        find = find.replace(before, now)
    connection.exec_driver_sql(find.replace("%", "%%"))
