"""What the team meets: who may do what, forms that keep what was typed, two editors at once, order, and reports."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from plugins.faq import queries, services
from plugins.faq.manifest import EDIT, PUBLISH, VIEW_DRAFTS
from plugins.faq.models import Article, ArticleText, Category
from plugins.faq.queries import Wording
from plugins.faq.services import Changes
from plugins.faq.tests.sample import EDITOR, PICTURE, draft, live, topic
from quartier.sdk import CompanySession, LocalizedText
from quartier.testing import Browser, SomeCompany

ALL = (VIEW_DRAFTS, EDIT, PUBLISH)


@pytest.fixture
def db(brunnenhof: SomeCompany) -> Iterator[CompanySession]:
    """The company's database, for planting and for looking afterwards."""
    with brunnenhof.db() as session:
        yield session


@pytest.fixture
def nadja(brunnenhof: SomeCompany) -> Browser:
    """An editor who may do everything here, with an English Cockpit."""
    return brunnenhof.agent("Nadja Frei", *ALL, language="en").browser


def form(db: CompanySession, title: str = "Schlüssel verloren", **more: object) -> dict[str, object]:
    fields = {"texts.de.title": title, "texts.de.body": "Rufen Sie an.", "category_id": str(topic(db).id), "do": "save"}
    db.commit()
    return {**fields, **more}


def edited(db: CompanySession, article: Article, **more: Any) -> dict[str, object]:
    return form(db, version=str(article.version), slug=article.slug, **more)


def stored(company: SomeCompany, article_id: UUID) -> Article:
    with company.db() as db:
        return db.scalars(select(Article).filter_by(id=article_id)).one()


def the_only(company: SomeCompany) -> tuple[Article, ArticleText]:
    with company.db() as db:
        return db.scalars(select(Article)).one(), db.scalars(select(ArticleText)).one()


# --- who may ---


@pytest.mark.parametrize(
    "path", ["", "new", "categories", "languages", "feedback", "import", "export", "categories/new"]
)
def test_residents_and_staff_without_the_right_stay_outside(brunnenhof: SomeCompany, path: str) -> None:
    for body in (brunnenhof.resident(), brunnenhof.agent("Beat Ammann")):
        assert body.browser.get(f"/cockpit/faq/{path}").status_code == 403


def test_who_may_read_drafts_reads_and_changes_nothing(brunnenhof: SomeCompany, db: CompanySession) -> None:
    article = draft(db, "Entwurf")
    data = edited(db, article)
    browser = brunnenhof.agent("Beat Ammann", VIEW_DRAFTS, language="en").browser
    page = browser.get(f"/cockpit/faq/{article.id}/edit").text
    assert "You can read this article, but not change it." in page
    assert 'value="save"' not in page
    assert 'value="publish"' not in page
    deeds = ("save", "confirm", "publish", "schedule", "archive", "unpublish")
    path = f"/cockpit/faq/{article.id}/edit"
    assert [browser.post(path, {**data, "do": deed}).status_code for deed in deeds] == [403] * 6
    others = ("confirm", "delete", "restore")
    assert [browser.post(f"/cockpit/faq/{article.id}/{what}").status_code for what in others] == [403] * 3
    assert stored(brunnenhof, article.id).version == article.version


def test_who_may_write_saves_drafts_but_publishes_nothing(brunnenhof: SomeCompany, db: CompanySession) -> None:
    article, published = draft(db, "Entwurf"), live(db, "Veröffentlicht")
    db.commit()
    browser = brunnenhof.agent("Beat Ammann", VIEW_DRAFTS, EDIT, language="en").browser
    page = browser.get(f"/cockpit/faq/{article.id}/edit").text
    assert 'value="save"' in page
    assert 'value="publish"' not in page
    data = edited(db, article, do="publish")
    assert browser.post(f"/cockpit/faq/{article.id}/edit", data).status_code == 403
    assert browser.post("/cockpit/faq/new", form(db, do="publish")).status_code == 403
    assert browser.post(f"/cockpit/faq/{article.id}/edit", {**data, "do": "save"}).status_code == 303
    locked = browser.get(f"/cockpit/faq/{published.id}/edit").text
    assert "Only colleagues who may publish can change" in locked
    assert browser.post(f"/cockpit/faq/{published.id}/edit", edited(db, published)).status_code == 403


