"""What residents read: only what is meant for them, now, in the best language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from plugins.faq import queries, services
from plugins.faq.queries import Wording
from plugins.faq.tests.sample import EDITOR, draft, live, publish_for, topic
from quartier.testing import SomeBody, SomeCompany

GROUPS = ("everybody", "tenants", "owners", "residents", "businesses")


def titles(body: SomeBody, language: str = "de") -> set[str]:
    return {row.title for row in queries.visible_articles(body.visit(language))}


def unit_of(company: SomeCompany, body: SomeBody) -> UUID:
    with company.platform.shell.platform.connect() as connection:
        query = (
            "SELECT o.unit_id FROM occupancy o "
            "JOIN occupant c ON c.company_id = o.company_id AND c.occupancy_id = o.id "
            "WHERE o.company_id = :company AND c.person_id = :person"
        )
        found: UUID = connection.scalars(text(query), {"company": company.id, "person": body.person_id}).one()
        return found


def plant_matrix(company: SomeCompany, unit_id: UUID) -> None:
    """One article for each place of the tree and each group: "building × owners", and so on."""
    db = company.db()
    places = {
        "everywhere": (),
        "property": (company.property_id,),
        "building": (company.building_id,),
        "unit": (unit_id,),
    }
    for place, where in places.items():
        for group in GROUPS:
            publish_for(db, f"{place} × {group}", where, () if group == "everybody" else (group,))
    db.commit()
    db.close()


def rows(places: str, groups: str) -> set[str]:
    return {f"{place} × {group}" for place in places.split() for group in groups.split()}


def test_a_tenant_reads_what_is_for_tenants_and_residents_here(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    plant_matrix(brunnenhof, unit_of(brunnenhof, verena))
    assert titles(verena) == rows("everywhere property building unit", "everybody tenants residents")


def test_a_neighbour_does_not_read_what_is_for_one_flat(brunnenhof: SomeCompany) -> None:
    plant_matrix(brunnenhof, unit_of(brunnenhof, brunnenhof.resident("Verena Keller")))
    neighbour = brunnenhof.resident("Luca Bianchi")
    assert titles(neighbour) == rows("everywhere property building", "everybody tenants residents")


def test_an_owner_reads_what_is_for_owners(brunnenhof: SomeCompany) -> None:
    plant_matrix(brunnenhof, unit_of(brunnenhof, brunnenhof.resident("Verena Keller")))
    owner = brunnenhof.resident("Hans Ammann", kind="ownership")
    assert titles(owner) == rows("everywhere property building", "everybody owners")


def test_a_business_reads_what_is_for_tenants_and_businesses(brunnenhof: SomeCompany) -> None:
    plant_matrix(brunnenhof, unit_of(brunnenhof, brunnenhof.resident("Verena Keller")))
    dentist = brunnenhof.resident("Ada Moser", unit="practice")
    assert titles(dentist) == rows("everywhere property building", "everybody tenants businesses")


def test_somebody_in_another_house_reads_what_is_for_all_houses(brunnenhof: SomeCompany) -> None:
    plant_matrix(brunnenhof, unit_of(brunnenhof, brunnenhof.resident("Verena Keller")))
    _property, building = brunnenhof.house("Seestrasse")
    stranger = brunnenhof.resident("Noah Weber", building_id=building)
    assert titles(stranger) == rows("everywhere", "everybody tenants residents")


def test_who_has_moved_out_reads_what_is_for_everybody_everywhere(brunnenhof: SomeCompany) -> None:
    plant_matrix(brunnenhof, unit_of(brunnenhof, brunnenhof.resident("Verena Keller")))
    gone = brunnenhof.resident("Elif Kaya", ends=datetime.now(UTC).date() - timedelta(days=2))
    assert titles(gone) == {"everywhere × everybody"}


def test_the_team_reads_everything_that_is_published(brunnenhof: SomeCompany) -> None:
    plant_matrix(brunnenhof, unit_of(brunnenhof, brunnenhof.resident("Verena Keller")))
    assert titles(brunnenhof.agent("Dragan Petrović")) == rows("everywhere property building unit", " ".join(GROUPS))


@pytest.mark.parametrize("ask", ["article", "search", "related", "file", "welcome", "count", "category"])
def test_no_way_leads_to_what_is_for_others(brunnenhof: SomeCompany, ask: str) -> None:
    """The list is not the only door."""
    db = brunnenhof.db()
    owners = publish_for(db, "Versammlung der Eigentümer", who=("owners",))
    db.commit()
    visit = brunnenhof.resident("Verena Keller").visit("de")
    other = live(visit.db, "Waschküche", related=[owners.id])
    doors: dict[str, Callable[[], object]] = {
        "article": lambda: queries.article_by_slug(visit, owners.slug),
        "search": lambda: queries.search_articles(visit, "Versammlung"),
        "related": lambda: [row.id for row in queries.reading.related_articles(visit, other.id, "heating")],
        "file": lambda: queries.may_read(visit, owners.id),
        "welcome": lambda: [row.title for row in queries.welcome_articles(visit) if row.title != "Waschküche"],
        "count": lambda: queries.count_visible(visit) - 1,
        "category": lambda: sum(row.count for row in queries.categories(visit)) - 1,
    }
    assert doors[ask]() in (None, [], 0)


def test_drafts_and_archived_articles_are_not_read(brunnenhof: SomeCompany) -> None:
    visit = brunnenhof.resident().visit("de")
    draft(visit.db, "Entwurf")
    services.archive(visit.db, live(visit.db, "Früher").id, by=EDITOR)
    live(visit.db, "Heute")
    assert [row.title for row in queries.visible_articles(visit)] == ["Heute"]


def test_a_scheduled_article_appears_at_its_moment_without_anybody_doing_anything(brunnenhof: SomeCompany) -> None:
    visit = brunnenhof.resident().visit("de")
    now = datetime.now(UTC)
    live(visit.db, "Bald", at=now + timedelta(hours=1))
    live(visit.db, "Eben", at=now - timedelta(seconds=1))
    later = queries.reading.reading(visit) | {"category": None, "now": now + timedelta(hours=2)}
    assert [row.title for row in queries.visible_articles(visit)] == ["Eben"]
    assert {row.title for row in visit.db.rows(queries.reading.ARTICLES, later)} == {"Bald", "Eben"}


def test_a_draft_is_shown_to_those_who_may_see_drafts_only_when_asked_for(brunnenhof: SomeCompany) -> None:
    visit = brunnenhof.agent("Aylin Demirci", "faq.view_drafts").visit("de")
    article = draft(visit.db, "Entwurf")
    assert queries.article_by_slug(visit, article.slug) is None
    shown = queries.article_by_slug(visit, article.slug, drafts=True)
    assert shown is not None
    assert shown.status == "draft"
    dragan = brunnenhof.agent("Dragan Petrović").visit("de")
    visit.db.commit()
    assert queries.article_by_slug(dragan, article.slug, drafts=True) is None


def test_the_best_language_is_picked_and_marked(brunnenhof: SomeCompany) -> None:
    db = brunnenhof.db()
    live(db, "Heizen", texts={"en": Wording("Heating", "", "Text"), "fr": Wording("Chauffage", "", "Texte")})
    live(db, "Lüften")
    live(db, "Nur Titel", texts={"fr": Wording("Titre seul", "", "")})
    db.commit()
    rows_fr = queries.visible_articles(brunnenhof.resident().visit("fr"))
    assert {(row.title, row.language, row.is_fallback) for row in rows_fr} == {
        ("Chauffage", "fr", False), ("Lüften", "de", True), ("Nur Titel", "de", True),
    }  # fmt: skip


def test_articles_stand_by_topic_and_then_as_the_editors_put_them(brunnenhof: SomeCompany) -> None:
    visit = brunnenhof.resident().visit("de")
    heat, keys = topic(visit.db), topic(visit.db, "keys", de="Schlüssel")
    c, a = live(visit.db, "C", category_id=keys.id), live(visit.db, "A", category_id=heat.id)
    b = live(visit.db, "B", category_id=heat.id)
    services.reorder(visit.db, by=EDITOR, category_id=heat.id, ids=[b.id, a.id])
    visit.db.flush()
    assert [row.title for row in queries.visible_articles(visit)] == ["B", "A", "C"]
    assert [row.title for row in queries.visible_articles(visit, "keys")] == ["C"]
    services.reorder_categories(visit.db, by=EDITOR, ids=[keys.id])
    assert [(row.key, row.count) for row in queries.categories(visit)] == [("keys", 1), ("heating", 2)]
    assert c.slug == "c"


def test_empty_topics_are_shown_on_demand_only(brunnenhof: SomeCompany) -> None:
    visit = brunnenhof.resident().visit("fr")
    topic(visit.db, "keys", de="Schlüssel", fr="Clés")
    assert queries.categories(visit) == []
    assert [row.name.text for row in queries.categories(visit, with_empty=True)] == ["Clés"]


def test_a_page_has_its_text_headings_neighbours_and_opinions(brunnenhof: SomeCompany) -> None:
    verena = brunnenhof.resident("Verena Keller")
    visit = verena.visit("de")
    related, same_topic = live(visit.db, "Lüften"), live(visit.db, "Thermostat")
    article = live(visit.db, "Entlüften", "## So geht es\n\n**Langsam** drehen.", related=[same_topic.id])
    services.give_feedback(visit.db, article.id, by=visit.viewer, helpful=True)
    page = queries.article_by_slug(visit, article.slug)
    assert page is not None
    assert page.html == '<h2 id="s-so-geht-es">So geht es</h2>\n<p><strong>Langsam</strong> drehen.</p>\n'
    assert [(one.level, one.anchor, one.text) for one in page.headings] == [(2, "s-so-geht-es", "So geht es")]
    assert [row.id for row in page.related] == [same_topic.id, related.id]
    assert (page.helpful, page.unhelpful, page.answer) == (1, 0, True)
    assert (page.category, page.category_name.text, page.languages) == ("heating", "Heizen", ("de",))


def test_the_home_page_shows_what_is_new_then_what_helped(brunnenhof: SomeCompany) -> None:
    visit = brunnenhof.resident().visit("de")
    long_ago = datetime.now(UTC) - timedelta(days=200)
    helpful = live(visit.db, "Hilfreich", at=long_ago)
    live(visit.db, "Alt", at=long_ago - timedelta(days=1))
    live(visit.db, "Neu", at=datetime.now(UTC) - timedelta(days=2))
    services.give_feedback(visit.db, helpful.id, by=visit.viewer, helpful=True)
    assert [row.title for row in queries.welcome_articles(visit)] == ["Neu", "Hilfreich", "Alt"]


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that is sent to the database from here on."""
    sent: list[str] = []
    real: Any = psycopg.Cursor.execute

    def execute(cursor: Any, query: Any, *arguments: Any, **options: Any) -> Any:
        sent.append(str(query))
        return real(cursor, query, *arguments, **options)

    monkeypatch.setattr(psycopg.Cursor, "execute", execute)
    return sent


