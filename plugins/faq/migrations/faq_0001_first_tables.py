"""Categories, articles with their texts, revisions, feedback, relations, attachments; the search over the texts."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from quartier.sdk import CURRENT_COMPANY, of_company, secure
from quartier.sdk import belongs_to as reference

revision = "faq_0001"
down_revision = None
branch_labels = None
depends_on = None

STATUSES = "('draft', 'published', 'archived')"
EVENTS = "('created', 'saved', 'moved', 'published', 'unpublished', 'archived', 'restored', 'imported')"
FIND = """
    CREATE FUNCTION faq_find(words text[]) RETURNS TABLE (article_id uuid, language text, word text, score real)
    LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 50
    SET search_path = pg_catalog, public SET pg_trgm.word_similarity_threshold = 0.5
    SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
    DECLARE
        company uuid := nullif(current_setting('app.company_id', true), '')::uuid;
        w text;
    BEGIN
        IF company IS NULL THEN RAISE EXCEPTION 'no company is bound'; END IF;
        FOREACH w IN ARRAY words LOOP
            RETURN QUERY
            SELECT t.article_id, t.language, w, (CASE
                WHEN t.title_key LIKE '% ' || w || ' %' THEN 10
                WHEN t.title_key LIKE '% ' || w || '%' THEN 8
                WHEN t.title_key LIKE '%' || w || '%' THEN 7
                WHEN t.head_key LIKE '%' || w || '%' THEN 3
                ELSE 1
            END)::real
            FROM public.faq_article_text t
            WHERE t.company_id = company
                AND t.body_key LIKE CASE WHEN length(w) < 3 THEN '% ' || w || '%' ELSE '%' || w || '%' END;
            IF length(w) > 3 THEN
                RETURN QUERY
                SELECT t.article_id, t.language, w, (CASE
                    WHEN w <% t.title_key THEN 6 * word_similarity(w, t.title_key)
                    ELSE 2.5 * word_similarity(w, t.head_key)
                END)::real
                FROM public.faq_article_text t
                WHERE t.company_id = company AND w <% t.head_key AND t.head_key NOT LIKE '%' || w || '%';
            END IF;
        END LOOP;
    END $$
"""


def upgrade() -> None:
    for extension in ("pg_trgm", "btree_gin"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    _articles()
    _around_articles()
    for table in ("faq_category", "faq_article", "faq_article_text", "faq_feedback", "faq_related", "faq_attachment"):
        secure(table)
    secure("faq_revision", app="SELECT, INSERT")
    _search()


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    """A company's table: the two columns of its key, its reference to the company, and what it is about."""
    op.create_table(
        name,
        sa.Column("company_id", sa.Uuid(), server_default=text(CURRENT_COMPANY), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *parts,
        of_company(),
        sa.PrimaryKeyConstraint("company_id", "id"),
    )


def _column(name: str, kind: Any, default: str | None = None, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind, server_default=None if default is None else text(default), nullable=optional)


def _now(name: str) -> sa.Column[Any]:
    return _column(name, sa.DateTime(timezone=True), "now()")


def _articles() -> None:
    _table(
        "faq_category",
        _column("key", Text()),
        _column("name", JSONB()),
        _column("icon", Text(), "'help'"),
        _column("position", sa.Integer(), "0"),
        _now("created_at"),
        sa.UniqueConstraint("company_id", "key"),
    )
    _table(
        "faq_article",
        _column("slug", Text()),
        _column("category_id", sa.Uuid()),
        _column("position", sa.Integer(), "0"),
        _column("status", Text(), "'draft'"),
        _column("publish_at", sa.DateTime(timezone=True), optional=True),
        _column("confirmed_at", sa.DateTime(timezone=True), optional=True),
        _column("confirmed_by", sa.Uuid(), optional=True),
        _column("version", sa.Integer(), "1"),
        _now("changed_at"),
        _column("audience", JSONB(), "'{}'"),
        _column("audience_keys", ARRAY(Text()), "'{*:*}'"),
        _now("created_at"),
        reference("faq_category", "category_id", ondelete="NO ACTION"),
        reference("account", "confirmed_by", ondelete="SET NULL"),
        sa.UniqueConstraint("company_id", "slug"),
        sa.Index(None, "company_id", "category_id", "position"),
        sa.CheckConstraint(f"status in {STATUSES}", name="status"),
        sa.CheckConstraint("status <> 'published' or publish_at is not null", name="published_since"),
    )
    _table(
        "faq_article_text",
        _column("article_id", sa.Uuid()),
        _column("language", Text()),
        _column("title", Text()),
        *(_column(name, Text(), "''") for name in ("summary", "body", "html")),
        _column("headings", JSONB(), "'[]'"),
        *(_column(name, Text(), "''") for name in ("title_key", "head_key", "body_key")),
        reference("faq_article", "article_id"),
        sa.UniqueConstraint("company_id", "article_id", "language"),
        sa.Index(
            None, "company_id", "head_key", "body_key", postgresql_using="gin",
            postgresql_ops={"head_key": "gin_trgm_ops", "body_key": "gin_trgm_ops"},
            postgresql_with={"fastupdate": "off"},  # an article is saved once and looked for a thousand times
        ),
    )  # fmt: skip


def _around_articles() -> None:
    _table(
        "faq_revision",
        _column("article_id", sa.Uuid()),
        _column("number", sa.Integer()),
        _column("event", Text()),
        _now("at"),
        _column("author_id", sa.Uuid(), optional=True),
        _column("machine", Text(), "''"),
        _column("content", JSONB()),
        reference("faq_article", "article_id"),
        reference("account", "author_id", ondelete="SET NULL"),
        sa.UniqueConstraint("company_id", "article_id", "number"),
        sa.CheckConstraint(f"event in {EVENTS}", name="event"),
    )
    _table(
        "faq_feedback",
        _column("article_id", sa.Uuid()),
        _column("account_id", sa.Uuid()),
        _column("helpful", sa.Boolean()),
        _column("comment", Text(), "''"),
        _now("at"),
        reference("faq_article", "article_id"),
        reference("account", "account_id"),
        sa.UniqueConstraint("company_id", "article_id", "account_id"),
    )
    _table(
        "faq_related",
        _column("article_id", sa.Uuid()),
        _column("related_id", sa.Uuid()),
        _column("position", sa.Integer(), "0"),
        reference("faq_article", "article_id"),
        reference("faq_article", "related_id"),
        sa.UniqueConstraint("company_id", "article_id", "related_id"),
    )
    _table(
        "faq_attachment",
        _column("article_id", sa.Uuid()),
        _column("file_id", sa.Uuid()),
        _column("name", Text()),
        _now("created_at"),
        reference("faq_article", "article_id"),
        reference("stored_file", "file_id", ondelete="NO ACTION"),
        sa.UniqueConstraint("company_id", "article_id", "name"),
    )


def _search() -> None:
    """Trigram operators are not leakproof, so under row security no index serves them: the function looks for the
    bound company itself, as the tables' owner, and gives back keys and scores only (docs/decisions/0001-tenancy.md)."""
    op.execute("CREATE POLICY find ON faq_article_text FOR SELECT TO quartier_owner USING (true)")
    op.execute("SELECT show_limit()")  # loads the extension, so that the function may set its threshold
    op.execute(FIND)
    op.execute("REVOKE ALL ON FUNCTION faq_find(text[]) FROM PUBLIC")
    op.execute("GRANT EXECUTE ON FUNCTION faq_find(text[]) TO quartier_app")