def test_who_may_publish_but_not_write_leaves_the_text_alone(brunnenhof: SomeCompany, db: CompanySession) -> None:
    article = draft(db, "Entwurf")
    browser = brunnenhof.agent("Regula Steiner", VIEW_DRAFTS, PUBLISH).browser
    data = edited(db, article, do="publish", **{"texts.de.title": "Anders"})
    assert browser.post(f"/cockpit/faq/{article.id}/edit", data).status_code == 303
    assert stored(brunnenhof, article.id).status == "published"
    assert the_only(brunnenhof)[1].title == "Entwurf"


def test_another_companys_article_is_404(nordlicht: SomeCompany, db: CompanySession, nadja: Browser) -> None:
    with nordlicht.db() as other:
        article = draft(other, "Fremd")
        other.commit()
    paths = [f"/cockpit/faq/{article.id}/{page}" for page in ("edit", "history", "feedback", "delete")]
    assert [nadja.get(path).status_code for path in paths] == [404] * 4
    assert nadja.post(f"/cockpit/faq/{article.id}/edit", edited(db, article)).status_code == 404


# --- writing ---


def test_a_draft_is_saved_and_then_published(brunnenhof: SomeCompany, db: CompanySession, nadja: Browser) -> None:
    brunnenhof.resident()
    answer = nadja.post("/cockpit/faq/new", form(db, language="de"))
    article, text = the_only(brunnenhof)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/cockpit/faq/{article.id}/edit?language=de")
    assert (article.status, article.slug, text.title) == ("draft", "schluessel-verloren", "Schlüssel verloren")
    answer = nadja.post(f"/cockpit/faq/{article.id}/edit", edited(db, article, do="publish"))
    assert stored(brunnenhof, article.id).status == "published"
    assert "1 person can read it now." in nadja.get(answer.headers["Location"]).text


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"texts.de.title": "x" * 201}, "At most 200 characters; now there are 201."),
        ({"texts.fr.body": "x" * 100_001}, "At most 100,000 characters; now there are 100,001."),
        ({"category_id": ""}, "Please choose a topic."),
        ({"category_id": str(uuid4())}, "There is no such topic."),
        ({"slug": "Über uns!"}, "Small letters, digits and hyphens only, such as “ueber-uns”."),
        ({"where": str(uuid4())}, "This choice is not possible any more."),
        ({"who": "cats"}, "This choice is not possible any more."),
        ({"do": "schedule", "publish_at": ""}, "Please choose a day and a time."),
        ({"do": "schedule", "publish_at": "2020-01-01T08:00"}, "This moment has passed."),
        ({"do": "publish", "texts.de.body": ""}, "before residents can see it"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    brunnenhof: SomeCompany, db: CompanySession, nadja: Browser, wrong: dict[str, str], sentence: str
) -> None:
    answer = nadja.post("/cockpit/faq/new", form(db, **{"texts.en.title": "Lost key", **wrong}))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="Lost key"' in answer.text
    assert 'class="error-summary"' in answer.text
    with brunnenhof.db() as after:
        assert after.scalars(select(Article)).all() == []


def test_an_article_without_any_title_is_sent_back(db: CompanySession, nadja: Browser) -> None:
    answer = nadja.post("/cockpit/faq/new", form(db, "  "))
    assert (answer.status_code, "Please give the article a title." in answer.text) == (422, True)
    assert "Rufen Sie an.</textarea>" in answer.text


def test_the_language_with_the_mistake_is_open(db: CompanySession, nadja: Browser) -> None:
    answer = nadja.post("/cockpit/faq/new", form(db, language="de", **{"texts.fr.title": "x" * 201}))
    assert re.search(r'name="language" value="fr" checked', answer.text)


