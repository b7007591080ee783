"""What residents meet: lists, articles, search, files, and saying whether it helped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import select

from plugins.faq import services
from plugins.faq.models import Feedback
from plugins.faq.queries import Wording
from plugins.faq.tests.sample import EDITOR, PICTURE, attach, draft, live, publish_for, topic
from quartier.sdk import Audience, CompanySession
from quartier.testing import Browser, SomeBody, SomeCompany, Statements

STEPS = "Luft.\n\n## So geht es\n\n1. Zudrehen\n2. Warten\n\n## Danach\n\nAlles warm.\n\n## Immer noch kalt?\n\nMelden."


@pytest.fixture
def db(brunnenhof: SomeCompany) -> Iterator[CompanySession]:
    """The company's database, for planting."""
    with brunnenhof.db() as session:
        yield session


def answers(company: SomeCompany) -> list[tuple[bool, str]]:
    with company.db() as session:
        return [(row.helpful, row.comment) for row in session.scalars(select(Feedback))]


def test_the_list_has_topics_and_all_articles(brunnenhof: SomeCompany, db: CompanySession) -> None:
    live(db, "Mein Heizkörper bleibt kalt")
    live(db, "Schlüssel verloren", category_id=topic(db, "keys", de="Schlüssel", fr="Clés").id)
    db.commit()
    page = brunnenhof.resident().browser.get("/faq/")
    assert page.status_code == 200
    assert 'href="/faq/topic/heating"' in page.text
    assert 'href="/faq/topic/keys"' in page.text
    assert page.text.count('<li><a class="row" href="/faq/') == 2


def test_what_helped_most_stands_above_all_others(brunnenhof: SomeCompany, db: CompanySession) -> None:
    verena, beat = brunnenhof.resident("Verena Keller", language="en"), brunnenhof.resident("Beat Ammann")
    plain, liked, loved, disliked = (live(db, title) for title in ("Abfall", "Balkon", "Chauffage", "Dach"))
    for body, article, helpful in (
        (verena, liked, True),
        (verena, loved, True),
        (beat, loved, True),
        (beat, disliked, False),
    ):
        services.give_feedback(db, article.id, by=body.viewer(db), helpful=helpful)
    db.commit()
    page = verena.browser.get("/faq/").text
    assert re.findall(r'class="row" href="/faq/([a-z]+)"', above_all(page)) == [loved.slug, liked.slug]
    assert plain.slug in page[page.index('id="all"') :]
    services.forget_feedback(db, verena.account_id)
    db.commit()
    assert f'href="/faq/{liked.slug}"' not in above_all(verena.browser.get("/faq/").text)


def above_all(page: str) -> str:
    return page[: page.index('id="all"')]


def test_an_empty_list_leads_to_people(brunnenhof: SomeCompany) -> None:
    page = brunnenhof.resident(language="en").browser.get("/faq/")
    assert "There are no articles here yet" in page.text
    assert 'href="/#team"' in page.text


def test_a_text_in_another_language_is_marked(brunnenhof: SomeCompany, db: CompanySession) -> None:
    article = live(db, "Waschküche", STEPS)
    db.commit()
    browser = brunnenhof.resident(language="fr").browser
    listed, page = browser.get("/faq/").text, browser.get(f"/faq/{article.slug}").text
    assert '<span class="row-title" lang="de">Waschküche</span>' in listed
    assert "en allemand" in listed
    assert '<h1 lang="de">Waschküche</h1>' in page
    assert "n’existe qu’en allemand" in page


def test_a_topic_shows_its_own_articles_and_nothing_else(brunnenhof: SomeCompany, db: CompanySession) -> None:
    live(db, "Heizung entlüften")
    live(db, "Badge bestellen", category_id=topic(db, "keys", de="Schlüssel").id)
    db.commit()
    page = brunnenhof.resident().browser.get("/faq/topic/keys").text
    assert "Badge bestellen" in page
    assert "Heizung entlüften" not in page


@pytest.mark.parametrize("path", ["/faq/topic/nothing", "/faq/nothing", "/faq/topic/heating"])
def test_what_is_not_there_is_404(brunnenhof: SomeCompany, db: CompanySession, path: str) -> None:
    draft(db, "Noch nicht fertig")  # a topic with drafts only is nobody's business
    db.commit()
    assert brunnenhof.resident().browser.get(path).status_code == 404


