"""What happens at night: files of no article go, after a day."""

from __future__ import annotations

from sqlalchemy import text

from plugins.faq import jobs, services
from plugins.faq.manifest import PURPOSE
from plugins.faq.tests.sample import EDITOR, draft
from quartier.sdk import defer, keep_file
from quartier.testing import SomeCompany


def test_files_of_no_article_go_after_a_day(brunnenhof: SomeCompany) -> None:
    shell, db = brunnenhof.platform.shell, brunnenhof.db()
    article = draft(db, "Heizung")
    used = services.attach_file(db, shell.storage, article.id, by=EDITOR, name="plan.pdf", body=b"%PDF-1.7\n%plan")
    lost = {
        name: keep_file(db, shell.storage, purpose=purpose, name=name, content_type="text/plain", body=name.encode())
        for name, purpose in {"old": PURPOSE, "young": PURPOSE, "other": "brand"}.items()
    }
    db.commit()
    with shell.platform.begin() as connection:
        for file_id in (used.file_id, lost["old"].id, lost["other"].id):
            connection.execute(
                text("UPDATE stored_file SET created_at = now() - interval '2 days' WHERE id = :id"), {"id": file_id}
            )
    assert [job.name for job in jobs.JOBS] == ["faq.tidy"]
    defer(db, "faq.tidy")
    db.commit()
    brunnenhof.work()
    left = {row.name for row in db.rows("SELECT name FROM stored_file")}
    db.close()
    assert left == {"plan.pdf", "young", "other"}
    assert shell.storage.get(lost["old"].key) is None
