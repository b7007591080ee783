"""What a migration does to rows that were there before it, as the owner who sees no company's rows."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text

from quartier.sdk import new_id

ARTICLE = "INSERT INTO faq_article (company_id, id, category_id, slug, votes) VALUES (:of, :id, :of, :slug, :votes)"
COMPANY = ("INSERT INTO company (id, slug, name, country, timezone, languages) "
           "VALUES (:of, 'alt', 'Brunnenhof', 'CH', 'Europe/Zurich', '{de}')")  # fmt: skip
CATEGORY = "INSERT INTO faq_category (company_id, id, key, name) VALUES (:of, :of, 'heizung', '{}')"
ANSWER = ("INSERT INTO faq_feedback (company_id, id, article_id, account_id, helpful) "
          "VALUES (:of, :id, :article, :id, :helpful)")  # fmt: skip


def test_answers_that_are_older_than_their_count_are_counted(test_urls: Any) -> None:
    of, heating, bins = (str(new_id()) for _each in range(3))
    admin = create_engine(test_urls.admin)
    with admin.connect() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))  # only these two tables matter
        for statement in (COMPANY, CATEGORY):
            connection.execute(text(statement), {"of": of})
        for article, slug, votes in ((heating, "heizung", 0), (bins, "abfall", 7)):
            connection.execute(text(ARTICLE), {"of": of, "id": article, "slug": slug, "votes": votes})
        for helpful in (True, True, False, True):
            said = {"of": of, "id": str(new_id()), "article": heating, "helpful": helpful}
            connection.execute(text(ANSWER), said)
        connection.execute(text("SET LOCAL session_replication_role = origin"))  # what watches these tables, watches
        connection.execute(text("SET LOCAL ROLE quartier_owner"))
        with Operations.context(MigrationContext.configure(connection)):
            import_module("plugins.faq.migrations.faq_0004_votes_counted").upgrade()
        connection.execute(text("RESET ROLE"))
        rows = connection.execute(text("SELECT slug, votes FROM faq_article WHERE company_id = :of"), {"of": of})
        assert dict(map(tuple, rows)) == {"heizung": 2, "abfall": 7}
    admin.dispose()


OLD = """
    CREATE TABLE faq_attachment (company_id uuid, id uuid, article_id uuid, file_id uuid, name text,
        created_at timestamptz DEFAULT now());
    ALTER TABLE faq_attachment ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
    ALTER TABLE faq_attachment OWNER TO quartier_owner;
    DROP TRIGGER drop_files ON faq_article
"""
STORED = ("INSERT INTO stored_file (company_id, id, purpose, name, content_type, size, digest) "
          "VALUES (:of, :id, :purpose, :name, :type, 7, :name)")  # fmt: skip
NAMED = ("INSERT INTO faq_attachment (company_id, id, article_id, file_id, name) "
         "VALUES (:of, :id, :article, :file, :name)")  # fmt: skip
TEXT = ("INSERT INTO faq_article_text (company_id, id, article_id, language, title, html) "
        "VALUES (:of, :id, :article, 'de', 'Heizung', :html)")  # fmt: skip


def test_files_of_articles_become_files_as_others_and_a_shared_one_is_copied_later(test_urls: Any) -> None:
    of, heating, bins, plan, photo, logo, lost = (str(new_id()) for _each in range(7))
    mine, theirs, shown = (str(new_id()) for _each in range(3))
    admin = create_engine(test_urls.admin)
    with admin.connect() as connection:

        def plant(statement: str, **values: object) -> None:
            connection.execute(text(statement), {"of": of} | values)

        def rows(statement: str) -> list[tuple[Any, ...]]:
            return sorted(map(tuple, connection.execute(text(statement), {"of": of})))

        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.exec_driver_sql(OLD)
        plant(COMPANY)
        plant(CATEGORY)
        for one, name in ((heating, "heizung"), (bins, "abfall")):
            plant(ARTICLE, id=one, slug=name, votes=0)
        stored = {plan: "plan.pdf", lost: "alt.png", photo: "a.png"}
        for one, name in stored.items():
            kind = "application/pdf" if one == plan else "image/png"
            plant(STORED, id=one, purpose="faq", name=name, type=kind)
        plant(STORED, id=logo, purpose="brand", name="l.png", type="image/png")
        for one, article, file in ((mine, heating, plan), (theirs, bins, plan), (shown, bins, photo)):
            plant(NAMED, id=one, article=article, file=file, name=stored[file])
        plant(TEXT, id=new_id(), article=bins, html=f'<p><img src="/faq/files/{shown}/a.png" alt="A"></p>')
        connection.execute(text("SET LOCAL session_replication_role = origin"))  # what watches these tables, watches
        connection.execute(text("SET LOCAL ROLE quartier_owner"))
        with Operations.context(MigrationContext.configure(connection)):
            import_module("plugins.faq.migrations.faq_0005_shared_files").upgrade()
        connection.execute(text("RESET ROLE"))
        moved = rows("SELECT id::text, thing_id::text, name, position, state, purpose FROM attachment "
                     "WHERE company_id = :of")  # fmt: skip
        assert moved == [
            (mine, heating, "plan.pdf", 0, "ready", "faq.article"),
            (theirs, bins, "plan.pdf", 1, "waiting", "faq.article"),
            (shown, bins, "a.png", 0, "ready", "faq.article"),
        ]  # fmt: skip
        kept = rows("SELECT id::text, attachment_id::text, purpose, fits FROM stored_file WHERE company_id = :of")
        assert kept == [(plan, mine, "attached", 0), (photo, shown, "attached", 1920), (logo, None, "brand", 0)]
        assert rows("SELECT html FROM faq_article_text WHERE company_id = :of") == [
            (f'<p><img src="/files/{shown}" alt="A"></p>',)
        ]
        jobs = rows("SELECT args->'arguments'->>'attachment', args->'arguments'->>'source' FROM procrastinate_jobs "
                    "WHERE task_name = 'attachments.settle' AND args->>'company' = :of")  # fmt: skip
        assert jobs == [(theirs, plan), (shown, photo)]
        connection.rollback()
    admin.dispose()