def test_an_article_for_later_is_scheduled_in_the_companys_zone(
    brunnenhof: SomeCompany, db: CompanySession, nadja: Browser
) -> None:
    answer = nadja.post("/cockpit/faq/new", form(db, do="schedule", publish_at="2099-07-01T08:00"))
    article, _text = the_only(brunnenhof)
    assert answer.status_code == 303
    assert article.publish_at == datetime(2099, 7, 1, 6, 0, tzinfo=UTC)
    assert "Scheduled" in nadja.get("/cockpit/faq/?state=scheduled").text


def test_an_article_goes_out_of_sight_and_comes_back(
    brunnenhof: SomeCompany, db: CompanySession, nadja: Browser
) -> None:
    article, path = live(db, "Schlüssel verloren"), "/cockpit/faq/{}/edit"
    for deed, status in (("unpublish", "draft"), ("publish", "published"), ("archive", "archived")):
        current = stored(brunnenhof, article.id) if deed != "unpublish" else article
        assert nadja.post(path.format(article.id), edited(db, current, do=deed)).status_code == 303
        assert stored(brunnenhof, article.id).status == status


@pytest.mark.parametrize("deed", ["preview", "places", "reach"])
def test_looking_saves_nothing(brunnenhof: SomeCompany, db: CompanySession, nadja: Browser, deed: str) -> None:
    answer = nadja.post("/cockpit/faq/new", form(db, do=deed, **{"texts.de.body": "**Wichtig** ist"}))
    assert answer.status_code == 200
    assert "<strong>Wichtig</strong> ist" in answer.text
    assert "data-changed" in answer.text
    with brunnenhof.db() as after:
        assert after.scalars(select(Article)).all() == []


def test_an_unknown_deed_is_refused(db: CompanySession, nadja: Browser) -> None:
    assert nadja.post("/cockpit/faq/new", form(db, do="explode")).status_code == 400


def test_a_language_starts_from_another_one(db: CompanySession, nadja: Browser) -> None:
    answer = nadja.post("/cockpit/faq/new", form(db, copy="de-fr", **{"texts.fr.title": "Clé perdue"}))
    assert 'id="texts-fr-title" name="texts.fr.title" lang="fr" value="Clé perdue"' in answer.text
    assert answer.text.count("Rufen Sie an.</textarea>") == 2
    assert re.search(r'name="language" value="fr" checked', answer.text)


def test_the_preview_is_the_servers_own_and_safe(db: CompanySession, nadja: Browser) -> None:
    body = "> [!WARNING] Heiss\n> Zuerst abkühlen.\n\n<script>alert(1)</script> [klick](javascript:alert(1))"
    answer = nadja.post("/cockpit/faq/preview", form(db, language="de", **{"texts.de.body": body}))
    assert answer.status_code == 200
    assert 'class="callout callout-warning"' in answer.text
    assert "<script" not in answer.text
    assert "javascript:" not in answer.text
    assert "<html" not in answer.text


def test_the_audience_says_whom_it_reaches(brunnenhof: SomeCompany, nadja: Browser) -> None:
    brunnenhof.house("Seestrasse")
    brunnenhof.resident("Verena Keller")
    brunnenhof.resident("Beat Ammann", kind="ownership")
    everybody = nadja.post("/cockpit/faq/audience", {}).text
    owners = nadja.post("/cockpit/faq/audience", {"who": "owners", "place_query": "see"}).text
    assert "2 people can read this." in everybody
    assert "1 person can read this." in owners
    assert "Seestrasse" in owners
    assert "Brunnenhofstrasse" not in owners
    assert nadja.post("/cockpit/faq/audience", {"where": "nowhere"}).status_code == 400


# --- two editors, and the past ---


