"""The estate in full: more fields, keys to sort and find by, versions, the archive, the history, and the unit quota."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from quartier.db.base import CURRENT_COMPANY
from quartier.db.ddl import secure
from quartier.db.engines import APP, OWNER

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = None

NOUNS = ("property", "building", "unit", "occupancy", "occupant", "person")
UNIT_KINDS = (
    "flat", "house", "room", "office", "shop", "practice", "gastronomy", "workshop", "warehouse", "parking",
    "parking_outdoor", "garage", "motorcycle", "bicycle", "storage", "cellar", "attic", "hobby_room", "common_room",
    "laundry", "garden", "advertising", "antenna", "technical", "other",
)  # fmt: skip
COMMERCIAL = ("office", "shop", "practice", "gastronomy", "workshop", "warehouse")
ROLES = ("main", "co_tenant", "partner", "child", "subtenant", "carer", "household")

# Small letters without accents and punctuation: what quartier.i18n.search.fold does, so that a generated column can.
# Punctuation is a list of ranges and not a class, because classes depend on the locale that a database was made with.
FOLD_TEXT = r"""
    CREATE FUNCTION fold_text(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
    btrim(regexp_replace(replace(replace(replace(replace(replace(
        regexp_replace(lower(normalize(t, NFKD)), '[\u0300-\u036f\u00ad\u200b-\u200f]', '', 'g'),
        'ß', 'ss'), 'œ', 'oe'), 'æ', 'ae'), 'ø', 'o'), 'ł', 'l'),
        '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u2010-\u206f]+',
        ' ', 'g'))
"""
# Numbers count as numbers: "Haus 2" stands before "Haus 10".
NATURAL_KEY = r"""
    CREATE FUNCTION natural_key(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN
    regexp_replace(regexp_replace(fold_text(t), '\d+', '00000000000\&', 'g'), '\d*(\d{12})', '\1', 'g')
"""
# A UUIDv7 with microseconds, so that two changes of a row in one transaction keep their order.
ORDERED_UUID = """
    CREATE FUNCTION ordered_uuid() RETURNS uuid LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog AS $$
    DECLARE us bigint := floor(extract(epoch FROM clock_timestamp()) * 1000000);
    BEGIN
        RETURN encode(
            substring(int8send(us / 1000) FROM 3)
            || substring(int4send((28672 + (us % 1000) * 4096 / 1000)::int) FROM 3)
            || substring(uuid_send(gen_random_uuid()) FROM 9), 'hex')::uuid;
    END $$
"""
TOUCH = """
    CREATE FUNCTION touch_version() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
    BEGIN
        NEW.version := OLD.version + 1;
        NEW.changed_at := now();
        RETURN NEW;
    END $$
"""
# Runs as the tables' owner: the portal may read the history and never write it, and what falls with a deleted parent
# is noted like everything else. A company that goes takes its history along.
NOTE_CHANGES = """
    CREATE FUNCTION note_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public AS $$
    DECLARE
        silent text[] := '{company_id,id,search_key,sort_key,version,changed_at,created_at}';
        who text := coalesce(nullif(current_setting('app.actor', true), ''), 'system');
        whence text := coalesce(nullif(current_setting('app.source_kind', true), ''), 'system');
        source uuid := nullif(current_setting('app.source_id', true), '')::uuid;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            INSERT INTO public.change (company_id, id, actor, source_kind, source_id, noun, noun_id, action, after)
            SELECT n.company_id, public.ordered_uuid(), who, whence, source, TG_TABLE_NAME, n.id, 'insert',
                jsonb_strip_nulls(to_jsonb(n) - silent)
            FROM new_rows n;
        ELSIF TG_OP = 'DELETE' THEN
            INSERT INTO public.change (company_id, id, actor, source_kind, source_id, noun, noun_id, action, before)
            SELECT o.company_id, public.ordered_uuid(), who, whence, source, TG_TABLE_NAME, o.id, 'delete',
                jsonb_strip_nulls(to_jsonb(o) - silent)
            FROM old_rows o WHERE EXISTS (SELECT FROM public.company c WHERE c.id = o.company_id);
        ELSE
            INSERT INTO public.change
                (company_id, id, actor, source_kind, source_id, noun, noun_id, action, before, after)
            SELECT d.company_id, public.ordered_uuid(), who, whence, source, TG_TABLE_NAME, d.id, 'update', d.was, d.now
            FROM (
                SELECT n.company_id, n.id, x.was, x.now
                FROM new_rows n
                JOIN old_rows o ON o.company_id = n.company_id AND o.id = n.id
                CROSS JOIN LATERAL (
                    SELECT jsonb_object_agg(a.key, b.value) AS was, jsonb_object_agg(a.key, a.value) AS now
                    FROM jsonb_each(to_jsonb(n) - silent) a
                    JOIN jsonb_each(to_jsonb(o) - silent) b ON b.key = a.key AND b.value IS DISTINCT FROM a.value
                ) x
                WHERE x.now IS NOT NULL
            ) d;
        END IF;
        RETURN NULL;
    END $$
"""
# Trigram operators are not leakproof, so under row security no index serves them: the function looks for the bound
# company itself, as the tables' owner, and gives back ids only (docs/decisions/0001-tenancy.md). Words come folded.
# A word of one or two letters must begin a word; one that nothing contains is looked for with its typing errors.
# `most` rows per word and noun: who gets that many knows that there may be more. `use` are units that found people use.
ESTATE_FIND = """
    CREATE FUNCTION estate_find(words text[], nouns text[], most int) RETURNS TABLE (word int, noun text, id uuid)
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
            FOREACH loose IN ARRAY CASE WHEN length(w) > 3 THEN '{false,true}' ELSE '{false}' END::boolean[] LOOP
                EXIT WHEN hits > 0;
                people := '{}';
                IF loose THEN
                    IF 'person' = ANY (nouns) THEN
                        people := ARRAY(SELECT t.id FROM public.person t WHERE t.company_id = company
                            AND w <% t.search_key ORDER BY w <<-> t.search_key LIMIT 50);
                    END IF;
                    IF 'property' = ANY (nouns) THEN
                        RETURN QUERY SELECT i, 'property', t.id FROM public.property t
                            WHERE t.company_id = company AND w <% t.search_key LIMIT most;
                    END IF;
                    IF 'building' = ANY (nouns) THEN
                        RETURN QUERY SELECT i, 'building', t.id FROM public.building t
                            WHERE t.company_id = company AND w <% t.search_key LIMIT most;
                    END IF;
                ELSE
                    IF 'person' = ANY (nouns) THEN
                        people := ARRAY(SELECT t.id FROM public.person t WHERE t.company_id = company
                            AND t.search_key LIKE pattern LIMIT most);
                    END IF;
                    IF 'property' = ANY (nouns) THEN
                        RETURN QUERY SELECT i, 'property', t.id FROM public.property t
                            WHERE t.company_id = company AND t.search_key LIKE pattern LIMIT most;
                        GET DIAGNOSTICS one = ROW_COUNT; hits := hits + one;
                    END IF;
                    IF 'building' = ANY (nouns) THEN
                        RETURN QUERY SELECT i, 'building', t.id FROM public.building t
                            WHERE t.company_id = company AND t.search_key LIKE pattern LIMIT most;
                        GET DIAGNOSTICS one = ROW_COUNT; hits := hits + one;
                    END IF;
                    IF 'unit' = ANY (nouns) THEN
                        RETURN QUERY SELECT i, 'unit', t.id FROM public.unit t
                            WHERE t.company_id = company AND t.search_key LIKE pattern LIMIT most;
                        GET DIAGNOSTICS one = ROW_COUNT; hits := hits + one;
                    END IF;
                    hits := hits + cardinality(people);
                END IF;
                IF cardinality(people) > 0 THEN
                    RETURN QUERY SELECT i, 'person', p FROM unnest(people) p;
                    RETURN QUERY SELECT DISTINCT i, 'use', y.unit_id
                        FROM public.occupant o
                        JOIN public.occupancy y ON y.company_id = company AND y.id = o.occupancy_id
                        WHERE o.company_id = company AND o.person_id = ANY (people) LIMIT most;
                END IF;
            END LOOP;
            i := i + 1;
        END LOOP;
    END $$
"""
OPEN_VISIT = """
    CREATE OR REPLACE FUNCTION open_visit(company uuid, token bytea) RETURNS TABLE (
        account_id uuid, person_id uuid, session_id uuid, email text, language text, given_name text,
        family_name text, salutation text, is_agent boolean, permissions text[], properties uuid[], places jsonb,
        unseen boolean
    ) LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
    BEGIN
        PERFORM set_config('app.company_id', company::text, true);
        RETURN QUERY
        SELECT a.id, p.id, s.id, a.email, coalesce(a.language, p.language), p.given_name,
            coalesce(nullif(p.family_name, ''), p.company_name), p.salutation,
            g.id IS NOT NULL, coalesce(g.permissions, '{}'),
            ARRAY(SELECT x.property_id FROM agent_property x WHERE x.company_id = company AND x.agent_id = g.id),
            coalesce((
                SELECT jsonb_agg(jsonb_build_object(
                    'kind', o.kind, 'unit_id', u.id, 'building_id', b.id, 'property_id', b.property_id,
                    'unit_kind', u.kind, 'is_commercial', u.is_commercial, 'unit', u.name,
                    'address', b.street || ' ' || b.house_number)
                    ORDER BY u.kind NOT IN ('flat', 'house'), o.starts)
                FROM occupant c
                JOIN occupancy o ON o.company_id = c.company_id AND o.id = c.occupancy_id
                JOIN unit u ON u.company_id = o.company_id AND u.id = o.unit_id
                JOIN building b ON b.company_id = u.company_id AND b.id = u.building_id
                WHERE c.company_id = company AND c.person_id = p.id
                    AND o.starts <= current_date AND (o.ends IS NULL OR current_date < o.ends)
            ), '[]'),
            s.seen_at < now() - interval '5 minutes'
        FROM account_session s
        JOIN account a ON a.company_id = s.company_id AND a.id = s.account_id AND a.is_active
        JOIN person p ON p.company_id = a.company_id AND p.id = a.person_id
        LEFT JOIN agent g ON g.company_id = p.company_id AND g.person_id = p.id
        WHERE s.company_id = company AND s.token_hash = token AND s.expires_at > now()
            AND s.seen_at > now() - interval '30 days';
    END $$
"""
SEARCH_KEYS = {
    "property": "name || ' ' || coalesce(external_id, '') || ' ' || owner",
    "building": "name || ' ' || street || ' ' || house_number || ' ' || postal_code || ' ' || city || ' ' "
    "|| coalesce(external_id, '')",
    "unit": "name || ' ' || coalesce(external_id, '')",
    "person": "given_name || ' ' || family_name || ' ' || company_name || ' ' || coalesce(email, '') || ' ' "
    "|| coalesce(external_id, '') || ' ' || regexp_replace(coalesce(phone, ''), '\\D', '', 'g') || ' ' "
    "|| regexp_replace(coalesce(mobile, ''), '\\D', '', 'g')",
}
SORT_KEYS = {
    "property": "name",
    "building": "name || ' ' || street || ' ' || house_number",
    "unit": "name",
    "person": "family_name || ' ' || given_name || ' ' || company_name",
}


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gin")
    for function in (FOLD_TEXT, NATURAL_KEY, ORDERED_UUID, TOUCH):
        op.execute(function)
    _fields()
    _checks()
    _keys()
    _references()
    _history()
    _search()
    op.execute(OPEN_VISIT)
    op.add_column("contract", sa.Column("unit_quota", sa.Integer()))
    op.create_check_constraint("unit_quota", "contract", "unit_quota >= 0")


def _fields() -> None:
    for table in ("property", "building", "unit", "occupancy", "person"):
        op.add_column(table, sa.Column("note", sa.Text(), server_default="", nullable=False))
        op.add_column(table, sa.Column("version", sa.Integer(), server_default="1", nullable=False))
        op.add_column(table, _moment("changed_at", server_default=sa.text("now()"), nullable=False))
        op.execute(
            f"CREATE TRIGGER touch_version BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION touch_version()"
        )
    for table in ("property", "building", "unit", "person"):
        op.add_column(table, _moment("archived_at"))
    op.add_column("property", sa.Column("owner", sa.Text(), server_default="", nullable=False))
    op.add_column("property", sa.Column("picture_id", sa.Uuid()))
    op.add_column("unit", sa.Column("position", sa.Integer(), server_default="0", nullable=False))
    op.add_column("unit", sa.Column("is_commercial", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute("ALTER TABLE unit NO FORCE ROW LEVEL SECURITY")  # else the owner sees no rows to update
    op.execute(f"UPDATE unit SET is_commercial = true WHERE kind IN {COMMERCIAL}")  # noqa: S608 - our own words
    op.execute("ALTER TABLE unit FORCE ROW LEVEL SECURITY")
    for name in ("title", "company_name", "street", "postal_code", "city", "country"):
        op.add_column("person", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.add_column("person", sa.Column("mobile", sa.Text()))


def _moment(name: str, **options: Any) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), **options)


def _checks() -> None:
    op.drop_constraint(op.f("ck_unit_kind"), "unit")
    op.create_check_constraint("kind", "unit", f"kind in {UNIT_KINDS}")
    op.drop_constraint(op.f("ck_occupant_role"), "occupant")
    op.create_check_constraint("role", "occupant", f"role in {ROLES}")
    op.create_check_constraint("has_a_name", "person", "family_name <> '' or company_name <> ''")
    op.create_check_constraint("measures", "unit", "area_m2 >= 0 and rooms >= 0")


def _keys() -> None:
    """Order of a list, and what a search looks into: computed by the database, whoever writes the rows."""
    for table, sorted_by in SORT_KEYS.items():
        op.execute(
            f'ALTER TABLE {table} ADD COLUMN sort_key text COLLATE "C" NOT NULL '
            f"GENERATED ALWAYS AS (natural_key({sorted_by})) STORED, "
            "ADD COLUMN search_key text NOT NULL "
            f"GENERATED ALWAYS AS (' ' || fold_text({SEARCH_KEYS[table]})) STORED"
        )
        op.create_index(
            None, table, ["company_id", "search_key"], postgresql_using="gin",
            postgresql_ops={"search_key": "gin_trgm_ops"},
        )  # fmt: skip
    op.create_index(None, "property", ["company_id", "sort_key", "id"])
    op.create_index(None, "person", ["company_id", "sort_key", "id"])
    op.drop_index("ix_building_company_id_property_id", "building")
    op.create_index(None, "building", ["company_id", "property_id", "sort_key", "id"])
    op.drop_index("ix_unit_company_id_building_id", "unit")
    op.create_index(None, "unit", ["company_id", "building_id", "position", "sort_key", "id"])
    op.drop_index("ix_occupancy_company_id_unit_id", "occupancy")
    op.create_index(None, "occupancy", ["company_id", "unit_id", "starts"])


def _references() -> None:
    """A parent with children cannot be deleted, not even by two people at the same moment."""
    for table, parent in (("building", "property"), ("unit", "building"), ("occupancy", "unit")):
        name = op.f(f"fk_{table}_company_id_{parent}_id")
        op.drop_constraint(name, table)
        op.create_foreign_key(
            name, table, parent, ["company_id", f"{parent}_id"], ["company_id", "id"], ondelete="NO ACTION"
        )
    op.create_foreign_key(
        "fk_property_company_id_picture_id", "property", "stored_file", ["company_id", "picture_id"],
        ["company_id", "id"], ondelete="SET NULL (picture_id)",
    )  # fmt: skip


def _history() -> None:
    op.create_table(
        "change",
        sa.Column("company_id", sa.Uuid(), server_default=sa.text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _moment("at", server_default=sa.text("now()"), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("source_kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid()),
        sa.Column("noun", sa.Text(), nullable=False),
        sa.Column("noun_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB()),
        sa.Column("after", postgresql.JSONB()),
        sa.CheckConstraint("source_kind in ('agent', 'import', 'api', 'system')", name="source_kind"),
        sa.CheckConstraint(f"noun in {NOUNS}", name="noun"),
        sa.CheckConstraint("action in ('insert', 'update', 'delete')", name="action"),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name="fk_change_company_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("company_id", "id", name="pk_change"),
    )
    op.create_index(None, "change", ["company_id", "noun_id", "id"])
    op.create_index(
        None, "change", ["company_id", "source_id", "id"], postgresql_where=sa.text("source_id is not null")
    )
    secure("change", app="SELECT")
    op.execute(f"CREATE POLICY note ON change FOR INSERT TO {OWNER} WITH CHECK (true)")
    op.execute(f"CREATE POLICY note ON company FOR SELECT TO {OWNER} USING (true)")
    op.execute(NOTE_CHANGES)
    op.execute("REVOKE ALL ON FUNCTION note_changes() FROM PUBLIC")
    for table in NOUNS:
        for event, rows in (
            ("INSERT", "NEW TABLE AS new_rows"),
            ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
            ("DELETE", "OLD TABLE AS old_rows"),
        ):
            op.execute(
                f"CREATE TRIGGER note_{event.lower()} AFTER {event} ON {table} REFERENCING {rows} "
                "FOR EACH STATEMENT EXECUTE FUNCTION note_changes()"
            )


def _search() -> None:
    for table in NOUNS:
        op.execute(f"CREATE POLICY find ON {table} FOR SELECT TO {OWNER} USING (true)")
    op.execute("SELECT show_limit()")  # loads the extension, so that the function may set its threshold
    op.execute(ESTATE_FIND)
    op.execute("REVOKE ALL ON FUNCTION estate_find(text[], text[], int) FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION estate_find(text[], text[], int) TO {APP}")