def test_an_article_has_contents_a_date_and_a_way_to_a_person(brunnenhof: SomeCompany, db: CompanySession) -> None:
    article = live(db, "Mein Heizkörper bleibt kalt", STEPS)
    db.commit()
    page = brunnenhof.resident(language="en").browser.get(f"/faq/{article.slug}").text
    assert page.count('href="#s-so-geht-es"') == 2  # beside the text, and folded above it on a phone
    assert '<h2 id="s-so-geht-es">So geht es</h2>' in page
    assert "<time datetime=" in page
    assert 'href="/#team"' in page
    assert f'href="/faq/{article.slug}?print"' in page


def test_the_print_view_is_the_article_alone(brunnenhof: SomeCompany, db: CompanySession) -> None:
    article = live(db, "Mein Heizkörper bleibt kalt", STEPS)
    db.commit()
    page = brunnenhof.resident().browser.get(f"/faq/{article.slug}?print").text
    assert "<h2 id=" in page
    assert "bottomnav" not in page
    assert "/feedback" not in page


def test_drafts_scheduled_archived_and_other_peoples_articles_are_404(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, db: CompanySession
) -> None:
    lake, _ = brunnenhof.house("Seestrasse")
    hidden = [
        draft(db, "Entwurf"),
        live(db, "Geplant", at=datetime.now(UTC) + timedelta(days=1)),
        services.archive(db, live(db, "Archiviert").id, by=EDITOR),
        publish_for(db, "Nur Seestrasse", where=[lake]),
        publish_for(db, "Nur Eigentum", who=["owners"]),
    ]
    db.commit()
    with nordlicht.db() as other:
        foreign = live(other, "Fremd")
        other.commit()
    browser = brunnenhof.resident().browser
    slugs = [article.slug for article in [*hidden, foreign]]
    assert [browser.get(f"/faq/{slug}").status_code for slug in slugs] == [404] * 6
    assert [browser.post(f"/faq/{slug}/feedback", {"helped": "yes"}).status_code for slug in slugs] == [404] * 6
    assert all(article.slug not in browser.get("/faq/").text for article in hidden)


def test_nobody_reads_without_signing_in(brunnenhof: SomeCompany) -> None:
    answer = brunnenhof.visitor().get("/faq/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in?next=/faq/")


def test_a_module_that_is_off_has_no_pages(brunnenhof: SomeCompany) -> None:
    brunnenhof.switch("faq", on=False)
    browser = brunnenhof.resident().browser
    assert [browser.get(path).status_code for path in ("/faq/", "/faq/search?q=x", "/faq/x")] == [404, 404, 404]


def test_search_finds_and_says_so_when_it_does_not(brunnenhof: SomeCompany, db: CompanySession) -> None:
    live(
        db,
        "Mein Heizkörper bleibt kalt",
        texts={"de": Wording("Mein Heizkörper bleibt kalt", "Meist ist es Luft.", "x")},
    )
    db.commit()
    browser = brunnenhof.resident(language="en").browser
    found, nothing, empty = (
        browser.get("/faq/search", query_string={"q": q}).text for q in ("heizkorper", "Zebra <wow>", "")
    )
    assert "Meist ist es Luft." in found
    assert "Nothing found for “Zebra &lt;wow&gt;”" in nothing
    assert "Show contact persons" in nothing
    assert "Type a word to search" in empty


def test_the_field_keeps_the_question(brunnenhof: SomeCompany) -> None:
    page = brunnenhof.resident().browser.get("/faq/search", query_string={"q": 'Schlüssel "neu"'}).text
    assert 'value="Schlüssel "neu""' in unescape(page)


