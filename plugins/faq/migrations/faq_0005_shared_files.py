"""Pictures and documents of articles are files as those of every other module.

Rows move, bytes stay where they are. A job gives each picture its sizes; it gives two articles that shared one file a
file each as well, because the one that is kept goes with the article that has it. The job may run again.
"""

import sqlalchemy as sa
from alembic import op

from quartier.sdk import holds_files

revision = "faq_0005"
down_revision = "faq_0004"
branch_labels = None
depends_on = None

TABLES = ("faq_attachment", "faq_article_text", "attachment", "stored_file")
LARGEST = 1920  # the size of a picture that pages ask for where they know no other
FIRST = """
    FROM (SELECT *, row_number() OVER (PARTITION BY company_id, file_id ORDER BY id) = 1 AS is_first,
                 row_number() OVER (PARTITION BY company_id, article_id ORDER BY name) - 1 AS place
            FROM faq_attachment) f
"""
MOVED = f"""
    INSERT INTO attachment (company_id, id, created_at, purpose, thing_id, position, name, content_type, size, state,
                            digest)
    SELECT f.company_id, f.id, f.created_at, 'faq.article', f.article_id, f.place, f.name, s.content_type, s.size,
           CASE WHEN f.is_first THEN 'ready' ELSE 'waiting' END, s.digest
    {FIRST} JOIN stored_file s ON s.company_id = f.company_id AND s.id = f.file_id
"""
GIVEN = f"""
    UPDATE stored_file s SET purpose = 'attached', attachment_id = f.id,
        fits = CASE WHEN s.content_type LIKE 'image/%' THEN {LARGEST} ELSE 0 END
    {FIRST} WHERE f.is_first AND s.company_id = f.company_id AND s.id = f.file_id
"""  # noqa: S608 - the same
UNUSED = "DELETE FROM stored_file WHERE purpose = 'faq'"  # their bytes are swept at night
SHOWN = r"""
    UPDATE faq_article_text SET html = regexp_replace(html, '"/faq/files/([0-9a-f-]{36})/[^"]*"', '"/files/\1"', 'g')
     WHERE html LIKE '%/faq/files/%'
"""
TO_SETTLE = f"""
    SELECT f.company_id::text AS company, jsonb_build_object('attachment', f.id, 'source', f.file_id)::text AS said
    {FIRST} JOIN attachment a ON a.company_id = f.company_id AND a.id = f.id
    WHERE NOT f.is_first OR a.content_type LIKE 'image/%' ORDER BY f.company_id, f.is_first, f.id
"""
QUEUE = "CALL queue_job('attachments.settle', CAST(:said AS jsonb), NULL, NULL, NULL, 0, NULL)"


def upgrade() -> None:
    for table in TABLES:
        op.execute(f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY')  # else the owner sees no rows
    op.execute('ALTER TABLE "faq_article_text" DISABLE TRIGGER USER')  # nobody wrote anything; what waits bars the rest
    for statement in (MOVED, GIVEN, UNUSED, SHOWN):
        op.execute(statement)
    op.execute('ALTER TABLE "faq_article_text" ENABLE TRIGGER USER')
    _settle()
    op.drop_table("faq_attachment")
    for table in TABLES[1:]:
        op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    holds_files("faq_article")


def _settle() -> None:
    """In the queue of each company, for a worker that runs when all is there; who shares a file takes it before its
    owner has it drawn anew."""
    connection = op.get_bind()
    for company, said in connection.execute(sa.text(TO_SETTLE)).all():
        connection.execute(sa.text("SELECT set_config('app.company_id', :company, true)"), {"company": company})
        connection.execute(sa.text(QUEUE), {"said": said})
    connection.execute(sa.text("SELECT set_config('app.company_id', '', true)"))
