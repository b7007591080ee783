"""The documents as everybody reads them, signed in or not."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from sqlalchemy import update
from sqlalchemy.orm import Session

from quartier.legal.force import in_force
from quartier.tenancy.models import Company
from quartier.testing import SomeCompany
from tests.home.pages import headings, links, words
from tests.legal.documents import published


def test_anybody_reads_who_is_responsible_and_finds_the_way_there(brunnenhof: SomeCompany) -> None:
    published(brunnenhof, "imprint", de="Seefeldstrasse 61\\\n8008 Zürich\n\nUID <CHE-1> [böse](javascript:alert(1))")
    for browser in (brunnenhof.visitor(), brunnenhof.resident().browser):
        html = browser.get("/imprint").text
        assert headings(html, 1) == ["Impressum"]
        assert "<p>Seefeldstrasse 61<br>\n8008 Zürich</p>\n<p>UID &lt;CHE-1&gt; böse</p>" in html
        assert "In Kraft seit 1. Januar 2020, Fassung 1" in words(html)
    for path in ("/sign-in", "/join"):
        assert links(brunnenhof.visitor().get(path).text, 'class="legal-links"') == [("/imprint", "Impressum")]


def test_nothing_is_linked_that_nobody_has_written(brunnenhof: SomeCompany) -> None:
    html = brunnenhof.visitor().get("/terms").text
    assert headings(html, 1) == ["Nutzungsbedingungen"]
    assert "Brunnenhof AG hat hier noch nichts geschrieben." in words(html)
    assert "legal-links" not in html
    assert brunnenhof.visitor().get("/legal/house-rules").status_code == 404
    assert brunnenhof.visitor().get("/legal/terms").status_code == 404


def test_a_text_in_another_language_is_marked(brunnenhof: SomeCompany) -> None:
    published(brunnenhof, "privacy", de="Wir verkaufen keine Daten.")
    html = brunnenhof.visitor().get("/privacy", headers={"Accept-Language": "fr"}).text
    assert headings(html, 1) == ["Protection des données"]
    assert '<div class="prose" lang="de">' in html
    assert "Ce texte n’existe que dans cette langue : Deutsch" in words(html)


def test_earlier_and_announced_versions_stay_readable(brunnenhof: SomeCompany) -> None:
    published(brunnenhof, "house-rules", title="Hausordnung", de="Ruhe ab 22 Uhr")
    published(brunnenhof, "house-rules", starts=date(2021, 5, 1), de="Ruhe ab 21 Uhr")
    published(brunnenhof, "house-rules", starts=date(2199, 1, 1), de="Ruhe ab 20 Uhr")
    said = {
        "": ("Ruhe ab 21 Uhr", "Eine neue Fassung gilt ab 1. Januar 2199."),
        "?version=1": ("Ruhe ab 22 Uhr", "Das ist eine frühere Fassung."),
        "?version=3": ("Ruhe ab 20 Uhr", "Diese Fassung ist angekündigt und gilt noch nicht."),
    }
    for number, sentences in said.items():
        page = words(brunnenhof.visitor().get(f"/legal/house-rules{number}").text)
        assert [sentence in page for sentence in sentences] == [True, True]
    for number in ("?version=4", "?version=x", "?version=99999999999"):
        assert brunnenhof.visitor().get(f"/legal/house-rules{number}").status_code == 404


def test_a_version_begins_at_midnight_where_the_company_is() -> None:
    zone, title = ZoneInfo("Europe/Zurich"), {"de": "Hausordnung"}
    facts = {"id": "1", "key": "house-rules", "title": title, "published_at": datetime(2026, 1, 1, tzinfo=UTC)}
    rows = [
        SimpleNamespace(**facts, number=1, starts=date(2026, 1, 1), needs_agreement=True),
        SimpleNamespace(**facts, number=2, starts=date(2026, 6, 1), needs_agreement=False),
    ]
    before = in_force(rows, zone, datetime(2026, 5, 31, 21, 59, tzinfo=UTC))
    after = in_force(rows, zone, datetime(2026, 5, 31, 22, 0, tzinfo=UTC))
    assert [(one.number, one.asked, one.path) for one in before.links] == [(1, 1, "/legal/house-rules")]
    assert before.next_change == datetime(2026, 5, 31, 22, 0, tzinfo=UTC)
    assert [(one.number, one.asked) for one in after.links] == [(2, 1)]
    assert after.next_change is None


def test_the_law_wants_them_readable_while_the_portal_is_closed(brunnenhof: SomeCompany) -> None:
    published(brunnenhof, "imprint", de="Seefeldstrasse 61")
    with Session(brunnenhof.platform.shell.platform) as db:
        db.execute(update(Company).where(Company.id == brunnenhof.id).values(status="suspended"))
        db.commit()
    brunnenhof.platform.shell.snapshots.forget(brunnenhof.id)
    closed = brunnenhof.visitor().get("/")
    assert (closed.status_code, links(closed.text, 'class="legal-links"')) == (503, [("/imprint", "Impressum")])
    assert brunnenhof.visitor().get("/imprint").status_code == 200
    assert brunnenhof.visitor().get("/sign-in").status_code == 503