def test_two_editors_see_both_versions_and_lose_nothing(
    brunnenhof: SomeCompany, db: CompanySession, nadja: Browser
) -> None:
    article = draft(db, "Schlüssel verloren", "Rufen Sie an.")
    seen = edited(db, article, **{"texts.de.body": "Rufen Sie Nadja an."})
    beat = brunnenhof.agent("Beat Ammann", *ALL).browser
    path = f"/cockpit/faq/{article.id}/edit"
    assert beat.post(path, edited(db, article, **{"texts.de.body": "Schreiben Sie uns."})).status_code == 303
    answer = nadja.post(path, seen)
    assert answer.status_code == 409
    assert "Beat Ammann saved this article while you were writing" in answer.text
    assert "Nadja" in answer.text
    assert "Schreiben" in answer.text
    assert the_only(brunnenhof)[1].body == "Schreiben Sie uns."
    kept = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', answer.text))
    assert kept["texts.de.body"] == "Rufen Sie Nadja an."
    assert nadja.post(path, {**kept, "do": "save"}).status_code == 303
    assert the_only(brunnenhof)[1].body == "Rufen Sie Nadja an."


def test_the_history_shows_what_changed_and_brings_it_back(
    brunnenhof: SomeCompany, db: CompanySession, nadja: Browser
) -> None:
    article = draft(db, "Schlüssel verloren", "Warten Sie einige Minuten.")
    first = article.version
    changes = Changes(texts={"de": Wording("Schlüssel verloren", "", "Warten Sie zehn Minuten.")})
    services.save_article(db, article.id, by=EDITOR, version=first, changes=changes)
    db.commit()
    page = nadja.get(f"/cockpit/faq/{article.id}/history").text
    assert "<del>einige</del><ins>zehn</ins>" in page
    old = nadja.get(f"/cockpit/faq/{article.id}/history?version={first}").text
    assert "Restore this version" in old
    version = str(stored(brunnenhof, article.id).version)
    answer = nadja.post(f"/cockpit/faq/{article.id}/restore", {"number": str(first), "version": version})
    assert (answer.status_code, the_only(brunnenhof)[1].body) == (303, "Warten Sie einige Minuten.")
    late = nadja.post(f"/cockpit/faq/{article.id}/restore", {"number": str(first), "version": version})
    assert late.headers["Location"].endswith("/history")
    assert nadja.get(f"/cockpit/faq/{article.id}/history?version=99").status_code == 404


def test_a_draft_is_deleted_after_one_question_but_nothing_else_is(
    brunnenhof: SomeCompany, db: CompanySession, nadja: Browser
) -> None:
    article, published = draft(db, "Entwurf"), live(db, "Veröffentlicht")
    db.commit()
    assert "Delete this draft?" in nadja.get(f"/cockpit/faq/{article.id}/delete").text
    assert nadja.post(f"/cockpit/faq/{article.id}/delete").headers["Location"] == "/cockpit/faq/"
    assert nadja.post(f"/cockpit/faq/{published.id}/delete").status_code == 403
    with brunnenhof.db() as after:
        assert set(after.scalars(select(Article.id))) == {published.id}


def test_what_nobody_confirmed_for_a_year_is_asked_for(
    brunnenhof: SomeCompany, db: CompanySession, nadja: Browser
) -> None:
    article = live(db, "Hauswart", at=datetime.now(UTC) - timedelta(days=500))
    article.confirmed_at = article.publish_at
    live(db, "Neu")
    db.commit()
    stale = nadja.get("/cockpit/faq/?stale=1").text
    assert "Hauswart" in stale
    assert ">Neu</a>" not in stale
    assert "Is this still true?" in nadja.get(f"/cockpit/faq/{article.id}/edit").text
    assert nadja.post(f"/cockpit/faq/{article.id}/confirm").status_code == 303
    assert "Is this still true?" not in nadja.get(f"/cockpit/faq/{article.id}/edit").text


def test_confirming_from_the_writing_desk_keeps_what_was_typed(
    brunnenhof: SomeCompany, db: CompanySession, nadja: Browser
) -> None:
    article = live(db, "Hauswart", at=datetime.now(UTC) - timedelta(days=500))
    article.confirmed_at = article.publish_at
    data = edited(db, article, do="confirm", **{"texts.de.body": "Neu geschrieben."})
    assert nadja.post(f"/cockpit/faq/{article.id}/edit", data).status_code == 303
    saved, text = the_only(brunnenhof)
    assert text.body == "Neu geschrieben."
    assert saved.confirmed_at is not None
    assert datetime.now(UTC) - saved.confirmed_at < timedelta(minutes=5)


