"""What the team sees of its own work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from plugins.faq import queries, services
from plugins.faq.queries import DeskFilters, Wording
from plugins.faq.tests.sample import EDITOR, draft, live, topic
from quartier.sdk import Visit
from quartier.testing import SomeCompany

THREE = {"en": Wording("Title", "", "Text"), "fr": Wording("Titre", "", "Texte")}


@pytest.fixture
def visit(brunnenhof: SomeCompany) -> Iterator[Visit]:
    visit = brunnenhof.agent("Nadja Frei", "faq.edit", "faq.view_drafts").visit("de")
    yield visit
    visit.db.close()


def plant(visit: Visit) -> None:
    now = datetime.now(UTC)
    keys = topic(visit.db, "keys", de="Schlüssel")
    draft(visit.db, "Entwurf")
    live(visit.db, "Geplant", at=now + timedelta(days=3))
    live(visit.db, "Waschküche", category_id=keys.id, texts=THREE)
    stale = live(visit.db, "Verstaubt", texts=THREE, at=now - timedelta(days=800))
    stale.confirmed_at = now - timedelta(days=366)
    services.archive(visit.db, live(visit.db, "Früher").id, by=EDITOR)
    visit.db.flush()


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (DeskFilters(), {"Entwurf", "Geplant", "Waschküche", "Verstaubt", "Früher"}),
        (DeskFilters(state="draft"), {"Entwurf"}),
        (DeskFilters(state="scheduled"), {"Geplant"}),
        (DeskFilters(state="published"), {"Waschküche", "Verstaubt"}),
        (DeskFilters(state="archived"), {"Früher"}),
        (DeskFilters(category="keys"), {"Waschküche"}),
        (DeskFilters(missing="fr"), {"Entwurf", "Geplant", "Früher"}),
        (DeskFilters(stale=True), {"Verstaubt"}),
        (DeskFilters(text="kueche wasch"), {"Waschküche"}),
        (DeskFilters(state="published", missing="fr"), set()),
    ],
)
def test_filters(visit: Visit, filters: DeskFilters, expected: set[str]) -> None:
    plant(visit)
    assert {row.title for row in queries.desk_articles(visit, filters)} == expected


def test_pages_follow_each_other_without_gap_or_double_even_when_an_article_goes(visit: Visit) -> None:
    keys = topic(visit.db, "keys", de="Schlüssel")
    made = [draft(visit.db, f"A{number}", category_id=keys.id if number % 2 else None) for number in range(7)]
    whole = [row.id for row in queries.desk_articles(visit)]
    first = queries.desk_articles(visit, limit=3)
    services.delete_article(visit.db, next(a.id for a in made if a.id == first[-1].id), by=EDITOR)
    rest = queries.desk_articles(visit, after=first[-1].cursor, limit=10)
    assert [row.id for row in (*first, *rest)] == whole


def test_a_year_without_anybody_confirming_is_told_and_a_click_ends_it(visit: Visit) -> None:
    plant(visit)
    (stale,) = queries.stale_articles(visit)
    assert (stale.title, stale.is_stale) == ("Verstaubt", True)
    services.confirm_article(visit.db, stale.id, by=visit.viewer)
    visit.db.flush()
    assert queries.stale_articles(visit) == []


def test_who_was_never_confirmed_counts_from_the_day_of_publication(visit: Visit) -> None:
    old, new = (
        live(visit.db, title, at=datetime.now(UTC) - timedelta(days=days))
        for title, days in (("Alt", 366), ("Neu", 364))
    )
    old.confirmed_at = new.confirmed_at = None
    visit.db.flush()
    assert [row.title for row in queries.stale_articles(visit)] == ["Alt"]


def test_languages_that_residents_miss(visit: Visit) -> None:
    plant(visit)
    draft(visit.db, "Halb", texts={"fr": Wording("Titre seul", "", "")})
    missing = {language: {row.title for row in rows} for language, rows in queries.missing_languages(visit).items()}
    assert missing == {"de": set(), "en": {"Geplant"}, "fr": {"Geplant"}}


def test_an_article_to_edit_has_all_its_languages_and_its_last_author(visit: Visit) -> None:
    other = live(visit.db, "Lüften")
    article = draft(visit.db, "Heizen", texts=THREE, related=[other.id])
    changes = services.Changes(texts={"en": Wording("Heating", "", "New")})
    services.save_article(visit.db, article.id, by=visit.viewer, version=1, changes=changes)
    edited = queries.article_for_edit(visit, article.id)
    assert edited is not None
    assert {language: text.title for language, text in edited.texts.items()} == {
        "de": "Heizen",
        "en": "Heating",
        "fr": "Titre",
    }
    assert ([row.title for row in edited.related], edited.author, edited.version) == (["Lüften"], "Nadja Frei", 2)


def test_opinions_with_remarks_and_without_names(brunnenhof: SomeCompany, visit: Visit) -> None:
    article, quiet = live(visit.db, "Heizen"), live(visit.db, "Lüften")
    for name, helpful, comment in (("Verena Keller", False, "Wo ist das Ventil?"), ("Luca Bianchi", True, "")):
        viewer = brunnenhof.resident(name).viewer(visit.db)
        services.give_feedback(visit.db, article.id, by=viewer, helpful=helpful, comment=comment)
    services.give_feedback(visit.db, quiet.id, by=visit.viewer, helpful=True)
    report = [(row.title, row.helpful, row.unhelpful, row.comments) for row in queries.feedback_report(visit)]
    assert report == [("Heizen", 1, 1, 1), ("Lüften", 1, 0, 0)]
    (remark,) = queries.feedback_comments(visit, article.id)
    assert (remark.helpful, remark.comment) == (False, "Wo ist das Ventil?")
