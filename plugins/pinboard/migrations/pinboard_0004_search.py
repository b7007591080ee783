"""Posts are found by their words."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text, text

from quartier.sdk import search_key

revision = "pinboard_0004"
down_revision = "pinboard_0003"
branch_labels = None
depends_on = None

AT_ONCE = 1000
POST = sa.table(
    "pinboard_post", sa.column("company_id", sa.Uuid()), sa.column("id", sa.Uuid()), sa.column("title", sa.JSON()),
    sa.column("plain", sa.JSON()), sa.column("search_key", Text()),
)  # fmt: skip
FIND = """
    CREATE FUNCTION pinboard_find(words text[]) RETURNS SETOF uuid
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
            RETURN QUERY EXECUTE 'SELECT id FROM public.pinboard_post WHERE company_id = $1 AND ' || wish USING company;
        END IF;
    END $$
"""
"""Posts of the bound company with all words. Trigram operators are not leakproof, so under row security no index serves
them (docs/decisions/0001-tenancy.md): the function looks as the tables' owner, and gives back keys only. A statement is
made of each question, because an index serves each word by itself and no array of them; words are quoted."""


def upgrade() -> None:
    for extension in ("pg_trgm", "btree_gin"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    op.add_column("pinboard_post", sa.Column("search_key", Text(), server_default=text("''"), nullable=False))
    op.execute("ALTER TABLE pinboard_post NO FORCE ROW LEVEL SECURITY")  # else the owner sees no rows to fill
    _fill()
    op.execute("ALTER TABLE pinboard_post FORCE ROW LEVEL SECURITY")
    op.create_index(
        None, "pinboard_post", ["company_id", "search_key"], postgresql_using="gin",
        postgresql_ops={"search_key": "gin_trgm_ops"}, postgresql_with={"fastupdate": "off"},
    )  # fmt: skip
    op.execute("CREATE POLICY find ON pinboard_post FOR SELECT TO quartier_owner USING (true)")
    op.execute(FIND)
    op.execute("REVOKE ALL ON FUNCTION pinboard_find(text[]) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION pinboard_find(text[]) TO quartier_app")


def _fill() -> None:
    """Keys of the posts that are there."""
    there = op.get_bind()
    posts = there.execute(sa.select(POST.c.company_id, POST.c.id, POST.c.title, POST.c.plain)).all()
    change = POST.update().where(POST.c.company_id == sa.bindparam("company"), POST.c.id == sa.bindparam("post"))
    keys = [{"company": row.company_id, "post": row.id, "key": _key(row)} for row in posts]
    for start in range(0, len(keys), AT_ONCE):
        there.execute(change.values(search_key=sa.bindparam("key")), keys[start : start + AT_ONCE])


def _key(row: Any) -> str:
    return search_key(" ".join((*row.title.values(), *row.plain.values())))
