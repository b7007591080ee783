"""Residents are told of a new article when they can read it, and of nothing where the module is off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from plugins.faq import services
from plugins.faq.tests.sample import EDITOR, draft
from quartier.sdk import Audience
from quartier.testing import SomeBody, SomeCompany


def seen(body: SomeBody) -> tuple[bool, bool]:
    """Whether the bell has a number, and whether the article stands in the list."""
    page = body.browser.get("/notifications").text
    return 'class="count"' in page, "Altglas" in page


def test_an_article_is_told_when_it_can_be_read(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    owner = brunnenhof.resident("Lea Eigen", kind="ownership")
    with brunnenhof.db() as db:
        article = draft(db, "Altglas", audience=Audience(who=frozenset({"tenants"})))
        services.publish(db, article.id, by=EDITOR, at=datetime.now(UTC) + timedelta(days=1))
        db.commit()
    hurry(brunnenhof)
    assert seen(verena) == (False, False)
    with brunnenhof.db() as db:
        services.publish(db, article.id, by=EDITOR)
        services.publish(db, article.id, by=EDITOR)
        db.commit()
    brunnenhof.work()
    assert (seen(verena), seen(owner)) == ((True, True), (False, False))
    link = verena.browser.get("/notifications").text.partition('href="/notifications/')[2].partition('"')[0]
    brunnenhof.switch("faq", properties=(brunnenhof.house()[0],))
    assert seen(verena) == (False, False)
    brunnenhof.switch("faq", on=False)
    assert (seen(verena), verena.browser.get(f"/notifications/{link}").status_code) == ((False, False), 404)
    brunnenhof.switch("faq")
    assert verena.browser.get(f"/notifications/{link}").headers["Location"] == f"/faq/{article.slug}"
    assert seen(verena) == (False, True)


def hurry(company: SomeCompany) -> None:
    """The job for tomorrow comes today: too early, for the article is not there yet."""
    with company.platform.shell.platform.begin() as connection:
        connection.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'"))
    company.work()
