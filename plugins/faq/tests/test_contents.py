"""What is kept of the page of all articles, and how it never shows more or less than there is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from plugins.faq import queries, services
from plugins.faq.tests.sample import EDITOR, live, publish_for, topic
from quartier.sdk import LocalizedText, Visit
from quartier.tenancy.models import ContentVersion
from quartier.testing import Browser, SomeCompany, Statements


def titles(visit: Visit) -> list[str]:
    return [line.title for line in queries.contents(visit).articles]


def statements(browser: Browser) -> int:
    """How many the page takes; one of them says who asks."""
    with Statements() as seen:
        assert browser.get("/faq/").status_code == 200
    return seen.count


def shown(page: str, *words: str) -> set[str]:
    """Those of the words that are a title or a topic on the page."""
    return {word for word in words if f">{word}<" in page}


def versions(company: SomeCompany) -> list[int]:
    with company.db() as db:
        return list(db.scalars(select(ContentVersion.version).filter_by(module="faq")))


def test_articles_are_read_once_until_one_changes(brunnenhof: SomeCompany) -> None:
    beat = brunnenhof.resident("Beat Ammann")
    browsers = [brunnenhof.resident("Verena Keller").browser, beat.browser]
    for browser in browsers:
        browser.get("/more")
    with brunnenhof.db() as db:
        article = live(db, "Heizung")
        db.commit()
        assert [statements(browser) for browser in browsers * 2] == [3, 1, 1, 1]  # visit; begin, articles
        services.give_feedback(db, article.id, by=beat.viewer(db), helpful=True)
        db.commit()
    assert [statements(browser) for browser in browsers * 2] == [3, 1, 1, 1]


@pytest.mark.parametrize("change", ["article", "topic", "archived"])
def test_a_change_is_there_at_the_next_request(brunnenhof: SomeCompany, change: str) -> None:
    browser = brunnenhof.resident().browser
    with brunnenhof.db() as db:
        article = live(db, "Heizung", category_id=topic(db, "keys", de="Schlüssel").id)
        db.commit()
        assert shown(browser.get("/faq/").text, "Heizung", "Schlüssel") == {"Heizung", "Schlüssel"}
        if change == "article":
            live(db, "Lüften")
        elif change == "topic":
            services.rename_category(db, topic(db, "keys").id, by=EDITOR, name=LocalizedText(de="Zugang"))
        else:
            services.archive(db, article.id, by=EDITOR)
        db.commit()
    assert shown(browser.get("/faq/").text, "Heizung", "Lüften", "Schlüssel", "Zugang") == {
        "article": {"Heizung", "Lüften", "Schlüssel"}, "topic": {"Heizung", "Zugang"}, "archived": set(),
    }[change]  # fmt: skip


def test_everybody_sees_their_own_of_what_is_kept(brunnenhof: SomeCompany) -> None:
    lake, lake_house = brunnenhof.house("Seestrasse")
    with brunnenhof.db() as db:
        live(db, "Alle")
        publish_for(db, "Eigentum", who=["owners"])
        publish_for(db, "See", where=[lake])
        db.commit()
    people = {
        "tenant": brunnenhof.resident(),
        "owner": brunnenhof.resident(kind="ownership"),
        "by the lake": brunnenhof.resident(building_id=lake_house),
        "agent": brunnenhof.agent(),
    }
    pages = {who: body.browser.get("/faq/").text for who, body in people.items()}
    assert {who: shown(page, "Alle", "Eigentum", "See") for who, page in pages.items()} == {
        "tenant": {"Alle"}, "owner": {"Alle", "Eigentum"}, "by the lake": {"Alle", "See"},
        "agent": {"Alle", "Eigentum", "See"},
    }  # fmt: skip


def test_what_is_kept_appears_when_its_time_comes(brunnenhof: SomeCompany) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)

    class Tomorrow(Visit):
        @property
        def now(self) -> datetime:
            return tomorrow + timedelta(minutes=1)

    with brunnenhof.db() as db:
        live(db, "Heute")
        live(db, "Morgen", at=tomorrow)
        db.commit()
    today = brunnenhof.resident().visit()
    later = Tomorrow(today.company, today.viewer, today.voice, today.db, today.contents)
    assert (titles(today), titles(later)) == (["Heute"], ["Heute", "Morgen"])


def test_companies_keep_their_own(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    for company, title in ((brunnenhof, "Brunnen"), (nordlicht, "Nord")):
        with company.db() as db:
            live(db, title)
            db.commit()
    first, second = brunnenhof.resident().visit(), nordlicht.resident().visit()
    second.contents = first.contents
    assert (titles(first), titles(second), titles(first)) == (["Brunnen"], ["Nord"], ["Brunnen"])


def test_a_change_counts_once_and_only_when_it_is_true(brunnenhof: SomeCompany) -> None:
    with brunnenhof.db() as db:
        live(db, "Heizung")
        live(db, "Lüften")
        db.commit()
        assert versions(brunnenhof) == [1]
        live(db, "Doch nicht")
        db.rollback()
        assert versions(brunnenhof) == [1]
        live(db, "Schlüssel")
        db.commit()
    assert versions(brunnenhof) == [2]


def test_who_has_just_written_reads_it(brunnenhof: SomeCompany) -> None:
    with brunnenhof.db() as db:
        live(db, "Heizung")
        db.commit()
    visit = brunnenhof.resident().visit()
    assert titles(visit) == ["Heizung"]
    live(visit.db, "Lüften")
    assert titles(visit) == ["Heizung", "Lüften"]
    visit.db.commit()
    assert titles(visit) == ["Heizung", "Lüften"]