def test_feedback_works_without_a_script_and_counts_once(brunnenhof: SomeCompany, db: CompanySession) -> None:
    article = live(db, "Mein Heizkörper bleibt kalt")
    db.commit()
    browser = brunnenhof.resident(language="en").browser
    answer = browser.post(f"/faq/{article.slug}/feedback", {"helped": "no"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/faq/{article.slug}#helped")
    assert "What was missing?" in browser.get(f"/faq/{article.slug}").text
    browser.post(f"/faq/{article.slug}/feedback", {"helped": "no", "comment": " Wo liegt der Schlüssel? "})
    assert answers(brunnenhof) == [(False, "Wo liegt der Schlüssel?")]
    assert "we will make it better" in browser.get(f"/faq/{article.slug}").text
    browser.post(f"/faq/{article.slug}/feedback", {"helped": "yes"})
    assert answers(brunnenhof) == [(True, "")]
    assert "we are glad it helped" in browser.get(f"/faq/{article.slug}").text


def test_with_a_script_only_the_panel_comes_back(brunnenhof: SomeCompany, db: CompanySession) -> None:
    article = live(db, "Mein Heizkörper bleibt kalt")
    db.commit()
    browser = brunnenhof.resident(language="en").browser
    answer = browser.post(f"/faq/{article.slug}/feedback", {"helped": "yes"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "we are glad it helped" in answer.text
    assert answers(brunnenhof) == [(True, "")]


def test_a_comment_that_is_too_long_is_kept_and_explained(brunnenhof: SomeCompany, db: CompanySession) -> None:
    article = live(db, "Mein Heizkörper bleibt kalt")
    db.commit()
    browser = brunnenhof.resident(language="en").browser
    browser.post(f"/faq/{article.slug}/feedback", {"helped": "no"})
    answer = browser.post(f"/faq/{article.slug}/feedback", {"helped": "no", "comment": "x" * 2001})
    assert answer.status_code == 422
    assert "At most 2,000 characters; now there are 2,001." in answer.text
    assert "x" * 2001 in answer.text
    assert answers(brunnenhof) == [(False, "")]


def test_a_long_comment_is_kept_even_where_nothing_was_said_before(brunnenhof: SomeCompany, db: CompanySession) -> None:
    article = live(db, "Mein Heizkörper bleibt kalt")
    db.commit()
    browser = brunnenhof.resident().browser
    answer = browser.post(f"/faq/{article.slug}/feedback", {"helped": "no", "comment": "y" * 2001})
    assert (answer.status_code, "y" * 2001 in answer.text, answers(brunnenhof)) == (422, True, [])


def test_an_answer_that_is_none_is_refused(brunnenhof: SomeCompany, db: CompanySession) -> None:
    article = live(db, "Mein Heizkörper bleibt kalt")
    db.commit()
    answer = brunnenhof.resident().browser.post(f"/faq/{article.slug}/feedback", {"helped": "perhaps"})
    assert (answer.status_code, answers(brunnenhof)) == (400, [])


def test_a_picture_is_for_those_who_may_read_its_article(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, db: CompanySession
) -> None:
    lake, house = brunnenhof.house("Seestrasse")
    text = "![Das Ventil](files/ventil.png) und [der Plan](files/plan.pdf)"
    article = live(db, "Nur Seestrasse", text, audience=Audience(frozenset({lake})))
    picture = attach(brunnenhof, article, "Ventil.png", PICTURE)
    db.commit()
    reader = brunnenhof.resident("Tiago Oliveira", building_id=house).browser
    pages = f"/faq/{article.slug}", f"/faq/{article.slug}?print"
    for page in pages:  # nobody gets what is not checked
        assert "<p>Das Ventil und der Plan</p>" in reader.get(page).text
    assert reader.get(f"/files/{picture.id}").status_code == 302
    brunnenhof.work()
    shown, printed = (reader.get(page).text for page in pages)
    (url,) = re.findall(r'<img src="(/files/[^"]{52}/ventil.png)" srcset="[^"]+ 320w, [^"]+ 400w" sizes="[^"]+" '
                        r'width="400" height="300" alt="Das Ventil" loading="lazy">', shown)  # fmt: skip
    assert 'alt="Das Ventil">' in printed  # what is to be printed does not wait to be scrolled to
    answer = reader.get(url)
    assert (answer.status_code, answer.content_type) == (200, "image/webp")
    assert answer.headers["Cache-Control"].startswith("private")
    old = f"/faq/files/{picture.id}/ventil.png"
    assert reader.get(old).headers["Location"] == f"/files/{picture.id}"
    assert reader.get(f"/files/{picture.id}").headers["Location"].endswith("/ventil.png")
    strangers = brunnenhof.resident().browser, nordlicht.resident().browser
    assert [browser.get(one).status_code for browser in strangers for one in (url, f"/files/{picture.id}")] == [404] * 4
    assert brunnenhof.visitor().get(f"/files/{picture.id}").status_code == 302


def test_a_period_that_ends_takes_article_search_and_file_from_who_is_signed_in(
    brunnenhof: SomeCompany, db: CompanySession
) -> None:
    """On the same device, at the next click; whoever moves in then finds them."""
    lake, house = brunnenhof.house("Seestrasse")
    article = publish_for(db, "Waschkeller am See", where=[lake])
    picture = attach(brunnenhof, article, "Plan.png")
    db.commit()
    brunnenhof.work()
    paths = (f"/faq/{article.slug}", f"/files/{picture.id}")

    def found(browser: Browser) -> list[bool]:
        there = [browser.get(path, follow_redirects=True).status_code == 200 for path in paths]
        return there + ["Waschkeller" in browser.get(f"{path}?q=waschk").text for path in ("/search", "/faq/search")]

    tiago = brunnenhof.resident("Tiago Oliveira", building_id=house)
    device = tiago.browser
    assert found(device) == [True] * 4
    ended = "UPDATE occupancy SET ends = current_date WHERE id = %(id)s RETURNING id"
    db.rows(ended, {"id": tiago.viewer(db).places[0].period_id})
    db.commit()
    assert found(device) == [False] * 4
    assert device.get("/account").status_code == 200
    assert found(brunnenhof.resident("Lea Zimmermann", building_id=house).browser) == [True] * 4


def test_the_next_tenant_never_finds_what_was_for_the_last_one(brunnenhof: SomeCompany, db: CompanySession) -> None:
    """Both see the portal while the days around their periods overlap, and a few days it was nobody's flat."""
    brunnenhof.settings(access_before=30, access_after=30)
    now = datetime.now(UTC)

    def day(days: int) -> date:
        return now.date() + timedelta(days=days)

    hans, lea = (brunnenhof.resident("Hans Schnyder", ends=day(-5)), brunnenhof.resident("Lea Frey", starts=day(5)))
    (flat,), (hers,) = hans.viewer(db).places, lea.viewer(db).places
    moved = "UPDATE occupancy SET unit_id = %(unit)s, starts = %(starts)s WHERE id = %(id)s RETURNING id"
    db.rows(moved, {"unit": flat.unit_id, "starts": day(5), "id": hers.period_id})

    def write(title: str, where: UUID | None, at: datetime) -> None:
        assert where is not None
        live(db, title, audience=Audience(frozenset({where})), at=at)

    just_now = now - timedelta(minutes=5)
    write("Alt", flat.unit_id, now - timedelta(days=20))
    write("Leer", flat.unit_id, just_now)
    write("Abrechnung", flat.period_id, just_now)
    write("Einzug", hers.period_id, just_now)
    write("Haus", flat.building_id, just_now)
    db.commit()

    def found(body: SomeBody) -> set[str]:
        browser = body.browser
        titles = {"Alt", "Leer", "Abrechnung", "Einzug", "Haus"}
        listed = set(re.findall(r'href="/faq/(\w+)"', browser.get("/faq/").text))
        assert listed == {title.lower() for title in titles if browser.get(f"/faq/{title.lower()}").status_code == 200}
        assert listed == {
            title.lower() for title in titles if f"/faq/{title.lower()}" in browser.get(f"/search?q={title}").text
        }
        return listed

    assert found(hans) == {"alt", "abrechnung", "haus"}
    assert found(lea) == {"einzug", "haus"}
    db.rows(moved, {"unit": flat.unit_id, "starts": day(0), "id": hers.period_id})
    db.commit()
    assert found(lea) == {"leer", "einzug", "haus"}
    assert found(hans) == {"alt", "abrechnung", "haus"}


def test_the_list_takes_the_same_statements_for_one_article_and_for_many(
    brunnenhof: SomeCompany, db: CompanySession
) -> None:
    browser = brunnenhof.resident().browser
    browser.get("/faq/")  # the company's snapshot is read once
    for articles in (1, 12):
        for number in range(articles):
            live(db, f"Artikel {number}")
        db.commit()
        with Statements() as sent:
            browser.get("/faq/")
        assert sent.count == 3