def with_files(fields: dict[str, object], *new: tuple[bytes, str], **more: str | list[str]) -> MultiDict[str, Any]:
    """A form with files that come with it."""
    sent = MultiDict({**fields, **more})
    for body, name in new:
        sent.add("files.new", (io.BytesIO(body), name))
    return sent


def files_of(company: SomeCompany, article_id: UUID) -> dict[str, str]:
    with company.db() as session:
        return services.files_in(session, article_id)


def test_pictures_come_with_the_form_and_the_text_may_name_them_before_they_are_saved(
    brunnenhof: SomeCompany, db: CompanySession, nadja: Browser
) -> None:
    sent = [nadja.post("/files", {"purpose": "faq.article", "file": (io.BytesIO(PICTURE), "Mein Schlüssel.png")})
            for _each in range(2)]  # fmt: skip
    ids = [str(answer.json["id"]) for answer in sent if answer.json]
    brunnenhof.work()
    body = f"![Eins](files/{ids[0]}) ![Zwei](files/{ids[1]})"
    typed = form(db, files=ids) | {"texts.de.body": body}
    seen = nadja.post("/cockpit/faq/preview", typed).text
    assert re.findall(r'<img src="/files/[^"/]{52}/[^"]+"[^>]* alt="(\w+)"', seen) == ["Eins", "Zwei"]
    assert nadja.post("/cockpit/faq/new", typed).status_code == 303
    article, text = the_only(brunnenhof)
    assert text.body == "![Eins](files/mein-schluessel.png) ![Zwei](files/mein-schluessel-2.png)"
    assert re.findall(r'<img src="/files/([^"]+)"', text.html) == ids
    page = nadja.get(f"/cockpit/faq/{article.id}/edit").text
    assert re.findall('data-insert="([^"]+)"', page) == ["files/mein-schluessel.png", "files/mein-schluessel-2.png"]
    path, last = f"/cockpit/faq/{article.id}/edit", ids[1]
    fields = edited(db, article, files=ids, **{"files.remove": ids[0], "texts.de.title": "Getippt"})
    refused = nadja.post(path, with_files(fields, (b"PK\x03\x04", "nur.png")))
    assert refused.status_code == 422
    assert [words in refused.text for words in ("nur.png: This file cannot be read", 'value="Getippt"')] == [True] * 2
    assert nadja.post(path, with_files(fields, (b"%PDF-1.7", "Plan.pdf"))).status_code == 303
    assert files_of(brunnenhof, article.id).keys() == {"mein-schluessel-2.png", "plan.pdf"}
    assert files_of(brunnenhof, article.id)["mein-schluessel-2.png"] == last
    history = nadja.get(f"/cockpit/faq/{article.id}/history").text
    assert re.findall("<(del|ins)>([a-z.-]+)\n</", history) == [("del", "mein-schluessel.png"), ("ins", "plan.pdf")]
    back = nadja.post(f"/cockpit/faq/{article.id}/restore", {"number": "1", "version": "2"}, follow_redirects=True)
    assert "It names files that were removed: mein-schluessel.png." in back.text
    assert files_of(brunnenhof, article.id).keys() == {"mein-schluessel-2.png", "plan.pdf"}


def test_two_who_add_pictures_at_once_keep_both(brunnenhof: SomeCompany, db: CompanySession, nadja: Browser) -> None:
    article = draft(db, "Schlüssel")
    fields = edited(db, article)
    path, svenja = f"/cockpit/faq/{article.id}/edit", brunnenhof.agent("Svenja Meier", *ALL, language="en").browser
    assert svenja.post(path, with_files(fields, (PICTURE, "von-svenja.png"))).status_code == 303
    clash = nadja.post(path, with_files(fields, (PICTURE, "von-nadja.png")))
    assert (clash.status_code, "von-svenja.png" in clash.text) == (409, True)
    kept = MultiDict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', clash.text))
    assert len(kept.getlist("files")) == 2
    assert nadja.post(path, MultiDict([*kept.items(multi=True), ("do", "save")])).status_code == 303
    assert files_of(brunnenhof, article.id).keys() == {"von-svenja.png", "von-nadja.png"}