@pytest.mark.parametrize("count", [1, 20])
def test_lists_take_one_statement_each_however_many_articles_there_are(
    brunnenhof: SomeCompany, statements: list[str], count: int
) -> None:
    visit = brunnenhof.resident().visit("de")
    for number in range(count):
        live(visit.db, f"Artikel {number}", texts={"fr": Wording(f"Article {number}", "", "Texte")})
    reads: dict[str, Callable[[], object]] = {
        "categories": lambda: queries.categories(visit),
        "visible_articles": lambda: queries.visible_articles(visit),
        "search_articles": lambda: queries.search_articles(visit, "Artikel"),
        "count_visible": lambda: queries.count_visible(visit),
        "desk_articles": lambda: queries.desk_articles(visit),
    }
    taken = {}
    for name, read in reads.items():
        statements.clear()
        read()
        taken[name] = len(statements)
    assert taken == dict.fromkeys(reads, 1)
    assert len(queries.visible_articles(visit)) == count


def test_another_company_reads_nothing_of_it(brunnenhof: SomeCompany, nordlicht: SomeCompany) -> None:
    db = brunnenhof.db()
    article = live(db, "Waschküche")
    db.commit()
    visit = nordlicht.agent("Svenja Petersen", "faq.edit", "faq.view_drafts").visit("de")
    assert queries.visible_articles(visit) == []
    assert queries.article_by_slug(visit, article.slug, drafts=True) is None
    assert queries.search_articles(visit, "Waschküche") == []
    assert queries.desk_articles(visit) == []
    assert queries.article_for_edit(visit, article.id) is None
    assert queries.history(visit, article.id) == []
    with pytest.raises(services.NotFound):
        services.publish(visit.db, article.id, by=visit.viewer)