# --- the list, order, topics ---


def test_filters_live_in_the_address(db: CompanySession, nadja: Browser) -> None:
    live(db, "Heizung", texts={"fr": Wording("Chauffage", "", "Oui.")})
    draft(db, "Schlüssel", category_id=topic(db, "keys", de="Schlüssel").id)
    db.commit()

    def titles(query: str) -> set[str]:
        return set(re.findall(r'/edit"[^>]*>([^<]+)</a><span class="sub">', nadja.get(f"/cockpit/faq/{query}").text))

    assert titles("") == {"Heizung", "Schlüssel"}
    assert titles("?state=draft") == {"Schlüssel"}
    assert titles("?category=heating") == {"Heizung"}
    assert titles("?missing=fr") == {"Schlüssel"}
    assert titles("?q=heizung") == {"Heizung"}
    assert titles("?category=heating&state=draft") == set()
    assert titles("?state=nonsense&missing=xx") == {"Heizung", "Schlüssel"}


def test_more_articles_follow_behind_a_link(db: CompanySession, nadja: Browser) -> None:
    for number in range(53):
        draft(db, f"Artikel {number:02}")
    db.commit()
    first = nadja.get("/cockpit/faq/").text
    more = re.search(r'href="(/cockpit/faq/\?after=[^"]+)"', first)
    assert more is not None
    second = nadja.get(more[1]).text
    seen = [re.findall(r"Artikel \d\d", page) for page in (first, second)]
    assert (len(set(seen[0])), len(set(seen[1])), set(seen[0]) & set(seen[1])) == (50, 3, set())
    assert nadja.get("/cockpit/faq/?after=1.x.1.y").status_code == 400


@pytest.mark.parametrize(
    ("wish", "order"),
    [
        ({"id": 1, "step": "up"}, ["B", "A", "C"]),
        ({"id": 1, "step": "down"}, ["A", "C", "B"]),
        ({"id": 0, "step": "up"}, ["A", "B", "C"]),
        ({"id": 2, "step": "down"}, ["A", "B", "C"]),
        ({"ids": [2, 0, 1]}, ["C", "A", "B"]),
    ],
)
def test_articles_are_put_in_order_by_buttons_and_by_dragging(
    brunnenhof: SomeCompany, db: CompanySession, nadja: Browser, wish: dict[str, object], order: list[str]
) -> None:
    ids = [str(live(db, title).id) for title in "ABC"]
    db.commit()
    sent = {name: [ids[one] for one in value] if isinstance(value, list) else value for name, value in wish.items()}
    if isinstance(place := wish.get("id"), int):
        sent["id"] = ids[place]
    assert nadja.post("/cockpit/faq/order/heating", sent).status_code == 303
    visit = brunnenhof.resident().visit("de")
    assert [row.title for row in queries.visible_articles(visit)] == order
    visit.db.close()


@pytest.mark.parametrize("wish", [{}, {"id": "x", "step": "up"}, {"ids": "x"}])
def test_an_order_that_is_none_is_refused(db: CompanySession, nadja: Browser, wish: dict[str, str]) -> None:
    topic(db)
    db.commit()
    assert nadja.post("/cockpit/faq/order/heating", wish).status_code == 400


def test_a_topic_is_made_renamed_and_given_up(brunnenhof: SomeCompany, db: CompanySession, nadja: Browser) -> None:
    empty = nadja.post("/cockpit/faq/categories/new", {"name.en": "Keys", "icon": "key"})
    assert (empty.status_code, 'value="Keys"' in empty.text) == (422, True)
    assert nadja.post("/cockpit/faq/categories/new", {"name.de": "Schlüssel", "icon": "bomb"}).status_code == 422
    assert nadja.post("/cockpit/faq/categories/new", {"name.de": "Schlüssel", "icon": "key"}).status_code == 303
    path = "/cockpit/faq/categories/schluessel"
    assert nadja.post(path, {"name.de": "Zutritt", "name.fr": "Accès", "icon": "door"}).status_code == 303
    with brunnenhof.db() as after:
        known = after.scalars(select(Category).filter_by(key="schluessel")).one()
        assert (known.name, known.icon) == (LocalizedText(de="Zutritt", fr="Accès"), "door")
    draft(db, "Schlüssel verloren", category_id=known.id)
    other = topic(db)
    db.commit()
    refused = nadja.post(f"{path}/delete", {})
    assert (refused.status_code, "Please choose where its articles go." in refused.text) == (422, True)
    assert nadja.post(f"{path}/delete", {"move_to": str(other.id)}).status_code == 303
    assert nadja.get(path).status_code == 404
    assert the_only(brunnenhof)[0].category_id == other.id


def test_topics_are_put_in_order(brunnenhof: SomeCompany, db: CompanySession, nadja: Browser) -> None:
    ids = [str(topic(db, key, de=key).id) for key in ("a", "b")]
    db.commit()
    nadja.post("/cockpit/faq/categories/order", {"id": ids[1], "step": "up"})
    with brunnenhof.db() as after:
        assert list(after.scalars(select(Category.key).order_by(Category.position))) == ["b", "a"]


# --- reports and files ---


def test_missing_languages_are_reported_until_they_are_written(db: CompanySession, nadja: Browser) -> None:
    article = live(db, "Heizung", texts={"en": Wording("Heating", "", "Yes.")})
    db.commit()
    page = nadja.get("/cockpit/faq/languages").text
    assert f'href="/cockpit/faq/{article.id}/edit?language=fr"' in page
    assert f'href="/cockpit/faq/{article.id}/edit?language=en"' not in page


def test_feedback_is_counted_and_comments_have_no_names(
    brunnenhof: SomeCompany, db: CompanySession, nadja: Browser
) -> None:
    article, verena = live(db, "Heizung"), brunnenhof.resident("Verena Keller")
    services.give_feedback(db, article.id, by=verena.viewer(db), helpful=False, comment="Welches Ventil?")
    db.commit()
    assert "0 of 1" in nadja.get("/cockpit/faq/feedback").text
    page = nadja.get(f"/cockpit/faq/{article.id}/feedback").text
    assert "Welches Ventil?" in page
    assert "Verena" not in page


def test_what_was_exported_can_be_imported_elsewhere(
    brunnenhof: SomeCompany, nordlicht: SomeCompany, db: CompanySession, nadja: Browser
) -> None:
    live(db, "Heizung", slug="heating-cold")
    db.commit()
    packed = nadja.get("/cockpit/faq/export")
    assert packed.content_type == "application/zip"
    assert "heating-cold.de.md" in zipfile.ZipFile(io.BytesIO(packed.data)).namelist()
    svenja = nordlicht.agent("Svenja Petersen", *ALL, language="en").browser
    answer = svenja.post("/cockpit/faq/import", {"files": (io.BytesIO(packed.data), "faq.zip")})
    assert answer.status_code == 200
    assert "heating-cold" in answer.text
    with nordlicht.db() as after:
        assert set(after.scalars(select(Article.slug))) == {"heating-cold"}


def test_an_import_with_a_mistake_changes_nothing_and_names_the_file(
    brunnenhof: SomeCompany, db: CompanySession, nadja: Browser
) -> None:
    topic(db)
    db.commit()
    good = b"---\ntitle: Gut\ncategory: heating\n---\nText"
    files = [(io.BytesIO(good), "good.de.md"), (io.BytesIO(b"---\ntitle: Ohne Ende\n"), "bad.de.md")]
    answer = nadja.post("/cockpit/faq/import", {"files": files})
    assert answer.status_code == 422
    assert "bad.de.md" in answer.text
    assert nadja.post("/cockpit/faq/import", {}).status_code == 422
    with brunnenhof.db() as after:
        assert after.scalars(select(Article)).all() == []
